#!/usr/bin/env node
// Runs the TypeScript beside it without a build step. Types are checked by `npm run check`.
require("../register.js");
require("./program.ts").main();
