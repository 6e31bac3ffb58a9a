// Runs TypeScript without a build step: `node -r ./register.js main.ts`. With swc alone, since ts-node loads the TypeScript
// compiler as well, a third of a second for each command. Types are checked by `npm run check`.
const fs = require("node:fs");
const { transformSync } = require("@swc/core");

const OPTIONS = { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } };

require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(fs.readFileSync(filename, "utf8"), { ...OPTIONS, filename, swcrc: false });
  module._compile(code, filename);
};
