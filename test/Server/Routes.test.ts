import { describe, expect, it } from "vitest"
import { serviceOperations } from "../../src/Operations/index.js"
import { route } from "../../src/Server/Routes.js"

describe("a route", () => {
  it.each(Object.entries(serviceOperations))("leads to %s", (id, { wire }) => {
    const path = wire.path.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(`a ${name}/ü`))
    const { allowed, match } = route(wire.method, path)
    expect(match?.id).toBe(id)
    expect(allowed).toContain(wire.method)
    const named = [...wire.path.matchAll(/:([a-z_]+)/g)].map(([, name = ""]) => [name, `a ${name}/ü`])
    expect(match?.parameters).toEqual(Object.fromEntries(named))
    expect(route("PATCH", path)).toEqual({ match: null, allowed })
  })

  it.each(["/", "", "/v1", "/v1/", "/v1/models/", "/v1/models/a/b", "/v2/models", "/healthz/", "/v1/%"])(
    "leads nowhere from %j",
    (path) => {
      expect(route("GET", path)).toEqual({ match: null, allowed: [] })
    }
  )
})
