/** How much a service tells of itself. */
export const logLevels = ["debug", "info", "warn", "error"] as const
/** How much a service tells of itself. */
export type LogLevel = (typeof logLevels)[number]

/** What may stand in a log line: numbers, ids and words of ours; no prompt, token, contact, path or query ever gets here. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** Writes one JSON object a line to standard error, from `least` on; nothing without a level. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

/** A log onto `write`; `null` writes nothing. */
export const makeLog = (least: LogLevel | null, write: (line: string) => void): Log => {
  if (least === null) return () => {}
  const from = logLevels.indexOf(least)
  return (level, event, fields = {}) => {
    if (logLevels.indexOf(level) < from) return
    write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
  }
}
