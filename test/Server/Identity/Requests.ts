import { serviceOperations, type ServiceOperationId } from "../../../src/Operations/index.js"

const job = `job_${"0".repeat(32)}`
const image = `image_${"0".repeat(32)}`

const svg =
  "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><rect width='32' height='64'/></svg>"

/** A well-formed request of every service operation; an operation without one fails the tests that go through all. */
export const requests: {
  readonly [Id in ServiceOperationId]: { readonly path: string; readonly body?: unknown }
} = {
  health: { path: "/healthz" },
  signup: {
    path: "/v1/agent-signups",
    body: { agent_contact: "parity@example.com", agent_name: "parity", runtime: "test" }
  },
  whoami: { path: "/v1/whoami" },
  "usage.quota": { path: "/v1/quota" },
  "credits.methods": { path: "/v1/payment-methods" },
  "credits.packs": { path: "/v1/credit-packs" },
  "credits.quote": {
    path: "/v1/credit-quotes",
    body: { pack_id: "starter-500", payment_method: "stripe_checkout", idempotency_key: "parity-3" }
  },
  "credits.buy.checkout": {
    path: "/v1/credit-purchases/stripe-checkout-sessions",
    body: { quote_id: `quote_${"0".repeat(32)}`, idempotency_key: "parity-4" }
  },
  "credits.buy.deposit": {
    path: "/v1/credit-purchases/stripe-x402-deposits",
    body: { quote_id: `quote_${"0".repeat(32)}`, idempotency_key: "parity-5" }
  },
  "credits.status": { path: `/v1/credit-purchases/status?quote_id=quote_${"0".repeat(32)}` },
  "models.list": { path: "/v1/models?details=true" },
  "models.show": { path: "/v1/models/local.canvas" },
  "capabilities.list": { path: "/v1/capabilities" },
  "capabilities.show": { path: "/v1/capabilities/is.image.generate.local-canvas.v1" },
  "engines.list": { path: "/v1/engines" },
  "engines.test": { path: "/v1/engines/test", body: { provider: "local" } },
  create: {
    path: "/v1/create",
    body: { prompt: "a square", model: "local.svg", model_parameters: { svg }, idempotency_key: "parity-1" }
  },
  upload: {
    path: "/v1/upload",
    body: {
      source_kind: "local_path",
      filename: "no.png",
      remote_origin: null,
      mime_type: "image/png",
      content_length: 3,
      sha256: "0".repeat(64),
      bytes_base64: "AAAA"
    }
  },
  edit: { path: "/v1/edit", body: { input_asset_id: image, prompt: "in grey", idempotency_key: "parity-2" } },
  "assets.list": { path: "/v1/assets" },
  "assets.show": { path: `/v1/assets/${image}` },
  "assets.delete": { path: `/v1/assets/${image}` },
  "feedback.create": { path: "/v1/feedback", body: { title: "title", body: "body" } },
  cli: { path: "/v1/cli", body: { argv: ["whoami"] } },
  "jobs.list": { path: "/v1/jobs" },
  "jobs.show": { path: `/v1/jobs/${job}` },
  "jobs.cancel": { path: `/v1/jobs/${job}/cancel`, body: {} },
  "jobs.resume": { path: `/v1/jobs/${job}/resume`, body: {} },
  "operations.list": { path: "/v1/operations" },
  "operations.show": { path: "/v1/operations/no-such-key?operation=create" },
  "activity.list": { path: "/v1/activity" },
  "activity.show": { path: `/v1/activity/${job}` }
}

/** Every service operation with its request, in one order. */
export const everyOperation = (Object.keys(serviceOperations) as Array<ServiceOperationId>).map((id) => ({
  id,
  operation: serviceOperations[id],
  ...requests[id]
}))
