// `randomBytes` from the system's device: each run needs a few bytes for its trace id, and `node:crypto` takes 3 ms to load. Read ahead,
// because a service needs some dozens of bytes for each request; no byte is given twice.
const fs = require("node:fs")

const ahead = 1024
let pool = Buffer.alloc(0)

const read = (size) => {
  const bytes = Buffer.alloc(size)
  try {
    const device = fs.openSync("/dev/urandom", "r")
    try {
      if (fs.readSync(device, bytes, 0, size, null) === size) return bytes
    } finally {
      fs.closeSync(device)
    }
  } catch {
    // No such device here: the slower generator serves.
  }
  return require("node:crypto").randomBytes(size)
}

exports.randomBytes = (size) => {
  if (size > ahead) return read(size)
  if (size > pool.length) pool = read(ahead)
  const bytes = Buffer.from(pool.subarray(0, size))
  pool.fill(0, 0, size)
  pool = pool.subarray(size)
  return bytes
}
