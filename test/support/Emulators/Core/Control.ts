import { jsonReply } from "./Reply.js"
import type { Emulator, Fault, Reply } from "./Types.js"

/** What a test in another process may do to an emulator. */
export const control = async (
  emulator: Emulator,
  method: string,
  path: string,
  body: Buffer
): Promise<Reply | undefined> => {
  const what = `${method} ${path}`
  if (what === "PUT /__script") {
    try {
      const next = JSON.parse(body.toString("utf8")) as Fault | ReadonlyArray<Fault>
      for (const fault of Array.isArray(next) ? (next as ReadonlyArray<Fault>) : [next as Fault])
        emulator.script(fault)
      return jsonReply(200, { pending: emulator.pending })
    } catch (cause) {
      return jsonReply(400, { error: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  if (what === "DELETE /__script") {
    await emulator.reset()
    return jsonReply(200, {})
  }
  if (what === "GET /__state") {
    const { submissions, requests, jobs, paid, paidAtMost, pending } = emulator
    return jsonReply(200, { submissions, requests, jobs, paid, paidAtMost, pending })
  }
  if (what === "POST /__release") {
    emulator.release()
    return jsonReply(200, {})
  }
  if (what === "POST /__listen") {
    await emulator.listen()
    return jsonReply(200, {})
  }
  if (method === "POST" && path.startsWith("/__finish/")) {
    emulator.finish(path.slice("/__finish/".length))
    return jsonReply(200, {})
  }
  return undefined
}
