// Loaded into a measured process where there is no GNU time.
process.once("exit", () => {
  require("node:fs").writeFileSync(process.env.MEASURE_PEAK, String(process.resourceUsage().maxRSS))
})
