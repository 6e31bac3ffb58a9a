import * as fs from "node:fs";
import * as path from "node:path";
import { sampleTemplates } from "../helpers/sample";
import { addresses } from "../helpers/synth-template";

const FILE = path.join(__dirname, "addresses.json");

const EXPLANATION = `The Terraform addresses of the sample configuration have changed.
A changed address makes Terraform delete the resource and create another: a live key is replaced.
If the construct ids or the way addresses are made have changed, give the old addresses a \`moved\` block.
If the sample has changed, or the addresses are meant to be others, update the file:
  UPDATE_ADDRESSES=1 npx jest test/stacks/addresses`;

type Addresses = Record<string, string[]>;

function sampleAddresses(): Addresses {
  return Object.fromEntries(Object.entries(sampleTemplates()).map(([name, stack]) => [name, addresses(stack)]));
}

/** What was added to and removed from the file, a line each. */
function difference(from: Addresses, to: Addresses): string[] {
  const list = (all: Addresses) => Object.entries(all).flatMap(([name, each]) => each.map((a) => `${name}: ${a}`));
  const [before, after] = [list(from), list(to)];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

test("the addresses of the sample are those of addresses.json", () => {
  const actual = sampleAddresses();
  if (process.env["UPDATE_ADDRESSES"] === "1") fs.writeFileSync(FILE, `${JSON.stringify(actual, null, 2)}\n`);
  const changes = difference(JSON.parse(fs.readFileSync(FILE, "utf8")), actual);
  if (changes.length > 0) throw new Error(`${EXPLANATION}\n\n${changes.join("\n")}`);
});
