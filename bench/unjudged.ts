import Module from "node:module";
import * as path from "node:path";

// main.ts as it would be without policies, to compare with. They are not even loaded.
const STANDS_IN: Readonly<Record<string, object>> = {
  "policy-check.ts": {
    PolicyCheck: class {
      watch(): void {}
    },
  },
  "policy-error.ts": { PolicyError: { is: () => false } },
};

for (const [file, exports] of Object.entries(STANDS_IN)) {
  const id = path.join(__dirname, "..", "stacks", file);
  const standIn = new Module(id);
  standIn.filename = id;
  standIn.loaded = true;
  standIn.exports = exports;
  require.cache[id] = standIn;
}
require("../main");
