import * as fs from "node:fs";
import * as path from "node:path";
import { transformSync } from "@swc/core";

let script: string | undefined;

/**
 * The script of the page: client/main.ts and every file it imports, in one. They are the files that write the page here, so
 * a piece of the page is described once, whether it is in the file or made when somebody opens it.
 *
 * @throws Error if a file would end the script element
 */
export function pageScript(): string {
  script ??= bundle(path.join(__dirname, "client", "main.ts"));
  return script;
}

function bundle(entry: string): string {
  const modules = new Map<string, string>();
  collect(entry, modules);
  const numbers = new Map([...modules.keys()].map((file, number) => [file, number]));
  const sources = [...modules].map(([file, source]) =>
    source.replace(REQUIRE, (_, module: string) => `require(${numbers.get(resolve(file, module))})`),
  );
  const functions = sources.map((source) => `(exports,require)=>{${source}\n}`).join(",\n");
  const text = `"use strict";(()=>{const modules=[${functions}];const loaded=[];
const require=(number)=>{if(!loaded[number]){loaded[number]={};modules[number](loaded[number],require);}return loaded[number];};
require(${numbers.get(entry)});})();`;
  if (/<\/script|<!--/i.test(text)) throw new Error("the script of the page must not hold </script or <!--.");
  return text;
}

/** As swc writes an import. */
const REQUIRE = /\brequire\("(\.[^"]+)"\)/g;

function collect(file: string, modules: Map<string, string>): void {
  if (modules.has(file)) return;
  const { code } = transformSync(fs.readFileSync(file, "utf8"), {
    filename: file,
    configFile: false,
    swcrc: false,
    module: { type: "commonjs", strictMode: false },
    minify: true,
    jsc: { target: "es2022", parser: { syntax: "typescript" }, minify: { compress: true, mangle: true } },
  });
  modules.set(file, code);
  for (const [, module] of code.matchAll(REQUIRE)) collect(resolve(file, module!), modules);
}

function resolve(file: string, module: string): string {
  return `${path.join(path.dirname(file), module)}.ts`;
}
