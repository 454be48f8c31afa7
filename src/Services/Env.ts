import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { layerSync } from "../Stack.js"

/** Every environment variable that the program reads, with what it means. */
export const variables = {
  IMAGE_SKILL_API_BASE_URL: "address of the service; `local` means the embedded one",
  IMAGE_SKILL_TOKEN: "token for the service",
  IMAGE_SKILL_HOSTED_TOKEN: "older name of IMAGE_SKILL_TOKEN",
  IMAGE_SKILL_CONFIG_PATH: "path of the config file",
  IMAGE_SKILL_DATA_DIR: "folder of the embedded service's database and assets",
  IMAGE_SKILL_STATE_DIR: "folder of the telemetry spool and the journal",
  IMAGE_SKILL_COMMAND: "how suggested commands name this program",
  IMAGE_SKILL_TELEMETRY: "`off` stops the local telemetry spool",
  IMAGE_SKILL_ALLOW_PRIVATE_URLS: "`1` allows images at private, loopback and link-local addresses",
  IMAGE_SKILL_ALLOW_INSECURE_HTTP: "`1` allows plain http to hosts other than loopback",
  IMAGE_SKILL_LOG_LEVEL: "`debug` writes what lies behind a failure to standard error, redacted",
  OPENAI_API_KEY: "key of OpenAI; makes its models available",
  IMAGE_SKILL_OPENAI_BASE_URL: "address of OpenAI's API, with its `/v1`; for gateways and tests",
  FAL_KEY: "key of fal, `id:secret`; makes its models available",
  IMAGE_SKILL_FAL_QUEUE_URL: "address of fal's queue; for gateways and tests",
  XAI_API_KEY: "key of xAI; makes its models available",
  IMAGE_SKILL_XAI_BASE_URL: "address of xAI's API, with its `/v1`; for gateways and tests",
  IMAGE_SKILL_OPENAI_COMPATIBLE_URL:
    "address of an image server that speaks OpenAI's protocol, with its `/v1`",
  IMAGE_SKILL_OPENAI_COMPATIBLE_KEY: "key of that server, if it wants one",
  IMAGE_SKILL_OPENAI_COMPATIBLE_FREE:
    "`1` says that runs of that server cost nothing, so that a lost one may be repeated",
  IMAGE_SKILL_OPENAI_COMPATIBLE_MODEL: "name of the model that is asked of that server, if it wants one",
  STRIPE_SECRET_KEY: "key of Stripe, secret or restricted; with it and the next, credits can be bought",
  STRIPE_WEBHOOK_SECRET: "secret by which Stripe signs what it sends to /v1/webhooks/stripe",
  STRIPE_API_BASE: "address of Stripe's API, without a path; for gateways and tests",
  IMAGE_SKILL_STRIPE_X402:
    "`1` says that the Stripe account may take crypto deposits, so that agents can pay by themselves",
  IMAGE_SKILL_COMFYUI_URL: "address of a ComfyUI server, e.g. http://127.0.0.1:8188",
  IMAGE_SKILL_COMFYUI_KEY: "bearer token of a proxy before that server, if there is one",
  IMAGE_SKILL_COMFYUI_CHECKPOINT: "checkpoint that is used there; its first one unless set",
  IMAGE_SKILL_COMFYUI_WORKFLOW:
    "file with a workflow (API format, with slots like {{prompt}}) to create with",
  IMAGE_SKILL_COMFYUI_EDIT_WORKFLOW:
    "file with a workflow to edit with; it has {{image}}, and {{mask}} if it takes one",
  IMAGE_SKILL_AUTOMATIC1111_URL:
    "address of an Automatic1111 or SD.Next server that runs with its API, e.g. http://127.0.0.1:7860",
  IMAGE_SKILL_AUTOMATIC1111_KEY: "`user:password` of that server's API, if it wants them",
  IMAGE_SKILL_AUTOMATIC1111_CHECKPOINT:
    "checkpoint that is used there; the one that it has loaded unless set",
  OTEL_EXPORTER_OTLP_ENDPOINT:
    "address of an OpenTelemetry collector (OTLP over HTTP); without it service and library export nothing",
  OTEL_EXPORTER_OTLP_HEADERS: "headers for that collector, `name=value` with commas between them",
  OTEL_SERVICE_NAME: "name under which the collector knows this service; image-skill unless set",
  DO_NOT_TRACK: "any value but 0 stops the local telemetry spool",
  XDG_CONFIG_HOME: "base folder of the config file",
  XDG_DATA_HOME: "base folder of the data folder",
  XDG_STATE_HOME: "base folder of the state folder",
  XDG_CACHE_HOME: "base folder of the code cache",
  HOME: "home folder",
  PATH: "searched for `image-skill` when commands are suggested",
  HTTP_PROXY: "proxy for http addresses",
  HTTPS_PROXY: "proxy for https addresses",
  ALL_PROXY: "proxy for addresses without one of their own",
  NO_PROXY: "hosts that are reached without a proxy",
  NODE_TLS_REJECT_UNAUTHORIZED: "`0` is refused for addresses other than loopback"
} as const

/** The name of an environment variable that the program reads. */
export type Variable = keyof typeof variables

/** The environment: a variable that is unset, empty or blank reads as absent. */
export class Env extends Context.Tag("image-skill/Env")<
  Env,
  { readonly get: (name: Variable) => string | undefined }
>() {
  /** The environment of this process. */
  static readonly layerProcess = layerSync(Env, () => environmentOf(process.env))
  /** A fixed environment, for tests and for requests that must not see this process's. */
  static readonly layerOf = (values: Readonly<Record<string, string>>) =>
    Layer.sync(Env, () => environmentOf(values))
}

const environmentOf = (values: Readonly<Record<string, string | undefined>>): typeof Env.Service => ({
  get: (name) => {
    // Proxy variables are customarily written in lower case too.
    const value = (values[name] ?? values[name.toLowerCase()])?.trim()
    return value === undefined || value === "" ? undefined : value
  }
})
