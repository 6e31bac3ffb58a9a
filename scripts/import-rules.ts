import * as fs from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import * as ts from "typescript";

/** What the files of a folder may import, besides their own folder and what comes with Node. */
interface Row {
  /** Folders or single files of this project. */
  readonly folders: readonly string[];
  /** Folders from which only types may be imported: nothing of them is loaded. */
  readonly types?: readonly string[];
  /** Packages; `name/*` stands for any file of a package. */
  readonly packages: readonly string[];
  /** Packages for single files, by the start of their path. */
  readonly packagesOf?: Readonly<Record<string, readonly string[]>>;
}

const ANY = "*";
const PROVIDER = "@cdktf/provider-google/lib/*";

/**
 * The table of DESIGN's layout. `values` is the leaf: every folder may import it, and it imports none. The package
 * `constructs` is under `packages`, the folder `constructs/` under `folders`.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  "main.ts": {
    folders: ["constructs/validation-error", "declaration", "stacks", "values/date", "values/problem"],
    packages: [],
  },
  values: { folders: [], packages: ["ipaddr.js"] },
  declaration: { folders: ["values"], packages: ["zod", "yaml", "js-yaml"] },
  constructs: { folders: ["values"], packages: ["cdktf", "constructs", PROVIDER] },
  stacks: {
    folders: ["constructs", "declaration", "inventory", "policies", "values"],
    packages: ["cdktf", "constructs", PROVIDER],
  },
  inventory: { folders: ["values"], packages: [], packagesOf: { "inventory/render-": ["cli-table3"] } },
  policies: {
    folders: ["inventory", "values"],
    packages: [],
    packagesOf: { "policies/formats/terminal": ["picocolors"] },
  },
  review: {
    folders: ["inventory", "policies", "values"],
    packages: [],
    packagesOf: {
      "review/formats/terminal": ["picocolors"],
      "review/html/bundle": ["@swc/core"],
      "review/schema": ["zod"],
    },
  },
  google: {
    folders: ["values"],
    packages: [],
    packagesOf: { "google/credentials": ["google-auth-library"] },
  },
  preflight: { folders: ["google", "values"], types: ["declaration"], packages: [] },
  emulator: {
    folders: ["values"],
    types: ["inventory"],
    packages: ["ipaddr.js"],
    packagesOf: {
      "emulator/cel": ["@bufbuild/cel"],
      "emulator/promql/": ["@lezer/common", "@prometheus-io/lezer-promql"],
    },
  },
  ci: {
    folders: ["declaration", "inventory", "review", "values"],
    packages: ["zod"],
  },
  cli: {
    folders: [
      "ci",
      "constructs",
      "declaration",
      "emulator",
      "google",
      "inventory",
      "package.json",
      "policies",
      "preflight",
      "review",
      "stacks",
      "values",
    ],
    packages: [ANY],
  },
  scripts: { folders: [ANY], packages: [ANY] },
  bench: { folders: [ANY], packages: [ANY] },
  test: { folders: [ANY], packages: [ANY] },
};

/** Folders that are no part of the program: they may use development dependencies. */
const DEVELOPMENT = ["scripts", "bench", "test"];

/** The stock template's style is what the benchmark compares with. */
const STOCK_STYLE = "bench/stock/";
const JEST_ADAPTER = "cdktf/lib/testing/adapters/jest";

/** Dependencies that no file imports, and who uses them. */
const USED_BY_TOOLS: Readonly<Record<string, string>> = {
  "@biomejs/biome": "npm run check",
  "@lezer/highlight": "@prometheus-io/lezer-promql",
  "@lezer/lr": "@prometheus-io/lezer-promql",
  "@stryker-mutator/core": "npm run mutation",
  "@stryker-mutator/mocha-runner": "npm run mutation",
  "@swc/core": "register.js and @swc/jest, to transpile",
  "@swc/jest": "jest.config.json",
  "@types/jest": "tsconfig.json",
  "@types/node": "tsconfig.json",
  "axe-core": "test/review/html/page.test.ts, as text for the browser",
  "cdktf-cli": "the command cdktf",
  jest: "npm test",
  mocha: "@stryker-mutator/mocha-runner",
  "ts-node": "bench/stock",
};

export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** An import, or the right side of an `instanceof`. */
interface Import {
  readonly line: number;
  readonly module: string;
  readonly typeOnly: boolean;
}

interface SourceFile {
  readonly name: string;
  readonly imports: readonly Import[];
  /** Classes of cdktf, constructs or the provider on the right of an `instanceof`. */
  readonly guards: readonly { readonly line: number; readonly name: string }[];
}

/** The TypeScript files of this project by path from the root, with forward slashes. Folders with a dot are left out. */
export function projectFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!/^\.|^node_modules$|^cdktf\.out$/.test(entry.name)) visit(name);
      } else if (/\.[cm]?ts$/.test(entry.name)) {
        files.set(name, fs.readFileSync(path.join(root, name), "utf8"));
      }
    }
  };
  visit("");
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything the table does not allow, a line each: file, import, and what is allowed. */
export function importProblems(files: ReadonlyMap<string, string>, manifest: Manifest): string[] {
  const sources = [...files].map(([name, text]) => read(name, text));
  return [
    ...sources.flatMap((source) => [
      ...source.imports.flatMap((found) => problemOf(source.name, found, manifest)),
      ...source.guards.map(
        ({ line, name }) =>
          `${source.name}:${line}: instanceof ${name} is false for a second copy of the library. Use its own guard, e.g. TerraformStack.isStack.`,
      ),
    ]),
    ...cycles(sources),
    ...unused(sources, manifest),
  ];
}

function problemOf(file: string, { line, module, typeOnly }: Import, manifest: Manifest): string[] {
  const folder = topOf(file);
  const row = TABLE[folder];
  if (!row) return [`${file}:${line}: ${folder} has no row in the table of scripts/import-rules.ts. Add one.`];
  if (isBuiltin(module)) return [];
  const refuse = (why: string) => [`${file}:${line}: ${module} ${why}`];
  const allowed = () => refuse(`must not be imported here. ${folder} may import: ${describe(row, file)}.`);
  if (module.startsWith(".")) {
    const target = path.posix.join(path.posix.dirname(file), module);
    if (target.startsWith("../")) return refuse("lies outside of the project.");
    return topOf(target) === folder || allowsFolder(row, target, typeOnly) ? [] : allowed();
  }
  if (module === "@cdktf/provider-google" && !file.startsWith(STOCK_STYLE)) {
    return refuse("loads 1,470 files. Import from @cdktf/provider-google/lib/<resource>.");
  }
  if (module.startsWith("cdktf/") && !(module === JEST_ADAPTER && folder === "test")) {
    return refuse("is private to cdktf. Import from cdktf.");
  }
  const packages = [
    ...row.packages,
    ...Object.entries(row.packagesOf ?? {}).flatMap(([start, more]) => (file.startsWith(start) ? more : [])),
  ];
  if (!packages.some((pattern) => matches(pattern, module))) return allowed();
  const name = packageOf(module);
  const isType = typeOnly && `@types/${name}` in manifest.devDependencies;
  if (name in manifest.dependencies || isType) return [];
  if (DEVELOPMENT.includes(folder) && name in manifest.devDependencies) return [];
  return refuse("must be in the dependencies of package.json.");
}

function allowsFolder({ folders, types = [] }: Row, target: string, typeOnly: boolean): boolean {
  const allowed = typeOnly ? [...folders, ...types] : folders;
  return allowed.some((entry) => entry === ANY || target === entry || target.startsWith(`${entry}/`));
}

function matches(pattern: string, module: string): boolean {
  if (pattern === ANY || pattern === module) return true;
  return pattern.endsWith("/*") && module.startsWith(pattern.slice(0, -1)) && module.length >= pattern.length;
}

function describe(row: Row, file: string): string {
  const own = topOf(file) === file ? [] : ["its own folder"];
  const extra = Object.entries(row.packagesOf ?? {}).flatMap(([start, more]) =>
    more.map((name) => `${name} (${start}*)`),
  );
  const types = (row.types ?? []).map((name) => `types of ${name}/`);
  const folders = row.folders.map((name) => (name in TABLE ? `${name}/` : name));
  return [...own, ...folders, ...types, ...row.packages, ...extra, "what comes with Node"].join(", ");
}

/** Cycles between folders, each once. */
function cycles(sources: readonly SourceFile[]): string[] {
  const edges = new Map<string, Map<string, string>>();
  for (const { name, imports } of sources) {
    for (const { module, line } of imports) {
      const from = topOf(name);
      const to = topOf(path.posix.join(path.posix.dirname(name), module));
      if (!module.startsWith(".") || from === to) continue;
      const targets = edges.get(from) ?? new Map<string, string>();
      edges.set(from, targets.set(to, targets.get(to) ?? `${name}:${line}`));
    }
  }
  const found = new Map<string, string>();
  const walk = (trail: readonly string[]): void => {
    for (const [to, where] of edges.get(trail.at(-1)!) ?? []) {
      const start = trail.indexOf(to);
      if (start < 0) walk([...trail, to]);
      else {
        const loop = trail.slice(start);
        const id = [...loop].sort().join();
        if (!found.has(id)) found.set(id, `${where}: closes a cycle of folders: ${[...loop, to].join(" → ")}.`);
      }
    }
  };
  for (const folder of edges.keys()) walk([folder]);
  return [...found.values()];
}

function unused(sources: readonly SourceFile[], { dependencies, devDependencies }: Manifest): string[] {
  const used = new Set(sources.flatMap(({ imports }) => imports.map(({ module }) => packageOf(module))));
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !used.has(name) && !(name in USED_BY_TOOLS))
    .map((name) => `package.json: ${name} is imported by no file. Remove it.`);
}

/** `stacks` of `stacks/build-app.ts`; a file at the root is its own. */
function topOf(file: string): string {
  return file.split("/", 1)[0]!;
}

function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function read(name: string, text: string): SourceFile {
  const tree = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const lineOf = (node: ts.Node) => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
  const imports: Import[] = [];
  const guards: { line: number; name: string }[] = [];
  const libraryNames = new Set<string>();
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      imports.push({ line: lineOf(node), module: specifier.text, typeOnly });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, isTypeOnly(node.importClause));
      for (const local of libraryNamesOf(node)) libraryNames.add(local);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    } else if (ts.isCallExpression(node) && isLoad(node.expression)) {
      add(node, node.arguments[0], false);
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) {
      const right = node.right.getText(tree);
      if (libraryNames.has(right.split(".", 1)[0]!)) guards.push({ line: lineOf(node), name: right });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { name, imports, guards };
}

/** `import(…)` and `require(…)`. */
function isLoad(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require");
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  if (name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

/** The names under which a file knows the classes of cdktf, constructs and the provider. */
function libraryNamesOf({ moduleSpecifier, importClause }: ts.ImportDeclaration): string[] {
  const module = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : "";
  if (!["cdktf", "constructs", "@cdktf/provider-google"].includes(packageOf(module)) || !importClause) return [];
  const { name, namedBindings } = importClause;
  const named = !namedBindings
    ? []
    : ts.isNamespaceImport(namedBindings)
      ? [namedBindings.name.text]
      : namedBindings.elements.map((element) => element.name.text);
  return name ? [name.text, ...named] : named;
}
