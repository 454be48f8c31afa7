import { closeSync, openSync, readSync, writeSync } from "node:fs"

/** How many random bytes stand in a trace id. */
const traceBytes = 16

/** 32 hex digits for a trace id; the device costs microseconds where `node:crypto` costs milliseconds. */
export const traceDigits = (): string => {
  const bytes = Buffer.alloc(traceBytes)
  try {
    const device = openSync("/dev/urandom", "r")
    const count = readSync(device, bytes, 0, traceBytes, null)
    closeSync(device)
    if (count === traceBytes) return bytes.toString("hex")
  } catch {
    // No such device here: the slower generator serves.
  }
  return (require("crypto") as typeof import("node:crypto")).randomBytes(traceBytes).toString("hex")
}

/** Writes all bytes to standard output and answers the exit code that is left, as Main's own writer does (contract §1, §2). */
export const writeDocument = (bytes: Uint8Array, exitCode: number): number => {
  let offset = 0
  while (offset < bytes.length) {
    try {
      offset += writeSync(1, bytes, offset)
    } catch (error) {
      const code = codeOf(error)
      if (code === "EAGAIN") pause()
      else if (code === "EPIPE") return 141
      else return complain(`the answer could not be written (${code.toLowerCase()})`, 9)
    }
  }
  return exitCode
}

/** Writes one line for a person to standard error. */
export const complain = (line: string, exitCode: number): number => {
  try {
    writeSync(2, `image-skill: ${line}\n`)
  } catch {
    // Nobody listens; the exit code still tells.
  }
  return exitCode
}

/** The envelope of a failure that never reached Main, in the shape of Main's own (contract §1). */
export const failureDocument = (
  code: "PUBLIC_CLI_FAILED" | "INTERRUPTED",
  message: string,
  details: object | undefined,
  docsUrl: string
): Uint8Array =>
  Buffer.from(
    `${JSON.stringify(
      {
        ok: false,
        command: "image-skill",
        trace_id: `trace_${traceDigits()}`,
        actor: null,
        data: null,
        warnings: [],
        error: {
          code,
          message,
          retryable: false,
          ...(details === undefined ? {} : { details }),
          recovery: { docs_url: docsUrl }
        }
      },
      null,
      2
    )}\n`
  )

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "UNKNOWN"

// A pipe that somebody made non-blocking is full, and nothing else runs in this process: sleep until its reader has caught up.
const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}
