/**
 * The bin. It starts Main as fast as a script without dependencies would start, by four means, none of which Main knows of:
 *
 * 1. Command lines whose answer never changes (`version`, `help`, `COMMAND --help`) are answered from a file that the build made by
 *    running Main itself; only the trace id is fresh. Effect is not loaded for them. `Answers.ts`
 * 2. Main is one CommonJS unit, run by `vm.Script` with V8's code cache made *after* a representative run, so that the functions which
 *    were compiled on the way are in it. `CodeCache.ts`
 * 3. The embedded service is a second unit, read when Main first imports it; it takes Effect from the first one. `Units.ts`
 * 4. What is slow and seldom needed (schemas, `crypto`, `zlib`, `perf_hooks`, standard output as a stream) is made on first use or has
 *    a small stand-in. `scripts/build/bundle.mjs`, `lazy-schema.mjs`, `shims.mjs`, `random.cjs`, `External.ts`
 *
 * The build bundles this folder to CommonJS with a syntax that old versions of Node can read, so that they can be told.
 */
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import { type AnswerIndex, findAnswer } from "./Answers.js"
import { userFolder } from "./CodeCache.js"
import { complain, failureDocument, writeDocument } from "./Document.js"
import { loadExternal } from "./External.js"
import { makeUnits, type UnitTable } from "./Units.js"

// Put in place by the build.
declare const __ANSWERS__: AnswerIndex
declare const __UNITS__: UnitTable
declare const __VERSION__: string

type Main = (argv: ReadonlyArray<string>, bin: string) => Promise<number>

const folder = dirname(__filename)

const docsUrl = (code: "public_cli_failed" | "interrupted"): string =>
  `${pathToFileURL(`${folder}/../../docs/exit-codes.md`).href}#${code}`

const oldestNode = [20, 15] as const

const isTooOld = (): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
}

const prepare = () => {
  const own = userFolder(process.env)
  return makeUnits({
    version: __VERSION__,
    folder,
    units: __UNITS__,
    caches: [{ parents: [], path: `${folder}/cache`, shipped: true }, ...(own === null ? [] : [own])],
    external: loadExternal
  })
}

const start = (): void => {
  if (isTooOld()) {
    const needed = oldestNode.join(".")
    process.exitCode = writeDocument(
      failureDocument(
        "PUBLIC_CLI_FAILED",
        `image-skill needs Node ${needed} or newer; this is ${process.version}`,
        { cause: "node_version", found: process.version, needed: `>=${needed}` },
        docsUrl("public_cli_failed")
      ),
      1
    )
    return
  }
  const argv = process.argv.slice(2)
  const answer = findAnswer(`${folder}/answers.txt`, __ANSWERS__, argv)
  if (answer !== null) {
    process.exitCode = writeDocument(answer, 0)
    return
  }
  // Rejections that nobody handles arrive here too.
  process.once("uncaughtException", fail)
  hearEarly()
  const units = prepare()
  const { main } = units.load("Main") as { readonly main: Main }
  main(argv, __filename).then((exitCode) => {
    units.keep()
    // A socket kept alive or an idle thread would hold the process open. Nothing is lost: Main writes synchronously.
    process.exit(exitCode)
  }, fail)
}

const signalExits = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/**
 * Answers a signal that comes while Main is still being loaded: nothing was begun by then. It keeps silent, and is not taken away,
 * once Main listens itself: Node drops what was heard meanwhile together with the listener.
 */
const hearEarly = (): void => {
  let isMainListening = false
  for (const signal of Object.keys(signalExits) as ReadonlyArray<keyof typeof signalExits>) {
    process.once(signal, () => {
      if (isMainListening) return
      const document = failureDocument(
        "INTERRUPTED",
        `${signal} ended the command before it had begun`,
        undefined,
        docsUrl("interrupted")
      )
      process.exit(writeDocument(document, signalExits[signal]))
    })
  }
  process.on("newListener", (event: string) => {
    if (event in signalExits) isMainListening = true
  })
}

// Main never rejects and never throws; when it does all the same, the caller still gets its one document.
const fail = (error: unknown): void => {
  if (process.env["IMAGE_SKILL_LOG_LEVEL"] === "debug") {
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
  }
  process.exit(
    writeDocument(
      failureDocument(
        "PUBLIC_CLI_FAILED",
        "image-skill failed in an unexpected way; this is a defect of ours",
        undefined,
        docsUrl("public_cli_failed")
      ),
      1
    )
  )
}

// A test requires this file to reach Main past the answers.
if (require.main === module) start()
else module.exports = { answers: __ANSWERS__, prepare }
