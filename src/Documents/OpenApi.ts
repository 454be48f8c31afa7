import * as Schema from "effect/Schema"
import { type Code, codes, exitCodes } from "../Errors.js"
import { type ServiceOperationId, serviceOperations } from "../Operations/index.js"
import { type AnyServiceOperation, authOf } from "../Operations/Operation.js"
import { Action } from "../Schema/Action.js"
import { ActivityEvent } from "../Schema/Activity.js"
import { Asset, Download } from "../Schema/Asset.js"
import { Cost } from "../Schema/Cost.js"
import { Effects } from "../Schema/Effects.js"
import { Actor, EnvelopeError } from "../Schema/Envelope.js"
import { Job } from "../Schema/Job.js"
import { ModelRow } from "../Schema/Model.js"
import { Recovery } from "../Schema/Recovery.js"
import { version } from "../Version.js"
import { type Components, type Json, jsonSchemaOf, nameSchema } from "./JsonSchema.js"

const described = {
  ok: Schema.Literal(true),
  command: Schema.String,
  trace_id: Schema.String,
  actor: Schema.NullOr(Actor),
  warnings: Schema.Array(Schema.String)
}

const SuccessEnvelope = Schema.Struct({
  ...described,
  data: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  error: Schema.Null
})

const FailureEnvelope = Schema.Struct({
  ...described,
  ok: Schema.Literal(false),
  data: Schema.Null,
  error: EnvelopeError
})

/** What stands in more than one answer, each after what it holds itself. */
const named = {
  Effects,
  Action,
  Actor,
  Recovery,
  Error: EnvelopeError,
  Cost,
  Asset,
  Download,
  Job,
  Model: ModelRow,
  Event: ActivityEvent,
  Success: SuccessEnvelope,
  Failure: FailureEnvelope
}

/** The codes that only a client ends in: no service answers them (contract §2). */
const ofClients: ReadonlySet<Code> = new Set([
  "PUBLIC_CLI_FAILED",
  "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
  "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
  "PUBLIC_CLI_CONFIG_WRITE_FAILED",
  "PAYMENT_CREDENTIAL_FLAG_REJECTED",
  "HOSTED_API_REQUEST_FAILED",
  "HOSTED_API_NON_JSON_RESPONSE",
  "HOSTED_API_INVALID_RESPONSE",
  "REMOTE_UPLOAD_FETCH_FAILED",
  "ASSET_DOWNLOAD_FAILED",
  "CONFIG_READ_FAILED",
  "OUTPUT_EXISTS",
  "OUTPUT_WRITE_FAILED",
  "INPUT_READ_FAILED",
  "UPLOAD_ASSET_ID_MISSING",
  "INTERRUPTED"
])

const everywhere: ReadonlyArray<Code> = ["INVALID_ARGUMENTS", "RATE_LIMITED", "INTERNAL_ERROR", "TIMEOUT"]
const withToken: ReadonlyArray<Code> = ["AUTH_REQUIRED", "TOKEN_INVALID", "TOKEN_REVOKED"]

/** What may stand between a request and its answer: the token, for some inputs or for all. */
const authsOf = (operation: AnyServiceOperation): ReadonlySet<string> =>
  new Set([authOf(operation, {}), authOf(operation, { dry_run: true }), ...bearerHeader(operation)])

// An operation that takes the token as a field of its request works without one.
const bearerHeader = ({ wire }: AnyServiceOperation): ReadonlyArray<"optional"> =>
  Object.values(wire.headers ?? {}).includes("authorization") ? ["optional"] : []

const codesOf = (operation: AnyServiceOperation): ReadonlyArray<Code> => {
  const auths = authsOf(operation)
  const all: ReadonlyArray<Code> = [
    // Whoever runs a command on the service gets the answer that the command has.
    ...operation.codes.filter((code) => operation.id === "cli" || !ofClients.has(code)),
    ...everywhere,
    ...(auths.has("required") || auths.has("optional") ? withToken : []),
    ...(operation.grant === undefined ? [] : (["CAPABILITY_DENIED"] as const))
  ]
  return [...new Set(all)]
}

const reference = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` })

const everyAnswer: Json = {
  "x-request-id": reference("headers", "RequestId"),
  "x-image-skill-exit-code": reference("headers", "ExitCode")
}

const failure = (description: string, headers: Json = {}): Json => ({
  description,
  headers: { ...everyAnswer, ...headers },
  content: { "application/json": { schema: reference("schemas", "Failure") } }
})

const extraHeaders: Readonly<Record<number, Json>> = {
  401: { "www-authenticate": reference("headers", "Authenticate") },
  429: { "retry-after": reference("headers", "RetryAfter") }
}

const statusesOf = (those: ReadonlyArray<Code>): ReadonlyArray<number> =>
  [...new Set(those.map((code) => codes[code].status))].sort((left, right) => left - right)

/** Each failing status with the codes that may stand behind it. */
const failures = (): Json => {
  const all = (Object.keys(codes) as ReadonlyArray<Code>).filter((code) => !ofClients.has(code))
  return {
    ...Object.fromEntries(
      statusesOf(all).map((status) => [
        `Status${status}`,
        failure(
          all
            .filter((code) => codes[code].status === status)
            .map((code) => `${code} (exit ${exitCodes[codes[code].tag]}): ${codes[code].docs}`)
            .join(" "),
          extraHeaders[status]
        )
      ])
    ),
    Other: failure(
      "Any other failure that the service tells: the same envelope, with its exit code in the header"
    )
  }
}

const successes = (operation: AnyServiceOperation, data: Json, waits: boolean): Json => {
  const answer = (description: string): Json => ({
    description,
    headers: everyAnswer,
    content: {
      "application/json": {
        schema: {
          allOf: [
            reference("schemas", "Success"),
            { type: "object", required: ["data"], properties: { data } }
          ]
        }
      }
    }
  })
  return {
    "200": answer(operation.summary),
    // What waits may also answer before the work is done.
    ...(waits ? { "202": answer("The work goes on: data holds the job's id and a status of running") } : {})
  }
}

const withoutFields = (schema: Json, names: ReadonlySet<string>): Json => {
  const properties = (schema["properties"] ?? {}) as Json
  const required = (schema["required"] ?? []) as ReadonlyArray<string>
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name))),
    ...(required.length === 0 ? {} : { required: required.filter((name) => !names.has(name)) })
  }
}

const pathItem = (
  components: Components,
  id: ServiceOperationId,
  operation: AnyServiceOperation
): { readonly path: string; readonly method: string; readonly item: Json } => {
  const { alsoHeaders = {}, headers = {}, method, path, request } = operation.wire
  const wire = jsonSchemaOf(components, request, "request")
  const properties = (wire["properties"] ?? {}) as Readonly<Record<string, Json>>
  const required = new Set((wire["required"] ?? []) as ReadonlyArray<string>)
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name)
  const elsewhere = new Set([...inPath, ...Object.keys(headers)])
  const parameter = (place: "path" | "query" | "header", field: string, name: string): Json => ({
    name,
    in: place,
    required: place === "path" || required.has(field),
    schema: properties[field] ?? {}
  })
  const isPost = method === "POST"
  const body = withoutFields(wire, elsewhere)
  const auths = authsOf(operation)
  const own = codesOf(operation)
  return {
    path: path.replaceAll(/:(\w+)/g, "{$1}"),
    method: method.toLowerCase(),
    item: {
      operationId: id,
      tags: [id.split(".")[0]],
      summary: operation.summary,
      "x-image-skill-command":
        operation.command.length === 0 ? null : ["image-skill", ...operation.command].join(" "),
      "x-image-skill-effects": operation.effects({}),
      ...(operation.grant === undefined ? {} : { "x-image-skill-grant": operation.grant }),
      "x-image-skill-codes": own,
      security: [
        ...(auths.has("none") || auths.has("optional") ? [{}] : []),
        ...(auths.has("required") || auths.has("optional") ? [{ bearer: [] }] : [])
      ],
      parameters: [
        ...inPath.map((name) => parameter("path", name, name)),
        ...Object.entries(headers)
          // OpenAPI wants this header told by `security` alone.
          .filter(([, header]) => header !== "authorization")
          .map(([field, header]) => parameter("header", field, header)),
        ...Object.entries(alsoHeaders).map(([field, header]) => parameter("header", field, header)),
        ...(isPost
          ? []
          : Object.keys(properties)
              .filter((name) => !elsewhere.has(name))
              .map((name) => parameter("query", name, name))),
        reference("parameters", "TraceId")
      ],
      ...(isPost
        ? { requestBody: { required: true, content: { "application/json": { schema: body } } } }
        : {}),
      responses: {
        ...successes(
          operation,
          jsonSchemaOf(components, operation.output, "answer"),
          "wait_ms" in properties
        ),
        ...Object.fromEntries(
          statusesOf(own).map((status) => [String(status), reference("responses", `Status${status}`)])
        ),
        default: reference("responses", "Other")
      }
    }
  }
}

const bytes = (summary: string, type: string): Json => ({
  summary,
  tags: ["files"],
  security: [{}],
  responses: {
    "200": { description: summary, content: { [type]: { schema: {} } } },
    "304": { description: "Not changed since the entity tag that was sent" },
    "404": reference("responses", "Status404")
  }
})

/** Where money meets a browser and Stripe; agents call neither. */
const payments: Json = {
  "/pay/{attempt}": {
    get: {
      operationId: "payments.handoff",
      tags: ["credits"],
      summary: "The short link of a purchase: leads a person's browser on to the payment page",
      security: [{}],
      parameters: [{ name: "attempt", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        "200": { description: "The payment is done or under way", content: { "text/html": { schema: {} } } },
        "302": {
          description: "To the payment page",
          headers: { location: { required: true, schema: { type: "string" } } }
        },
        "404": reference("responses", "Status404"),
        "410": { description: "The link is no longer valid", content: { "text/html": { schema: {} } } }
      }
    }
  },
  "/v1/webhooks/stripe": {
    post: {
      operationId: "webhooks.stripe",
      tags: ["credits"],
      summary: "Stripe's events: their signature is their authentication",
      security: [{}],
      parameters: [{ name: "stripe-signature", in: "header", required: true, schema: { type: "string" } }],
      requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
      responses: {
        "200": {
          description: "The event is stored",
          content: { "application/json": { schema: reference("schemas", "Success") } }
        },
        "400": reference("responses", "Status400"),
        "401": reference("responses", "Status401"),
        "403": reference("responses", "Status403"),
        default: reference("responses", "Other")
      }
    }
  }
}

/** What is served beside the operations: files, which are no envelopes. */
const files = (documents: ReadonlyArray<{ readonly path: string; readonly contentType: string }>): Json => ({
  "/a/{file}": {
    get: {
      ...bytes("An asset's bytes, by its file name; the name is the secret, so no token is needed", "*/*"),
      operationId: "assets.bytes",
      parameters: [
        { name: "file", in: "path", required: true, schema: { type: "string" } },
        { name: "range", in: "header", required: false, schema: { type: "string" } }
      ]
    }
  },
  ...Object.fromEntries(
    documents.map(({ contentType, path }) => [
      path,
      {
        get: {
          ...bytes(`The document ${path.slice(1)}`, contentType.split(";")[0] ?? contentType),
          operationId: `documents${path.replaceAll(/[^a-z]+/g, ".")}`
        }
      }
    ])
  )
})

/** The HTTP API as an OpenAPI 3.1 document, from the operations alone (contract §6). */
export const openApi = (
  address: string | null,
  documents: ReadonlyArray<{ readonly path: string; readonly contentType: string }>
): object => {
  const components: Components = { schemas: {}, known: new Map() }
  for (const [name, schema] of Object.entries(named)) nameSchema(components, name, schema)
  const paths: Record<string, Record<string, Json>> = {}
  for (const [id, operation] of Object.entries(serviceOperations)) {
    const { item, method, path } = pathItem(components, id as ServiceOperationId, operation)
    paths[path] = { ...paths[path], [method]: item }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "image-skill",
      version,
      summary: "Create and edit images, for agents",
      description:
        "Every answer but a file's is one envelope. Send a JSON body as application/json, and the token as a bearer. Unknown fields in a request are refused; unknown fields in an answer are to be passed on.",
      license: { name: "MIT", identifier: "MIT" }
    },
    servers: [
      address === null
        ? {
            url: "http://127.0.0.1:8787",
            description: "Where image-skill serve listens unless told otherwise"
          }
        : { url: address }
    ],
    security: [{ bearer: [] }],
    paths: { ...paths, ...payments, ...files(documents) },
    components: {
      schemas: Object.fromEntries(
        Object.entries(components.schemas).sort(([left], [right]) => (left < right ? -1 : 1))
      ),
      responses: failures(),
      parameters: {
        TraceId: {
          name: "x-image-skill-trace-id",
          in: "header",
          required: false,
          description: "The trace id to answer under; another is made when it is missing or malformed",
          schema: { type: "string", pattern: "^trace_[0-9a-f]{16,64}$" }
        }
      },
      headers: {
        RequestId: { description: "The envelope's trace id", schema: { type: "string" } },
        ExitCode: {
          description: "What the CLI would exit with: 0 for a success, else that of the error's class",
          schema: { type: "string", pattern: "^[0-9]$" }
        },
        RetryAfter: { description: "Seconds to wait", schema: { type: "string", pattern: "^[0-9]+$" } },
        Authenticate: { description: "Bearer", schema: { type: "string" } }
      },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "The token that a sign-up hands out once, isk_…"
        }
      }
    }
  }
}
