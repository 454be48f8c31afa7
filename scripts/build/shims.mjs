/**
 * What stands in for slow globals inside the bundle. Node loads `perf_hooks` (1.5 ms) at the first look at `performance`; all that
 * Effect and we want of it is a monotonic clock in milliseconds.
 */
const origin = process.hrtime.bigint()
const timeOrigin = Date.now()

export const performance = {
  timeOrigin,
  now: () => Number(process.hrtime.bigint() - origin) / 1e6
}
