// Loaded into every process of a measured command: tells the peak of its resident memory, in kilobytes.
process.on("exit", () => {
  require("node:fs").appendFileSync(process.env.GEMKEYS_BENCH_MEMORY, `${process.resourceUsage().maxRSS}\n`);
});
