/**
 * Loads what is not a unit: Node's own modules and the optional packages. Of them libsql looks twice which C library the machine has:
 * first in Node's diagnostic report, which takes 4 ms to write, then in the header of Node's own file, which is right where they differ.
 * The first look finds nothing here.
 */
export const loadExternal = (id: string): unknown => (id === "libsql" ? withoutReport(id) : require(id))

const withoutReport = (id: string): unknown => {
  const { report } = process
  const { getReport } = report
  report.getReport = () => ({})
  try {
    return require(id)
  } finally {
    report.getReport = getReport
  }
}
