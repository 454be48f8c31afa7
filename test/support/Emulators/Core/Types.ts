import type { IncomingHttpHeaders } from "node:http"

/** Where in a provider's protocol a request is aimed. */
export type Point = "submit" | "status" | "result" | "cancel" | "cdn" | "upload" | "catalog"

export type ProviderName = "openai" | "xai" | "fal" | "compatible" | "comfyui" | "automatic1111"

/** A scripted misbehaviour: a name, or a name with where, how often and how long. */
export type Fault =
  | string
  | {
      readonly fault: string
      readonly on?: Point
      readonly times?: number
      readonly ms?: number
      readonly retryAfter?: number | string | null
    }

/** A fault with everything but its duration settled. */
export interface FaultCall {
  readonly fault: string
  readonly on: Point
  readonly ms: number | undefined
  readonly retryAfter: number | string | null | undefined
}

/** A parsed body is whatever the client sent. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

/** A request as scripts and protocols see it. */
export interface Request {
  readonly point: Point
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  /** JSON, `Multipart`, or undefined when it is neither. */
  readonly body: Json
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type Outcome = "accepted" | "refused" | "dropped" | "pending"

/** A POST that could cost money. */
export interface Submission {
  readonly index: number
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
  readonly valid: boolean
  readonly fault: string | undefined
  readonly outcome: Outcome
  /** What the vendor surely charged. */
  readonly paidMicros: number
  /** What it may have charged at most. */
  readonly atMostMicros: number
  readonly requestId: string | undefined
}

/** Any other request. */
export interface Visit {
  readonly point: Point | "unknown"
  readonly method: string
  readonly path: string
  readonly at: number
  readonly status: number
  readonly fault: string | undefined
}

/** What a scripted function may answer. */
export type Decide = (request: Request) => Fault | undefined

export interface JobView {
  readonly requestId: string
  readonly endpoint: string
  readonly state: "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED"
  readonly cancelled: boolean
  readonly polls: number
}

/** A running emulator. */
export interface Emulator {
  readonly provider: ProviderName
  readonly url: string
  readonly baseUrl: string
  readonly port: number
  readonly key: string
  readonly script: (next: Fault | Decide) => void
  readonly submissions: ReadonlyArray<Submission>
  readonly requests: ReadonlyArray<Visit>
  readonly jobs: ReadonlyArray<JobView>
  /** Scripted faults that no request has taken yet. */
  readonly pending: number
  /** micro-USD charged for certain; `paidAtMost` adds what the vendor may have charged. */
  readonly paid: number
  readonly paidAtMost: number
  /** Lets every held request go on. */
  readonly release: () => void
  readonly finish: (requestId: string) => void
  readonly listen: () => Promise<void>
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface EmulatorOptions {
  readonly key?: string
  readonly port?: number
  /** Base of result URLs; by default the emulator itself. */
  readonly cdnBase?: string
  /** Headers outside the vendor's and HTTP's own are refused (the vendors ignore them). */
  readonly headers?: "strict" | "lenient"
}
