import * as Cause from "effect/Cause"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { exitCodeOf, failure, type ImageSkillError, isImageSkillError } from "../Errors.js"
import type { Suggestion } from "../Operations/Suggest.js"
import { toAction } from "../Operations/Suggest.js"
import type { Actor, Envelope } from "../Schema/Envelope.js"
import { visible, visibleJson } from "../Schema/Text.js"
import { recover, vetted } from "./Recover.js"
import type { Speaker } from "./Speaker.js"
import { told } from "./Told.js"

/** A signal that ended the run. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP"

/** What the fold must know of a run beside its exit. */
export interface Run extends Speaker {
  /** The command as the envelope names it: `image-skill jobs show`. */
  readonly command: string
  readonly traceId: string
  readonly warnings: ReadonlyArray<string>
  readonly signal: Signal | null
}

/** What a successful command leaves. */
export interface Outcome {
  readonly data: object
  readonly warnings?: ReadonlyArray<string>
  readonly actor?: Actor | null
  readonly traceId?: string | null
  readonly next?: ReadonlyArray<Suggestion>
}

/** The one document of a run, and the process exit code. */
export interface Folded {
  readonly envelope: Envelope
  readonly exitCode: number
  /** The tagged error's name, `null` on success. */
  readonly errorTag: string | null
}

const signalExits: Readonly<Record<Signal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Folds any end of a run (success, tagged failure, defect, interruption) into one envelope and one exit code. No other place of
 * the client does (contract §1, §2).
 */
export const fold = (exit: Exit.Exit<Outcome, ImageSkillError>, run: Run): Folded => {
  if (exit._tag === "Success") {
    const { actor = null, data, next = [], traceId, warnings = [] } = exit.value
    const actions = [
      ...next.map((suggestion) => toAction(suggestion, run.prefix, run.context, run.isLocal)),
      ...vetted((data as { readonly next?: unknown }).next, run)
    ]
    const { next: _, ...rest } = data as { readonly next?: unknown }
    return {
      exitCode: 0,
      errorTag: null,
      envelope: {
        ok: true,
        command: run.command,
        trace_id: traceId ?? run.traceId,
        actor,
        data: { ...(told(rest, run) as object), ...(actions.length === 0 ? {} : { next: actions }) },
        warnings: [...run.warnings, ...warnings],
        error: null
      }
    }
  }
  const error = errorOf(exit.cause, run.signal)
  const { details, recovery } = recover(error, run)
  const interrupted = error.code === "INTERRUPTED" && run.signal !== null
  return {
    exitCode: interrupted ? signalExits[run.signal] : exitCodeOf(error),
    errorTag: error._tag,
    envelope: {
      ok: false,
      command: run.command,
      trace_id: error.trace_id ?? run.traceId,
      // Passed on as the service sent it; a shape that we do not know is still better than none.
      actor: (error.actor as Actor | undefined) ?? null,
      data: null,
      warnings: [...run.warnings, ...(error.warnings ?? [])],
      error: {
        code: error.code,
        message: error.reason,
        retryable: error.retryable,
        ...(Object.keys(details).length === 0 ? {} : { details }),
        ...(Object.keys(recovery).length === 0 ? {} : { recovery })
      }
    }
  }
}

const errorOf = (cause: Cause.Cause<ImageSkillError>, signal: Signal | null): ImageSkillError =>
  Cause.failureOption(cause).pipe(
    Option.filter(isImageSkillError),
    Option.getOrElse(() =>
      Cause.isInterruptedOnly(cause) || signal !== null
        ? failure("INTERRUPTED", `${signal ?? "an interruption"} ended the command`)
        : // A defect's text may hold anything, a token too; the trace id is enough to find it in a debug log.
          failure("PUBLIC_CLI_FAILED", "image-skill failed in an unexpected way; this is a defect of ours")
    )
  )

/**
 * Writes an envelope: two spaces, a final newline, invisible characters as JSON escapes, and every known secret, and whatever is
 * shaped like a token, replaced. `spared` is a token that the caller asked to see, once (contract §1).
 */
export const writeEnvelope = (
  envelope: Envelope,
  secrets: ReadonlySet<string>,
  options: { readonly spared?: string; readonly oneLine?: boolean } = {}
): string => {
  const indent = options.oneLine === true ? 0 : 2
  const text = jsonOf(envelope, indent)
  return `${visibleJson(mayHold(text, secrets) ? jsonOf(redacted(envelope, secrets, options.spared), indent) : text)}\n`
}

/** JSON of anything that a handler left: large integers as texts. */
const jsonOf = (value: unknown, indent: number): string => {
  try {
    return JSON.stringify(value, null, indent)
  } catch {
    return JSON.stringify(
      value,
      (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner),
      indent
    )
  }
}

/** Whether there may be anything to redact in a document; most hold nothing, and need not be walked. */
const mayHold = (json: string, secrets: ReadonlySet<string>): boolean =>
  json.includes(tokenBegins) ||
  [...secrets].some((secret) => !unescaped.test(secret) || json.includes(secret))

// What stands in JSON as it is. Any other secret is looked for in the texts themselves.
const unescaped = /^[ !#-[\]-~]*$/

const redacted = (envelope: Envelope, secrets: ReadonlySet<string>, spared: string | undefined): unknown => {
  const shown = (text: string) => redact(text, secrets, spared)
  const asKey = (key: string) => key.replace(anyToken, "[redacted]")
  // A known secret that happens to read like `true` or like a key of the envelope itself must not break the document.
  return Object.fromEntries(
    Object.entries(envelope).map(([name, value]) => [
      name,
      name === "data"
        ? redactTexts(value, shown, shown)
        : name === "error" && envelope.error !== null
          ? Object.fromEntries(
              Object.entries(envelope.error).map(([key, inner]) => [
                asKey(key),
                redactTexts(inner, shown, key === "details" ? shown : asKey)
              ])
            )
          : redactTexts(value, shown, asKey)
    ])
  )
}

/** What lies behind a failed run, for its debug log: everything that the cause tells, redacted; `null` for a success. */
export const explain = (exit: Exit.Exit<unknown, unknown>, secrets: ReadonlySet<string>): string | null =>
  exit._tag === "Success" ? null : `${visible(redact(Cause.pretty(exit.cause), secrets))}\n`

/** A text without the known secrets and whatever is shaped like a token; `spared` is left. */
export const redact = (text: string, secrets: ReadonlySet<string>, spared?: string): string => {
  let redacted = text
  for (const secret of secrets) {
    if (secret.length >= 4 && secret !== spared) redacted = redacted.replaceAll(secret, "[redacted]")
  }
  return redacted.replace(anyToken, (token) => (token === spared ? token : "[redacted]"))
}

// Wider than the shape that `auth save` checks, because a service may have further classes of tokens.
const tokenBegins = "isk_"
const anyToken = new RegExp(`${tokenBegins}[A-Za-z0-9_-]{8,}`, "g")

const redactTexts = (
  value: unknown,
  shown: (text: string) => string,
  asKey: (key: string) => string
): unknown => {
  if (typeof value === "string") return shown(value)
  if (Array.isArray(value)) return value.map((inner) => redactTexts(inner, shown, asKey))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [asKey(key), redactTexts(inner, shown, asKey)])
  )
}
