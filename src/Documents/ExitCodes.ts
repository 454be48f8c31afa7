import { type Code, type CodeRow, codes, exitCodes, type Tag } from "../Errors.js"
import { anchor, code, generated, page, table } from "./Markdown.js"

/** What a caller should make of each class of failure, in a few words. */
export const meanings: { readonly [Key in Tag]: string } = {
  GenericFailure: "something else: not found, a conflict, canceled",
  InvalidArguments: "the request is wrong; nothing was sent or spent",
  AuthRequired: "a token is missing, unknown or revoked",
  CapabilityDenied: "this identity or this model cannot do that",
  QuotaExceeded: "credits, budget, daily jobs or rate",
  ContentPolicyDenied: "a content or input policy refused",
  ProviderFailure: "the provider failed, or the service as seen from here",
  Timeout: "the deadline passed; the work may go on",
  ArtifactStorage: "a file, the configuration or the asset store"
}

interface Row extends CodeRow {
  readonly code: Code
  readonly exit: number
}

const rows: ReadonlyArray<Row> = (Object.entries(exitCodes) as ReadonlyArray<[Tag, number]>).flatMap(
  ([tag, exit]) =>
    (Object.entries(codes) as ReadonlyArray<[Code, CodeRow]>)
      .filter(([, row]) => row.tag === tag)
      .map(([name, row]) => ({ ...row, code: name, exit }))
)

/** The page of all exit codes and error codes, with an anchor for each code, to which `docs_url` points (contract §1, §2). */
export const exitCodesPage = (): string =>
  page([
    "# Exit codes and error codes",
    generated,
    `0 is success. 129, 130 and 143 are interruptions by SIGHUP, SIGINT and SIGTERM (code \`INTERRUPTED\`); 141 is a reader that went away.
Every other end is one of nine tags. \`error.recovery\` says what to do; \`error.details\` says what was seen. A code that is not listed
here comes from a newer service: go by the exit code.`,
    table(
      ["exit", "tag", "means"],
      Object.entries(meanings).map(([tag, meaning]) => [exitCodes[tag as Tag], code(tag), meaning])
    ),
    table(
      ["exit", "tag", "code", "HTTP", "retry can help"],
      rows.map((row) => [
        row.exit,
        code(row.tag),
        `[${code(row.code)}](#${anchor(row.code)})`,
        row.status,
        row.retryable ? "yes" : "no"
      ])
    ),
    ...rows.map((row) => `### ${row.code}\n\nExit ${row.exit}, \`${row.tag}\`. ${row.docs}`)
  ])
