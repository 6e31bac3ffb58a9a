// Loaded into every process of a measured command: tells the peak of its resident memory, in kilobytes, and its processor
// time, in microseconds.
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require("node:fs").appendFileSync(process.env.GEMKEYS_BENCH_USE, `${maxRSS} ${userCPUTime + systemCPUTime}\n`);
});
