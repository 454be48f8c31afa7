import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// bash reads its clock and its children's CPU time without a process in between.
const timed = `a=$EPOCHREALTIME; "$@" >/dev/null 2>"$MEASURE_ERRORS"; code=$?; b=$EPOCHREALTIME; echo "$a $b $code"; times`

/** Runs a command as a process of its own: wall and CPU milliseconds, exit code. */
const once = ({ argv, env }, errors) => {
  const { stdout } = spawnSync("bash", ["-c", timed, "bash", ...argv], {
    env: { ...env, MEASURE_ERRORS: errors, LC_ALL: "C" },
    encoding: "utf8"
  })
  const [first, , children] = stdout.trim().split("\n")
  const [from, to, code] = first.split(" ").map(Number)
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000)
    .reduce((sum, each) => sum + each, 0)
  return { wall: (to - from) * 1000, cpu, code }
}

/** Peak resident memory in MiB; from GNU time where there is one, else from the process's own books. */
const peak = ({ argv, env }, folder) => {
  const report = join(folder, "peak")
  if (existsSync("/usr/bin/time")) {
    spawnSync("/usr/bin/time", ["-f", "%M", "-o", report, ...argv], { env, stdio: "ignore" })
  } else {
    const hook = new URL("./peak.cjs", import.meta.url).pathname
    spawnSync(argv[0], argv.slice(1), {
      env: { ...env, NODE_OPTIONS: `--require=${hook}`, MEASURE_PEAK: report },
      stdio: "ignore"
    })
  }
  return Number(readFileSync(report, "utf8").trim().split("\n").at(-1)) / 1024
}

export const median = (values) => {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs all cases in turn, `rounds` times over, and answers medians and, against the first case, medians of the ratios within a
 * round: the machine drifts, but not within a round. A case is `{name, argv, env, exit, before}`; `before` runs unmeasured.
 */
export const compare = (cases, rounds) => {
  const folder = mkdtempSync(join(tmpdir(), "measure-"))
  try {
    const errors = join(folder, "errors")
    const runs = cases.map(() => [])
    // The first round fills the page cache and is not counted.
    for (let round = -1; round < rounds; round++) {
      for (const [index, each] of cases.entries()) {
        each.before?.()
        const run = once(each, errors)
        if (run.code !== (each.exit ?? 0)) {
          throw new Error(`${each.name} ended with ${run.code}: ${readFileSync(errors, "utf8")}`)
        }
        if (round >= 0) runs[index].push(run)
      }
    }
    return cases.map((each, index) => {
      each.before?.()
      const peaks = [0, 1, 2].map(() => {
        each.before?.()
        return peak(each, folder)
      })
      return {
        name: each.name,
        wall_ms: median(runs[index].map(({ wall }) => wall)),
        cpu_ms: median(runs[index].map(({ cpu }) => cpu)),
        peak_mib: median(peaks),
        ratio: median(runs[index].map(({ wall }, round) => wall / runs[0][round].wall)),
        cpu_ratio: median(runs[index].map(({ cpu }, round) => cpu / Math.max(1, runs[0][round].cpu))),
        walls: runs[index].map(({ wall }) => wall)
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Median of the ratios of two results, round by round. */
export const ratioOf = (left, right) => median(left.walls.map((wall, round) => wall / right.walls[round]))
