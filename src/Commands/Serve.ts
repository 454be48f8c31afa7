import { writeSync } from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { failure, type InvalidArguments } from "../Errors.js"
import { health } from "../Operations/Account.js"
import { serve as operation } from "../Operations/Serve.js"
import { suggest } from "../Operations/Suggest.js"
import { Env } from "../Services/Env.js"
import { Files } from "../Services/Files.js"
import { foldersOf } from "../Services/Folders.js"
import { Signals } from "../Services/Signals.js"
import { version } from "../Version.js"
import { readPolicyText } from "./AdminPolicy.js"
import { command } from "./Command.js"
import { choice, integer, network, repeated, text, toggle } from "./Flags.js"

const levels = ["debug", "info", "warn", "error"] as const

/** Runs the service until a signal; the process then ends with 0, once what was under way has ended (contract §9). */
export const serve = command({
  operation,
  flags: {
    host: text("host", "ADDRESS", "The address to listen on; 127.0.0.1 unless given"),
    port: integer("port", 0, 65_535, "The port to listen on; 8787 unless given, 0 for any that is free"),
    data: text("data", "FOLDER", "The data folder; that of the embedded service unless given"),
    public_url: text(
      "public-url",
      "URL",
      "The address under which agents reach the service, for links to assets"
    ),
    policy: text(
      "policy",
      "FILE",
      "A JSON file of limits: credits, daily jobs, margin, request rates; policy.json of the data folder unless given"
    ),
    allow_remote: toggle("allow-remote", "Listen beyond this machine; put TLS in front of it"),
    trusted_proxy: [
      repeated(
        network(
          "trusted-proxy",
          "A proxy in front, whose X-Forwarded-For tells which address asks; without it nobody's is believed"
        )
      )
    ],
    log_level: choice("log-level", levels, "Write JSON logs to standard error from this level on")
  },
  arguments: {},
  examples: [
    { why: "a service on this machine", argv: ["serve"] },
    {
      why: "one for a network, behind a proxy that speaks TLS",
      argv: [
        "serve",
        "--host",
        "0.0.0.0",
        "--allow-remote",
        "--public-url",
        "https://images.example.com",
        "--trusted-proxy",
        "10.0.0.7"
      ]
    }
  ],
  usesService: false,
  run: (values) =>
    Effect.gen(function* () {
      const env = yield* Env
      const signals = yield* Signals
      const host = values.host ?? "127.0.0.1"
      const loopback = /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/.test(host)
      if (!loopback && values.allow_remote !== true) {
        return yield* refuse(
          `${host} can be reached from other machines: say so with --allow-remote`,
          "--allow-remote"
        )
      }
      const publicUrl = values.public_url ?? null
      if (publicUrl !== null && !isPublicUrl(publicUrl)) {
        return yield* refuse("--public-url: expected an http or https address without query", "--public-url")
      }
      const dataFolder = path.resolve(values.data ?? foldersOf(env).data)
      const files = yield* Files
      const backup = yield* Effect.orElseSucceed(
        files.entry(path.join(dataFolder, "manifest.json")),
        () => "missing" as const
      )
      if (backup === "file") {
        return yield* refuse(
          "this folder is a backup, which serving from it would change: restore it into another one (admin restore)",
          "--data"
        )
      }
      // The service's code is loaded only by whoever runs it.
      const server = yield* Effect.promise(() => import("../Server/Http/index.js"))
      // Later than this module, which is itself one of all commands.
      const { layerCommandRunner } = yield* Effect.promise(() => import("./Remote.js"))
      const { docsUrlAt, served: documents } = yield* Effect.promise(() => import("../Documents/index.js"))
      const policyText =
        values.policy === undefined
          ? ((yield* server.readKeptPolicy(dataFolder))?.text ?? null)
          : yield* readPolicyText(values.policy)
      const policy = policyText === null ? {} : yield* server.readPolicy(policyText)
      const wanted = values.log_level ?? env.get("IMAGE_SKILL_LOG_LEVEL") ?? null
      const keys = providerKeys.filter((name) => env.get(name) !== undefined)
      const level = levels.find((one) => one === wanted) ?? null

      // Known only once the service listens, which is before anybody can ask it for anything.
      const address = { current: publicUrl ?? "" }
      // Heard from now on, so that a signal right behind the ready line already drains.
      const signal = yield* Effect.forkDaemon(signals.next)
      const served = yield* server
        .serve({
          host,
          port: values.port ?? 8787,
          publicUrl,
          dataFolder,
          policy,
          trustedProxies: values.trusted_proxy,
          documents,
          docsUrlAt,
          commands: layerCommandRunner((code) => docsUrlAt(address.current, code)),
          log: server.makeLog(level, (line) => {
            // A log that nobody reads any more must not end the service.
            try {
              writeSync(2, line)
            } catch {
              return
            }
          })
        })
        .pipe(Effect.onError(() => Fiber.interruptFork(signal)))
      address.current = served.publicUrl
      return {
        data: {
          address: served.address,
          host,
          port: served.port,
          public_url: served.publicUrl,
          data_folder: served.dataFolder,
          pid: process.pid,
          version,
          log_level: level
        },
        warnings: [
          ...(loopback
            ? []
            : [
                "the service can be reached from other machines, and speaks plain http: put TLS in front of it"
              ]),
          ...(/^[sr]k_test_/.test(env.get("STRIPE_SECRET_KEY") ?? "")
            ? ["Stripe is in test mode: credits that cost nobody anything buy real work here"]
            : []),
          ...(keys.length === 0 || policy.defaultProviders !== undefined
            ? []
            : [
                `${keys.join(" and ")} stands in the environment: a create that names no model may run one of that provider's, which you pay, also for preview credits; default_providers in the policy keeps such creates to the engines that it names`
              ])
        ],
        next: [suggest("check", "ask the service how it is, from a client", health, {})].map((action) => ({
          ...action,
          argv: [...action.argv, "--api-base-url", served.address]
        })),
        resident: { ended: Effect.asVoid(Fiber.join(signal)), stop: served.stop }
      }
    })
})

/** With one of these, models run for the operator's money. */
const providerKeys = ["OPENAI_API_KEY", "XAI_API_KEY", "FAL_KEY"] as const

const refuse = (reason: string, flag: string): Effect.Effect<never, InvalidArguments> =>
  Effect.fail(failure("INVALID_ARGUMENTS", reason, { recovery: { required_flag: flag } }))

const isPublicUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && url.username === ""
}
