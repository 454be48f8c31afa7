import type { Json, Outcome, Point, Request, Submission, Visit } from "./Types.js"

interface Closing {
  readonly outcome: Outcome
  readonly valid?: boolean
  readonly fault?: string | undefined
  readonly paid?: number
  readonly atMost?: number
  readonly requestId?: string | undefined
}

type Open = { -readonly [K in keyof Submission]: Submission[K] }

const secret = /^(authorization|cookie|proxy-authorization|x-api-key)$/

const harmless = (headers: Request["headers"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !secret.test(name))
      .map(([name, value]) => [name, String(value)])
  )

const withoutBytes = (body: Json): Json =>
  body && Array.isArray(body.files)
    ? {
        fields: body.fields,
        files: body.files.map((file: Json) =>
          Object.fromEntries(Object.entries(file).filter(([k]) => k !== "bytes"))
        )
      }
    : body

/** Who asked for what, and what it cost. */
export const makeLedger = () => {
  let submissions: Array<Open> = []
  let visits: Array<Visit> = []
  return {
    open: (request: Request) => {
      const entry: Open = {
        index: submissions.length,
        at: Date.now(),
        method: request.method,
        path: request.path,
        query: request.query,
        headers: harmless(request.headers),
        body: request.body,
        valid: true,
        fault: undefined,
        outcome: "pending",
        paidMicros: 0,
        atMostMicros: 0,
        requestId: undefined
      }
      submissions.push(entry)
      return {
        close: (end: Closing): void => {
          entry.body = withoutBytes(request.body)
          entry.outcome = end.outcome
          entry.valid = end.valid ?? true
          entry.fault = end.fault
          entry.paidMicros = end.paid ?? 0
          entry.atMostMicros = end.atMost ?? end.paid ?? 0
          entry.requestId = end.requestId
        }
      }
    },
    visit: (
      point: Point | "unknown",
      method: string,
      path: string,
      status: number,
      fault: string | undefined
    ): void => {
      visits.push({ point, method, path, at: Date.now(), status, fault })
    },
    settle: (requestId: string, micros: number, outcome: Outcome): void => {
      const entry = submissions.find((s) => s.requestId === requestId)
      if (!entry) return
      entry.paidMicros = micros
      entry.atMostMicros = micros
      entry.outcome = outcome
    },
    submissions: (): ReadonlyArray<Submission> => submissions,
    visits: (): ReadonlyArray<Visit> => visits,
    paid: (): number => submissions.reduce((sum, s) => sum + s.paidMicros, 0),
    paidAtMost: (): number => submissions.reduce((sum, s) => sum + s.atMostMicros, 0),
    clear: (): void => {
      submissions = []
      visits = []
    }
  }
}
