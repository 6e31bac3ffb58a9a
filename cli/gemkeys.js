#!/usr/bin/env node
// Runs the TypeScript beside it without a build step. Types are checked by `npm run check`.
require("ts-node").register({ transpileOnly: true, dir: require("node:path").join(__dirname, "..") });
require("./program.ts").main();
