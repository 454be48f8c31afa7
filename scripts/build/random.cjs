// `randomBytes` from the system's device: each run needs a few bytes for its trace id, and `node:crypto` takes 3 ms to load.
const fs = require("node:fs")

exports.randomBytes = (size) => {
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
