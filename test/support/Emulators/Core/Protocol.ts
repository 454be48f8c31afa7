import type { Picture } from "../Media/Outputs.js"
import type { FileTwist, Files } from "./Files.js"
import type { FaultCall, JobView, Json, Outcome, Point, ProviderName, Reply, Request } from "./Types.js"
import type { WireName } from "./Wires.js"

/** How a submission's happy outcome is bent; what is absent stays as it is. */
export interface Twist {
  readonly count?: (n: number) => number
  readonly size?: (width: number, height: number) => readonly [number, number]
  readonly type?: (type: Picture["type"]) => Picture["type"]
  readonly bytes?: (bytes: Buffer, index: number) => Buffer
  readonly sameBytes?: boolean
  readonly base64?: (encoded: string) => string
  readonly usage?: (usage: Json) => Json
  /** Changes what is truly charged: output tokens, ticks, billable units. */
  readonly units?: (n: number) => number
  readonly body?: (body: Json) => Json
  readonly headers?: (headers: Record<string, string>) => Record<string, string>
  readonly file?: FileTwist
  readonly job?: JobTwist
}

/** How a queued job of fal goes astray. */
export interface JobTwist {
  readonly stays?: "IN_QUEUE" | "IN_PROGRESS"
  readonly extraPolls?: number
  /** The failure the result answers with; `completed` is added to the status body. */
  readonly failure?: { readonly reply: Reply; readonly completed?: Json; readonly billed?: boolean }
  readonly cancel?: "ignored" | "already-completed" | "not-found"
  readonly vanishes?: "status" | "result"
  readonly status?: (body: Json) => Json
  readonly statusCode?: number
  readonly result?: (reply: Reply) => Reply
  readonly submit?: (body: Json) => Json
}

/** `billed` says whether the vendor charges for a submission that meets the fault. */
export type Billed = "yes" | "no" | "unknown"

export type ReplyOf = (request: Request, call: FaultCall, key: string) => Reply

export type FaultSpec = { readonly summary: string; readonly billed: Billed } & (
  | { readonly wire: WireName }
  | { readonly reply: ReplyOf }
  | { readonly twist: (call: FaultCall, url: string) => Twist }
)

export type FaultTable = Readonly<Record<string, FaultSpec>>

/** What carrying out a valid request came to. */
export interface Done {
  readonly reply: Reply
  /** Absent when the request costs nothing. */
  readonly micros?: number
  readonly requestId?: string
  readonly outcome?: Outcome
}

/** What the kernel lends a protocol. */
export interface Host {
  readonly url: string
  readonly key: string
  readonly files: Files
  /** Changes what an earlier submission costs (a cancelled or failed job). */
  readonly settle: (requestId: string, micros: number, outcome: Outcome) => void
}

/** A vendor's protocol: refuse or plan, then carry out. */
export interface Protocol<Plan> {
  readonly provider: ProviderName
  readonly basePath: string
  readonly defaultKey: string
  readonly headers: ReadonlyArray<string>
  readonly faults: FaultTable
  readonly route: (method: string, path: string) => Point | undefined
  readonly noRoute: (method: string, path: string) => Reply
  readonly badHeader: (name: string) => Reply
  readonly check: (request: Request, host: Host) => { readonly refuse: Reply } | { readonly plan: Plan }
  readonly perform: (plan: Plan, twist: Twist, host: Host) => Done
  readonly jobs?: () => ReadonlyArray<JobView>
  readonly finish?: (requestId: string) => void
  readonly forget?: () => void
}
