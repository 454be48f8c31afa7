import type { AnyServiceOperation } from "../Operations/Operation.js"
import { type ServiceOperationId, serviceOperations } from "../Operations/index.js"

/** A route that a request fits: the operation and the parts of the path that it names. */
export interface Match {
  readonly id: ServiceOperationId
  readonly operation: AnyServiceOperation
  readonly parameters: Readonly<Record<string, string>>
}

interface Route {
  readonly id: ServiceOperationId
  readonly operation: AnyServiceOperation
  readonly segments: ReadonlyArray<string>
}

const allRoutes: ReadonlyArray<Route> = Object.entries(serviceOperations).map(([id, operation]) => ({
  id: id as ServiceOperationId,
  operation,
  segments: operation.wire.path.split("/")
}))

/** What paths are told apart by first: how many parts they have, and the one behind `/v1`, which no route may leave open (a test sees to it). */
const drawerOf = (segments: ReadonlyArray<string>): string =>
  `${segments.length} ${segments[2] ?? segments[1] ?? ""}`

const drawers = new Map<string, Array<Route>>()
for (const route of allRoutes) {
  const drawer = drawers.get(drawerOf(route.segments)) ?? []
  drawers.set(drawerOf(route.segments), [...drawer, route])
}

/** Finds the operation of a method and path; the methods that the path allows when none fits. */
export const route = (
  method: string,
  path: string
): { readonly match: Match | null; readonly allowed: ReadonlyArray<string> } => {
  const segments = path.split("/")
  const fitting = (drawers.get(drawerOf(segments)) ?? []).flatMap((candidate) => {
    const parameters = fit(candidate.segments, segments)
    return parameters === null ? [] : [{ ...candidate, parameters }]
  })
  const match = fitting.find(({ operation }) => operation.wire.method === method) ?? null
  return { match, allowed: fitting.map(({ operation }) => operation.wire.method) }
}

const fit = (
  pattern: ReadonlyArray<string>,
  segments: ReadonlyArray<string>
): Readonly<Record<string, string>> | null => {
  if (pattern.length !== segments.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ""
    if (part.startsWith(":")) {
      const decoded = decode(segment)
      if (decoded === null || decoded === "") return null
      parameters[part.slice(1)] = decoded
    } else if (part !== segment) return null
  }
  return parameters
}

const decode = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}
