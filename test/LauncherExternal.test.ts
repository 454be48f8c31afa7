import { createRequire } from "node:module"
import { describe, expect, it } from "vitest"
import { withoutFirstReport } from "../src/Launcher/External.js"

/** Which C library there is, asked for as libsql does: the report, then ldd's text, and only then the report again. */
const family = (
  report: { getReport: () => object } | undefined,
  ldd: string | null
): "gnu" | "musl" | "unknown" => {
  const isGlibc = (): boolean => "header" in (report?.getReport() ?? {})
  if (isGlibc()) return "gnu"
  if (ldd !== null && ldd.includes("GNU C Library")) return "gnu"
  if (ldd !== null && ldd.includes("musl")) return "musl"
  return isGlibc() ? "gnu" : "musl"
}

describe("loading libsql", () => {
  it.each([
    ["gnu", { header: {} }, "... GNU C Library ...", 0],
    ["gnu", { header: {} }, null, 1],
    ["gnu", { header: {} }, "ldd (GNU libc) 2.38", 1],
    ["musl", {}, "musl libc", 0],
    ["musl", {}, null, 1]
  ] as const)("finds %s, with a report of %j and an ldd that says %j", (found, real, ldd, reports) => {
    let written = 0
    const report = {
      getReport: (): object => {
        written += 1
        return real
      }
    }
    const { getReport } = report
    expect(withoutFirstReport({ report }, () => family(report, ldd))).toBe(found)
    expect(written).toBe(reports)
    expect(report.getReport).toBe(getReport)
    // And whoever needs no report, or fails, leaves it as it was.
    expect(() =>
      withoutFirstReport({ report }, () => {
        throw new Error("not installed")
      })
    ).toThrow("not installed")
    expect(report.getReport).toBe(getReport)
  })

  it("works where there is no report at all", () => {
    expect(withoutFirstReport({}, () => family(undefined, "musl"))).toBe("musl")
  })

  it.runIf(process.platform === "linux")("finds the same engine as without", () => {
    const load = createRequire(import.meta.url)
    const engine = withoutFirstReport(process as { report: { getReport: () => object } }, () =>
      load("libsql")
    ) as new (
      file: string
    ) => { readonly exec: (script: string) => unknown; readonly close: () => unknown }
    const database = new engine(":memory:")
    database.exec("SELECT 1")
    database.close()
  })
})
