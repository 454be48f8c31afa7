import { randomBytes } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { perform } from "../../src/Server/Domain/Creation.js"
import { makeLog } from "../../src/Server/Http/Log.js"
import { serve } from "../../src/Server/Http/Serve.js"
import { Engine } from "./MoneyEngine.js"
import { layerMoney, layerStorageFolder, newcomer } from "./MoneyService.js"

const canary = (what: string): string => `${what}canary${randomBytes(9).toString("hex")}`

/** Every form in which a text may lie about: as it is, in hex, as UTF-16, and in base64 wherever it begins. */
const formsOf = (secret: string): ReadonlyArray<Buffer> => {
  const text = Buffer.from(secret)
  const inBase64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), text]).toString("base64")
    // The edges also depend on what stands beside.
    return Buffer.from(whole.slice(before === 0 ? 0 : before + 1, -4))
  })
  return [text, Buffer.from(text.toString("hex")), Buffer.from(secret, "utf16le"), ...inBase64]
}

const filesUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())

/** Where any of the secrets can be found, in files and in what was said: one line for each. */
export const leaks = (
  secrets: Readonly<Record<string, string>>,
  folder: string,
  said: Readonly<Record<string, string>>
): ReadonlyArray<string> => {
  const places = [
    ...filesUnder(folder).map((file) => [path.relative(folder, file), readFileSync(file)] as const),
    ...Object.entries(said).map(([where, text]) => [where, Buffer.from(text)] as const)
  ]
  return Object.entries(secrets).flatMap(([name, secret]) =>
    places.flatMap(([where, bytes]) =>
      formsOf(secret).some((form) => bytes.includes(form)) ? [`${name} in ${where}`] : []
    )
  )
}

const withFolder = async (
  use: (folder: string) => Promise<ReadonlyArray<string>>
): Promise<ReadonlyArray<string>> => {
  const folder = mkdtempSync(path.join(tmpdir(), "money-secrets-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An answer to a create but for its report, which is made of the request's own prompt. */
const withoutReport = (answer: string): string => {
  const { data, warnings, ...rest } = JSON.parse(answer) as {
    readonly data: Readonly<Record<string, unknown>>
    readonly warnings: ReadonlyArray<string>
  }
  const { render: _render, ...told } = data
  return JSON.stringify({
    ...rest,
    data: told,
    warnings: warnings.filter((text) => !text.startsWith("not depicted: "))
  })
}

/** Serves an agent who signs up, plans, creates and mistakes itself; the folder and all logs are searched before and after the end. */
const ofService = (): Promise<ReadonlyArray<string>> =>
  withFolder(async (folder) => {
    const secrets = {
      prompt: canary("prompt"),
      planned: canary("planned"),
      contact: canary("contact"),
      "wrong token": `isk_r_${canary("wrong")}`,
      query: canary("query")
    }
    const lines: Array<string> = []
    const service = await Effect.runPromise(
      serve({
        host: "127.0.0.1",
        port: 0,
        publicUrl: null,
        dataFolder: folder,
        policy: { requests: null, signups: null },
        log: makeLog("debug", (line) => lines.push(line))
      })
    )
    const answers: Array<string> = []
    const ask = async (target: string, body: unknown, token: string | null): Promise<string> => {
      const answer = await fetch(`${service.address}${target}`, {
        ...(body === null ? {} : { method: "POST", body: JSON.stringify(body) }),
        headers: {
          "content-type": "application/json",
          ...(token === null ? {} : { authorization: `Bearer ${token}` })
        }
      })
      return answer.text()
    }
    const signedUp = await ask(
      "/v1/agent-signups",
      {
        agent_contact: `${secrets.contact}@example.com`,
        agent_name: "agent",
        runtime: "test",
        return_token: true
      },
      null
    )
    const { data } = JSON.parse(signedUp) as { readonly data: { readonly token: string } }
    const prompt = `a red circle, ${secrets.prompt}`
    // Whoever brings the prompt may be told which of its words the engine could not depict, a replay too; nothing keeps them.
    const created = await ask("/v1/create", { prompt, idempotency_key: "one" }, data.token)
    answers.push(withoutReport(await ask("/v1/create", { prompt, idempotency_key: "one" }, data.token)))
    answers.push(
      await ask("/v1/create", { prompt: `a red circle, ${secrets.planned}`, dry_run: true }, data.token)
    )
    answers.push(await ask("/v1/create", { prompt, model: "no-such-model" }, data.token))
    for (const token of [data.token, secrets["wrong token"]]) {
      answers.push(await ask(`/v1/whoami?token=${secrets.query}`, null, token))
      answers.push(await ask(`/v1/jobs/${secrets.query}`, null, token))
      answers.push(await ask("/v1/activity", null, token))
      answers.push(await ask("/v1/jobs", null, token))
    }
    const wrong = created.includes('"completed"') ? [] : [`no create: ${created}`]
    const search = (when: string) =>
      leaks({ ...secrets, token: data.token }, folder, {
        "the log": lines.join(""),
        "an answer": answers.join("")
      }).map((leak) => `${leak} ${when}`)
    const open = search("while it serves")
    await Effect.runPromise(service.stop)
    return [...wrong, ...open, ...search("afterwards")]
  })

/** A job that waits for its provider still needs its prompt: it must lie there, and nobody may read it. */
const ofWaiting = (): Promise<ReadonlyArray<string>> =>
  withFolder((folder) => {
    const secret = canary("waiting")
    const engine = new Engine()
    const prompt = JSON.stringify({ does: "pend", collects: ["interrupt"], secret })
    return Effect.gen(function* () {
      const identity = yield* newcomer(100)
      const request = { kind: "create", prompt, model: "unsafe", idempotency_key: "one" } as const
      const paused = yield* Effect.either(perform(identity, request, "trace_0123456789abcdef"))
      return [
        ...(Either.isLeft(paused) ? [] : ["the job did not wait"]),
        ...leaks({ "a waiting prompt": secret }, folder, { "an answer": JSON.stringify(paused) })
      ]
    }).pipe(
      Effect.provide(
        layerMoney(layerStorageFolder(folder), (call) => Effect.sync(() => engine.handle(call)))
      ),
      Effect.runPromise
    )
  })

/** Every place where something secret was found after agents worked; nowhere, in a sound service. */
export const secretsFound = async (): Promise<ReadonlyArray<string>> => [
  ...(await ofService()),
  ...(await ofWaiting())
]
