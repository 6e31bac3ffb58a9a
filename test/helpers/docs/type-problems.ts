import * as path from "node:path";
import * as ts from "typescript";

/** What the compiler says of a TypeScript block, as if it were a module of this folder. */
export function typeProblems(folder: string, text: string): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    types: [],
    strict: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const file = path.join(folder, "block-of-a-page.ts");
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  // Only what the block itself imports of packages is looked up: their typings take seconds to read.
  host.resolveModuleNames = (names, from) =>
    names.map((name) =>
      name.startsWith(".") || from === file
        ? ts.resolveModuleName(name, from, options, host).resolvedModule
        : undefined,
    );
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}
