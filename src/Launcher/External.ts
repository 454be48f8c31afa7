/**
 * Loads what is not a unit: Node's own modules and the optional packages. Of them libsql asks twice which C library a Linux machine has:
 * first only Node's diagnostic report, which takes 4 ms to write; then, only to put right a first answer of `musl`, the text of ldd, and
 * where that does not tell, the report again. So its first question may stay without an answer.
 */
export const loadExternal = (id: string): unknown => {
  const asksTwice = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")
  return id === "libsql" && asksTwice ? withoutFirstReport(process, () => require(id)) : require(id)
}

/** Runs work to whom the first diagnostic report is empty. */
export const withoutFirstReport = <A>(
  { report }: { readonly report?: { getReport: (error?: Error) => object } },
  work: () => A
): A => {
  if (report === undefined) return work()
  const { getReport } = report
  report.getReport = () => {
    report.getReport = getReport
    return {}
  }
  try {
    return work()
  } finally {
    report.getReport = getReport
  }
}
