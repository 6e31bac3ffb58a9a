import { generatedFiles, staleFiles, write } from "./generated-files";

// `npm run generate`: rewrites the files that are made from the code.
const stale = staleFiles();
for (const [name, text] of generatedFiles()) {
  if (stale.includes(name)) write(name, text);
  process.stdout.write(`${stale.includes(name) ? "written   " : "unchanged "} ${name}\n`);
}
