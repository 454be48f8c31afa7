import type { FaultTable } from "./Protocol.js"
import type { Decide, Fault, FaultCall, Point, Request } from "./Types.js"
import { wires } from "./Wires.js"

interface Queued {
  readonly call: FaultCall
  left: number
}

/** The queue of faults that an emulator still has to commit. */
export const makeScript = (provider: string, faults: FaultTable) => {
  let queue: Array<Queued> = []
  let decide: Decide | undefined

  const call = (next: Fault): FaultCall => {
    const given = typeof next === "string" ? { fault: next } : next
    if (!Object.hasOwn(faults, given.fault)) throw new Error(`${provider} knows no fault "${given.fault}"`)
    const on: Point = given.on ?? "submit"
    const spec = faults[given.fault]
    if (on !== "submit" && spec && "twist" in spec)
      throw new Error(`"${given.fault}" belongs to a submission and cannot act on "${on}"`)
    return { fault: given.fault, on, ms: given.ms, retryAfter: given.retryAfter }
  }
  const takeWhere = (fits: (one: FaultCall) => boolean): FaultCall | undefined => {
    const found = queue.find((entry) => fits(entry.call))
    if (!found) return undefined
    found.left -= 1
    if (found.left <= 0) queue = queue.filter((entry) => entry !== found)
    return found.call
  }
  const isEarly = (fault: string): boolean =>
    Object.hasOwn(wires, fault) && wires[fault as keyof typeof wires].early

  return {
    add: (next: Fault | Decide): FaultCall | undefined => {
      if (typeof next === "function") {
        decide = next
        return undefined
      }
      const one = call(next)
      queue.push({ call: one, left: typeof next === "string" ? 1 : (next.times ?? 1) })
      return one
    },
    /** The fault for a request that would otherwise be served. */
    take: (request: Request): FaultCall | undefined => {
      const queued = takeWhere((one) => one.on === request.point)
      if (queued) return queued
      const decided = decide?.(request)
      return decided === undefined
        ? undefined
        : {
            ...call(
              typeof decided === "string"
                ? { fault: decided, on: request.point }
                : { on: request.point, ...decided }
            ),
            on: request.point
          }
    },
    /** The first fault for this point, when it acts before the body is read. */
    takeEarly: (point: Point): FaultCall | undefined => {
      const first = queue.find((entry) => entry.call.on === point)
      return first && isEarly(first.call.fault) ? takeWhere((one) => one === first.call) : undefined
    },
    takeNamed: (fault: string): boolean => takeWhere((one) => one.fault === fault) !== undefined,
    pending: (): number => queue.reduce((sum, entry) => sum + entry.left, 0),
    clear: (): void => {
      queue = []
      decide = undefined
    }
  }
}
