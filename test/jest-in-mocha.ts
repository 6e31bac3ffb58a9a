import Module from "node:module";
import * as path from "node:path";
import { expect } from "expect";
import { bind } from "jest-each";
import { fn } from "jest-mock";

// Mutation testing runs the tests of jest in mocha, which keeps what is loaded from mutant to mutant; jest loads everything
// anew for each of thousands. Here is what the tests of `policies` and `inventory` use of jest.

/** Nothing is kept from mutant to mutant but the code: what policies/memo.ts keeps would be of another mutant. */
const MEMO = path.join(__dirname, "../policies/memo.ts");
const forgetful = new Module(MEMO);
forgetful.exports = { memo: (compute: unknown) => compute };
forgetful.loaded = true;
require.cache[MEMO] = forgetful;

type Define = (...args: unknown[]) => void;

/** Mocha replaces its globals for each file. */
const ofMocha =
  (name: string): Define =>
  (...args) =>
    (globalThis as unknown as Record<string, Define>)[name]!(...args);

const test = (title: string, body: () => unknown) => ofMocha("it")(title, body);

Object.assign(globalThis, {
  expect,
  jest: { fn },
  test: Object.assign(test, { each: bind(test) }),
  beforeAll: ofMocha("before"),
});
