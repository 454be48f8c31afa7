import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as Data from "effect/Data"

/** How far an exchange had come when it failed. */
export type Phase = "connect" | "tls" | "send" | "first_byte" | "body"

const again = { retryable: true, timeout: false } as const
const never = { retryable: false, timeout: false } as const
const late = { retryable: true, timeout: true } as const

// The names of certificate failures are Node's own, lower-cased: they are what people search for.
const causes = {
  econnrefused: again,
  econnreset: again,
  econnaborted: again,
  eai_again: again,
  ehostunreach: again,
  enetunreach: again,
  enetdown: again,
  etimedout: late,
  epipe: again,
  eaddrnotavail: again,
  emfile: again,
  enotfound: never,
  eacces: never,
  eperm: never,
  private_address: never,
  blocked_port: never,
  connect_timeout: late,
  first_byte_timeout: late,
  idle_timeout: late,
  rate_too_low: late,
  total_timeout: late,
  truncated_body: again,
  header_overflow: never,
  invalid_http: never,
  too_large: never,
  bad_encoding: never,
  invalid_utf8: never,
  invalid_json: never,
  body_consumed: never,
  proxy_refused: again,
  proxy_auth_required: never,
  proxy_unsupported: never,
  tls_verification_disabled: never,
  tls_handshake_failed: never,
  err_tls_cert_altname_invalid: never,
  unable_to_get_issuer_cert: never,
  unable_to_get_crl: never,
  unable_to_decrypt_cert_signature: never,
  unable_to_decrypt_crl_signature: never,
  unable_to_decode_issuer_public_key: never,
  cert_signature_failure: never,
  crl_signature_failure: never,
  cert_not_yet_valid: never,
  cert_has_expired: never,
  crl_not_yet_valid: never,
  crl_has_expired: never,
  error_in_cert_not_before_field: never,
  error_in_cert_not_after_field: never,
  error_in_crl_last_update_field: never,
  error_in_crl_next_update_field: never,
  out_of_mem: never,
  depth_zero_self_signed_cert: never,
  self_signed_cert_in_chain: never,
  unable_to_get_issuer_cert_locally: never,
  unable_to_verify_leaf_signature: never,
  cert_chain_too_long: never,
  cert_revoked: never,
  invalid_ca: never,
  path_length_exceeded: never,
  invalid_purpose: never,
  cert_untrusted: never,
  cert_rejected: never,
  hostname_mismatch: never,
  invalid_url: never,
  invalid_request: never,
  request_body_failed: never,
  canceled: never,
  unknown: never
} as const satisfies Record<string, { readonly retryable: boolean; readonly timeout: boolean }>

/** The closed list of reasons why an exchange may fail: `error.details.cause` of the envelope (contract §1). */
export type CauseName = keyof typeof causes

/** Why, where and how safely an exchange failed; `sent: "no"` only when no byte can have reached the service (contract §11). */
export interface NetworkCause {
  readonly cause: CauseName
  readonly phase: Phase
  readonly sent: "no" | "maybe"
  /** Whether the same request may succeed later; whether it may be repeated is a question of its key. */
  readonly retryable: boolean
  readonly timeout: boolean
  /** Whether it was the way to or through a proxy that failed. */
  readonly via: "direct" | "proxy"
}

/** The `cause` of the platform errors of our transport; `origin` keeps the failure of a request's own body stream. */
export class NetworkFault extends Data.TaggedError("NetworkFault")<
  NetworkCause & { readonly origin?: unknown }
> {
  override get message(): string {
    return this.cause
  }
}

/** What differs from the rule when a fault is made. */
export interface FaultOptions {
  readonly sent?: "no" | "maybe"
  readonly retryable?: boolean
  readonly via?: "direct" | "proxy"
  readonly origin?: unknown
}

/** Makes a fault; before the connection stands nothing can have been sent, from then on anything may have been (contract §11). */
export const makeFault = (cause: CauseName, phase: Phase, options: FaultOptions = {}): NetworkFault =>
  new NetworkFault({
    cause,
    phase,
    sent: options.sent ?? (phase === "connect" || phase === "tls" ? "no" : "maybe"),
    retryable: options.retryable ?? causes[cause].retryable,
    timeout: causes[cause].timeout,
    via: options.via ?? "direct",
    ...(options.origin === undefined ? {} : { origin: options.origin })
  })

const isCause = (name: string): name is CauseName => Object.hasOwn(causes, name)

const codeOf = (error: unknown): string => {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  return typeof code === "string" ? code : ""
}

/** Names the failure that Node reports in a phase. */
export const causeOfNode = (error: unknown, phase: Phase): CauseName => {
  const code = codeOf(error)
  if (code === "HPE_HEADER_OVERFLOW") return "header_overflow"
  if (code.startsWith("HPE_")) return "invalid_http"
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return "tls_handshake_failed"
  // Once the header is there, a connection that breaks off is above all an incomplete body.
  if (phase === "body" && (code === "ECONNRESET" || code === "ECONNABORTED" || code === "EPIPE")) {
    return "truncated_body"
  }
  if (code === "ERR_INVALID_CHAR" || code === "ERR_INVALID_HTTP_TOKEN") return "invalid_request"
  if (code === "ENODATA") return "enotfound"
  const name = code.toLowerCase()
  if (isCause(name)) return name
  return phase === "tls" ? "tls_handshake_failed" : "unknown"
}

/** Reads why an exchange failed from the platform's error, whichever client made it (contract §11). */
export const networkCause = (error: HttpClientError): NetworkCause => {
  if (error.cause instanceof NetworkFault) {
    const { cause, phase, retryable, sent, timeout, via } = error.cause
    return { cause, phase, sent, retryable, timeout, via }
  }
  if (error._tag === "ResponseError") {
    return makeFault(error.reason === "Decode" ? "invalid_json" : "unknown", "body")
  }
  // The platform builds the address and encodes JSON before our transport is asked.
  if (error.reason === "InvalidUrl") return makeFault("invalid_url", "connect")
  return makeFault(error.reason === "Encode" ? "request_body_failed" : "unknown", "send")
}
