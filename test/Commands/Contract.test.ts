import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import {
  bodyText,
  type FakeAnswer,
  failsWith,
  home,
  routes,
  runCommand,
  succeeds
} from "../../src/Testing/index.js"
import { png } from "../support/FaultRun.js"

// contract §4, row by row, against a canned service: exit, code, fields of the data, requests.

const origin = "https://service.test"
const token = "isk_r_abcdefgh12345678"
const job = { job_id: "job_1", status: "completed", assets: [] }
const asset = { asset_id: "image_1", url: `${origin}/a/image_1.png`, content_length: png.length }
const table: Readonly<Record<string, FakeAnswer>> = {
  "GET /healthz": succeeds({ status: "ok", api_version: "v1", media_origin: "https://media.test" }),
  "GET /v1/whoami": succeeds({ actor: { actor_id: "agt_1" }, claim_state: "unclaimed", grants: ["create"] }),
  "GET /v1/quota": succeeds({
    authenticated: true,
    limits: { remaining_credits: 5 },
    daily_jobs: { limit: 4 }
  }),
  "GET /v1/models": succeeds({
    models: [{ id: "m.a", operations: ["image.generate"] }],
    summary: { total: 1 }
  }),
  "GET /v1/models/*": succeeds({ model: { id: "m.a" }, resolved_from: "default" }),
  "GET /v1/capabilities": succeeds({ capabilities: [{ id: "is.image.generate.m-a.v1" }] }),
  "GET /v1/capabilities/*": succeeds({ capability: { id: "is.image.generate.m-a.v1" } }),
  "GET /v1/payment-methods": succeeds({ methods: [] }),
  "GET /v1/credit-packs": succeeds({ packs: [], default_pack_id: "starter-500" }),
  "POST /v1/create": succeeds({ ...job, shoe_size: 43 }),
  "POST /v1/edit": succeeds(job),
  "POST /v1/upload": succeeds({ asset, upload: { bytes: 1 } }),
  "GET /v1/assets": succeeds({ assets: [asset], next_cursor: null }),
  "GET /v1/assets/*": succeeds({ asset }),
  "DELETE /v1/assets/*": succeeds({ asset_id: "image_1", deleted: true }),
  "GET /a/*": { status: 200, headers: { "content-type": "image/png" }, body: png },
  "GET /v1/jobs": succeeds({ jobs: [job], next_cursor: null }),
  "GET /v1/jobs/job_1": succeeds({ job }),
  "GET /v1/jobs/job_failed": succeeds({
    job: {
      job_id: "job_failed",
      status: "failed",
      error: { code: "CONTENT_POLICY_DENIED", message: "no", retryable: false }
    }
  }),
  "GET /v1/jobs/job_canceled": succeeds({ job: { job_id: "job_canceled", status: "canceled" } }),
  "GET /v1/jobs/job_planned": succeeds({
    job: { job_id: "job_planned", status: "planned", plan_receipt: {} }
  }),
  "POST /v1/jobs/*": succeeds({ job: { ...job, status: "canceled" }, canceled: true }),
  "GET /v1/activity": succeeds({ events: [], source: "hosted_activity_ledger" }),
  "GET /v1/activity/*": succeeds({ events: [], source: "hosted_activity_ledger" }),
  "POST /v1/feedback": succeeds({ feedback_id: "sig_1" }),
  "POST /v1/agent-signups": succeeds({
    agent_id: "agt_1",
    token: "isk_r_handedout123456",
    claim_state: "unclaimed"
  })
}

interface Row {
  readonly argv: string
  readonly exit?: number
  readonly code?: string
  readonly sent?: ReadonlyArray<string>
  /** Fields of `data`, by their path. */
  readonly data?: Readonly<Record<string, unknown>>
  /** What the last body holds. */
  readonly body?: object
  readonly recovery?: object
  readonly auth?: false
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly stdin?: string
}

const picture = { [`${process.cwd()}/photo.png`]: png }
const signup = "signup --agent --agent-contact A@B.test --agent-name N --runtime R"
const badArguments = { exit: 2, code: "INVALID_ARGUMENTS", sent: [] }

const rows: ReadonlyArray<Row> = [
  { argv: "help", sent: [], data: { docs_url: "docs/cli.md" } },
  { argv: "create --help", sent: [], data: { command: "create", "effects.credit_debit": true } },
  { argv: "version", sent: [], data: { package: "image-skill" } },
  { argv: "commands", sent: [], data: { schema: "image-skill.commands.v1" } },
  { argv: "doctor", sent: ["GET /healthz"], data: { "service.reachable": true } },
  { argv: "config show", sent: [], data: { "effective.chosen_by": "env" } },
  { argv: "config use local", sent: [], data: { api_base_url: "local" } },
  { argv: "whoami", sent: ["GET /v1/whoami"], data: { claim_state: "unclaimed", "actor.actor_id": "agt_1" } },
  { argv: "whoami", auth: false, exit: 3, code: "AUTH_REQUIRED", sent: [] },
  { argv: "auth status", sent: ["GET /v1/whoami"], data: { authenticated: true, auth_source: "env" } },
  { argv: "auth status", auth: false, sent: [], data: { authenticated: false, auth_source: "none" } },
  { argv: "auth logout", sent: [], data: { removed: false } },
  {
    argv: signup,
    auth: false,
    sent: ["POST /v1/agent-signups"],
    data: {
      token: null,
      token_presented: false,
      "storage.saved": true,
      "auth_handoff.token_source_after_signup": "config"
    },
    body: { agent_contact: "a@b.test", return_token: true }
  },
  {
    argv: `${signup} --no-save --show-token`,
    auth: false,
    sent: ["POST /v1/agent-signups"],
    data: { token: "isk_r_handedout123456", token_presented: true, "storage.saved": false }
  },
  { argv: `${signup} --no-save`, auth: false, body: { return_token: false }, data: { token: null } },
  { argv: `${signup} --save --no-save`, auth: false, ...badArguments },
  { argv: `${signup} --human-email other@b.test`, auth: false, ...badArguments },
  { argv: "usage quota", sent: ["GET /v1/quota"], data: { "limits.remaining_credits": 5 } },
  { argv: "usage", sent: ["GET /v1/quota"] },
  { argv: "quota", sent: ["GET /v1/quota"] },
  { argv: "credits methods", auth: false, sent: ["GET /v1/payment-methods"] },
  {
    argv: "credits packs list",
    auth: false,
    sent: ["GET /v1/credit-packs"],
    data: { default_pack_id: "starter-500" }
  },
  { argv: "models", auth: false, sent: ["GET /v1/models"], data: { "summary.total": 1 } },
  {
    argv: "models list --available --operation image.edit --provider p --query fox --details",
    auth: false,
    sent: ["GET /v1/models?available=true&operation=image.edit&provider=p&query=fox&details=true"]
  },
  { argv: "models list --catalog-only --executable", ...badArguments },
  {
    argv: "models show default",
    auth: false,
    sent: ["GET /v1/models/default"],
    data: { resolved_from: "default" }
  },
  { argv: "capabilities", auth: false, sent: ["GET /v1/capabilities"] },
  {
    argv: "capabilities show is.image.generate.m-a.v1",
    auth: false,
    sent: ["GET /v1/capabilities/is.image.generate.m-a.v1"]
  },
  {
    argv: "create --prompt fox --model m.a --output-count 2 --max-usd 0.5 --idempotency-key k",
    sent: ["POST /v1/create"],
    data: { job_id: "job_1", shoe_size: 43 },
    body: { prompt: "fox", model: "m.a", output_count: 2, max_usd: 0.5, idempotency_key: "k" }
  },
  {
    argv: "create --prompt-file - --dry-run",
    stdin: "fox\n",
    sent: ["POST /v1/create"],
    body: { prompt: "fox", dry_run: true }
  },
  { argv: "create --prompt fox", auth: false, exit: 3, code: "AUTH_REQUIRED", sent: [] },
  { argv: "create --prompt fox --output-dir x", ...badArguments, recovery: { required_flag: "--download" } },
  { argv: "create --guide --prompt fox --dry-run", ...badArguments },
  { argv: "create --prompt fox --card 4242", exit: 2, code: "PAYMENT_CREDENTIAL_FLAG_REJECTED", sent: [] },
  {
    argv: "create --prompt fox --element-reference image_2@0",
    exit: 2,
    code: "REFERENCES_INVALID",
    sent: []
  },
  {
    argv: "upload photo.png",
    files: picture,
    sent: ["POST /v1/upload"],
    data: { "asset.asset_id": "image_1" }
  },
  { argv: "upload --input photo.png", files: picture, sent: ["POST /v1/upload"] },
  {
    argv: "edit --input photo.png --mask photo.png --prompt x",
    files: picture,
    sent: ["POST /v1/upload", "POST /v1/edit"],
    body: { input_asset_id: "image_1", mask_asset_id: "image_1" }
  },
  {
    argv: "edit --input-asset-id image_1 --prompt x",
    sent: ["POST /v1/edit"],
    body: { input_asset_id: "image_1" }
  },
  { argv: "edit --input image_1 --input-asset-id image_2 --prompt x", ...badArguments },
  { argv: "assets show image_1", sent: ["GET /v1/assets/image_1"], data: { "asset.asset_id": "image_1" } },
  { argv: "assets show image_1", auth: false, exit: 3, code: "AUTH_REQUIRED", sent: [] },
  { argv: "assets show photo.png", exit: 2, code: "INVALID_ARGUMENTS" },
  {
    argv: `assets get image_1 --output ${home}/o.png`,
    sent: ["GET /v1/assets/image_1", "GET /a/image_1.png"],
    data: { "download.bytes": png.length }
  },
  { argv: "assets list --limit 5", sent: ["GET /v1/assets?limit=5"] },
  { argv: "assets delete image_1", sent: ["DELETE /v1/assets/image_1"] },
  { argv: "jobs show job_1", sent: ["GET /v1/jobs/job_1"], data: { "job.status": "completed" } },
  { argv: "jobs show job_failed", sent: ["GET /v1/jobs/job_failed"], data: { "job.status": "failed" } },
  { argv: "jobs wait job_1", sent: ["GET /v1/jobs/job_1"] },
  { argv: "jobs wait job_planned", sent: ["GET /v1/jobs/job_planned"] },
  { argv: "jobs wait job_failed", exit: 6, code: "CONTENT_POLICY_DENIED" },
  { argv: "jobs wait job_canceled", exit: 1, code: "JOB_CANCELED" },
  { argv: "jobs show job_none", exit: 1, code: "NOT_FOUND", sent: ["GET /v1/jobs/job_none"] },
  { argv: "jobs list --status failed", sent: ["GET /v1/jobs?status=failed"] },
  { argv: "jobs cancel job_1", sent: ["POST /v1/jobs/job_1/cancel"], data: { canceled: true } },
  { argv: "activity list --limit 20 --subject job_1", sent: ["GET /v1/activity?limit=20&subject=job_1"] },
  { argv: "activity show job_1", sent: ["GET /v1/activity/job_1"] },
  {
    argv: "feedback create --title T --body B --surface a,b --severity high",
    sent: ["POST /v1/feedback"],
    body: { title: "T", body: "B", surface: ["a", "b"], severity: "high" }
  },
  { argv: "feedback create", ...badArguments }
]

const at = (data: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | null)?.[key], data)

describe("a command", () => {
  rows.forEach(
    ({ argv, auth, body, code, data = {}, exit = 0, files = {}, recovery, sent, stdin }, index) => {
      it(`${index + 1}: ${argv}${auth === false ? ", signed out" : ""}`, () =>
        Effect.runPromise(
          Effect.gen(function* () {
            const { envelope, exitCode, requests } = yield* runCommand(argv.split(" "), {
              service: routes({ ...table, "GET /v1/jobs/job_none": failsWith("NOT_FOUND") }),
              env: {
                IMAGE_SKILL_API_BASE_URL: origin,
                ...(auth === false ? {} : { IMAGE_SKILL_TOKEN: token })
              },
              files,
              ...(stdin === undefined ? {} : { stdin })
            })
            const told = JSON.stringify(envelope.error ?? envelope.data).slice(0, 400)
            expect([exitCode, envelope.error?.code ?? null], told).toEqual([exit, code ?? null])
            if (sent !== undefined)
              expect(requests.map(({ method, url }) => `${method} ${url.replace(origin, "")}`)).toEqual(sent)
            for (const [path, value] of Object.entries(data))
              expect(at(envelope.data, path), path).toEqual(value)
            const last = requests.at(-1)
            if (body !== undefined && last !== undefined)
              expect(JSON.parse(bodyText(last))).toMatchObject(body)
            if (recovery !== undefined) expect(envelope.error?.recovery).toMatchObject(recovery)
            // A token goes where one is needed and nowhere else.
            for (const { headers, url } of requests)
              if (auth === false || /\/(?:healthz|a\/)/.test(url))
                expect(headers["authorization"]).toBeUndefined()
          })
        ))
    }
  )
})
