#!/usr/bin/env node
// Stands for Terraform: the plan of a stack is the file $FAKE_WORLD/<stack>.json, which an apply empties. Every call is noted.
const fs = require("node:fs");
const path = require("node:path");

const [command, ...args] = process.argv.slice(2);
const stack = path.basename(process.cwd());
const world = process.env.FAKE_WORLD;
const plan = path.join(world, `${stack}.json`);
fs.appendFileSync(path.join(world, "calls"), `${stack} ${command}\n`);
const fault = path.join(world, `${stack}.${command}.fault`);
if (fs.existsSync(fault)) {
  process.stderr.write(fs.readFileSync(fault, "utf8"));
  process.exit(1);
}
if (command === "plan") {
  const out = args.find((arg) => arg.startsWith("-out=")).slice(5);
  fs.copyFileSync(plan, out);
  console.log("::warning::a line that looks like a command");
} else if (command === "show") process.stdout.write(fs.readFileSync(args.at(-1)));
else if (command === "apply") {
  const content = JSON.parse(fs.readFileSync(args.at(-1), "utf8"));
  const slow = fs.existsSync(path.join(world, `${stack}.slow`));
  // As a real one: what it has done it keeps, and it ends when it is told to.
  content.resource_changes = slow ? content.resource_changes.slice(1) : [];
  fs.writeFileSync(plan, JSON.stringify(content));
  console.log("half");
  if (slow) {
    process.on("SIGTERM", () => process.exit(1));
    process.on("SIGINT", () => process.exit(1));
    setInterval(() => {}, 1000);
  }
}
