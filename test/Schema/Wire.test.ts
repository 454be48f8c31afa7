import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { operations, serviceOperations } from "../../src/Operations/index.js"
import { Action } from "../../src/Schema/Action.js"
import { ActivityEvent } from "../../src/Schema/Activity.js"
import { Asset, Download } from "../../src/Schema/Asset.js"
import { Config } from "../../src/Schema/Config.js"
import { ModelsRequest } from "../../src/Schema/Considered.js"
import { Cost } from "../../src/Schema/Cost.js"
import { CreateRequest, EditRequest } from "../../src/Schema/Create.js"
import { Effects } from "../../src/Schema/Effects.js"
import { Actor, EnvelopeError, WireEnvelope } from "../../src/Schema/Envelope.js"
import * as Ids from "../../src/Schema/Ids.js"
import { Job } from "../../src/Schema/Job.js"
import { ModelRow } from "../../src/Schema/Model.js"
import { Recovery } from "../../src/Schema/Recovery.js"
import { TelemetryEvent } from "../../src/Schema/Telemetry.js"
import { jsonObject } from "../support/Arbitraries.js"

const preserve = { onExcessProperty: "preserve" } as const

const sampled = { numRuns: 40, seed: 51 }

// JSON can hold a key `__proto__`; Schema drops it, which suits us: what it would set is a prototype.
const isSound = (value: unknown): boolean => !JSON.stringify(value).includes("__proto__")

// What cannot be generated from its pattern, because the pattern looks ahead, or travels as a text of JSON, which holds less.
const handmade: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  "models.list": Arbitrary.make(ModelsRequest).map(
    (value): unknown => JSON.parse(JSON.stringify(value)) as unknown
  ),
  signup: fc.record({
    agent_contact: fc.constantFrom("inbox@example.com", "a.b+c@sub.example.org"),
    agent_name: fc.constantFrom("painter", "Painter 2"),
    runtime: fc.constantFrom("codex", "claude-code")
  })
}

/** decode ∘ encode = id, and encode ∘ decode = id on what was encoded. */
const roundTrips = (name: string, schema: Schema.Schema.All, values?: fc.Arbitrary<unknown>) =>
  it(`${name}: decode ∘ encode = id`, () => {
    const one = schema as Schema.Schema<unknown, unknown>
    fc.assert(
      fc.property((values ?? Arbitrary.make(one)).filter(isSound), (value) => {
        const encoded = Schema.encodeSync(one, preserve)(value)
        const decoded = Schema.decodeUnknownSync(one, preserve)(encoded)
        expect(decoded).toEqual(value)
        expect(Schema.encodeSync(one, preserve)(decoded)).toEqual(encoded)
      }),
      sampled
    )
  })

describe("schemas of the contract", () => {
  for (const [name, schema] of Object.entries({
    Action,
    ActivityEvent,
    Actor,
    Asset,
    Config,
    Cost,
    Download,
    Effects,
    EnvelopeError,
    Job,
    ModelRow,
    Recovery,
    WireEnvelope
  }))
    roundTrips(name, schema)
})

describe("schemas of the wire", () => {
  for (const [id, operation] of Object.entries(serviceOperations))
    roundTrips(`request of ${id}`, operation.wire.request, handmade[id])
  for (const [id, operation] of Object.entries(operations)) {
    roundTrips(
      `input of ${id}`,
      operation.input,
      handmade[id]?.map((value) => ({ ...(value as object), save: true, show_token: false }))
    )
    roundTrips(`output of ${id}`, operation.output)
  }
})

describe("what we pass on", () => {
  const open: Readonly<Record<string, readonly [Schema.Schema.All, object]>> = {
    Asset: [Asset, { asset_id: "image_1" }],
    Job: [Job, { job_id: "job_1", status: "completed" }],
    ModelRow: [ModelRow, { id: "m" }],
    ActivityEvent: [ActivityEvent, { event_id: "evt_1", type: "job.completed" }],
    Recovery: [Recovery, {}],
    Actor: [Actor, { actor_type: "x", actor_id: "y" }],
    EnvelopeError: [EnvelopeError, { code: "X", message: "y", retryable: false }],
    Config: [Config, { version: 1 }]
  }
  for (const [name, [schema, least]] of Object.entries(open)) {
    it(`${name} keeps fields that it does not know`, () => {
      const one = schema as Schema.Schema<unknown, unknown>
      fc.assert(
        fc.property(jsonObject, (unknown) => {
          const given = {
            ...Object.fromEntries(Object.entries(unknown).map(([key, value]) => [`zz_${key}`, value])),
            ...least
          }
          expect(Schema.encodeSync(one, preserve)(Schema.decodeUnknownSync(one, preserve)(given))).toEqual(
            given
          )
        }),
        { numRuns: 100, seed: 52 }
      )
    })
  }

  for (const [name, schema, least] of [
    ["create", CreateRequest, { prompt: "x" }],
    ["edit", EditRequest, { input_asset_id: "image_1" }]
  ] as const) {
    it(`what ${name} acts on is strict: an unknown field is refused`, () => {
      const decode = Schema.decodeUnknownEither(schema as Schema.Schema<unknown, unknown>, {
        onExcessProperty: "error"
      })
      expect(Either.isRight(decode(least))).toBe(true)
      for (const more of [{ n: 1 }, { url: "x" }, { maxUsd: 1 }, { __proto__: null, constructor: 1 }])
        expect(Either.isLeft(decode({ ...least, ...more }))).toBe(true)
      for (const [field, value] of Object.entries({
        max_usd: "0.07",
        output_count: 1.5,
        dry_run: "false",
        idempotency_key: "",
        model: "../x",
        max_estimated_usd_per_image: -1,
        prompt: " "
      }))
        expect(Either.isLeft(decode({ ...least, [field]: value })), field).toBe(true)
    })
  }
})

describe("identifiers", () => {
  it("are made of at least 96 random bits behind their prefix, and read back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(Ids.idPrefixes) as ReadonlyArray<Ids.IdKind>)),
        fc.uint8Array({ minLength: 12, maxLength: 16 }),
        (kind, random) => {
          const id = Ids.formatId(kind, random)
          expect(id).toMatch(new RegExp(`^${Ids.idPrefixes[kind]}_[0-9a-f]{24,32}$`))
          expect(Buffer.from(id.slice(id.indexOf("_") + 1), "hex")).toEqual(Buffer.from(random))
        }
      ),
      { numRuns: 200, seed: 53 }
    )
  })
})

describe("telemetry", () => {
  const least = {
    schema: "image-skill.telemetry.v1",
    occurred_at: "2026-01-01T00:00:00.000Z",
    operation: "jobs.show",
    client_version: "0.2.0",
    service: "remote",
    actor_class: "agent",
    capability_id: null,
    status: "ok",
    exit_code: 0,
    error_class: null,
    duration_ms: 1,
    credits_required: null,
    output_count: null,
    retry_state: "first",
    job_id: null,
    trace_id: "trace_0123456789abcdef"
  }
  const encode = Schema.encodeUnknownEither(Schema.parseJson(TelemetryEvent), { onExcessProperty: "error" })
  const canaries = [
    "a red fox beside a lighthouse",
    "isk_r_ABCDEFGH12345678",
    "https://a.test/x",
    "/home/agent/photo.png",
    "me@example.com",
    "C:\\photos",
    "image_0123",
    "key with spaces",
    "\u202e"
  ]

  it("encodes what it is for", () => {
    expect(Either.isRight(encode(least))).toBe(true)
  })

  it("cannot hold a prompt, token, path, address or contact in any field, nor another field", () => {
    for (const canary of canaries) {
      for (const field of Object.keys(least))
        expect(Either.isLeft(encode({ ...least, [field]: canary })), `${field}: ${canary}`).toBe(true)
      expect(Either.isLeft(encode({ ...least, prompt: canary }))).toBe(true)
    }
  })
})
