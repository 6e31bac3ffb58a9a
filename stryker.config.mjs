// `npm run mutation`. Left out: what people read of a rule (scripts/plain-text.mjs); what is computed once when a file is loaded,
// such as a table, since that takes a new process for each mutant; and policies/memo.ts (test/jest-in-mocha.ts).
export default {
  mutate: ["policies/**/*.ts", "!policies/memo.ts", "inventory/**/*.ts"],
  testRunner: "mocha",
  mochaOptions: {
    require: ["./register.js", "./test/jest-in-mocha.ts"],
    spec: ["test/policies/**/*.test.ts", "test/inventory/**/*.test.ts"],
  },
  plugins: ["@stryker-mutator/mocha-runner", "./scripts/plain-text.mjs"],
  ignorers: ["plain-text"],
  ignoreStatic: true,
  ignorePatterns: ["cdktf.out", ".gemkeys"],
  coverageAnalysis: "perTest",
  incremental: true,
  incrementalFile: ".stryker/results.json",
  tempDirName: ".stryker/sandbox",
  htmlReporter: { fileName: ".stryker/report.html" },
  reporters: ["clear-text", "progress", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  thresholds: { high: 90, low: 85, break: 85 },
};
