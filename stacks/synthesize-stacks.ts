import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { TerraformStack } from "cdktf";
import type { Declaration } from "../declaration/model";
import { buildApp } from "./build-app";
import { withoutStackTraces } from "./without-stack-traces";

export interface SynthesizedStack {
  /** The stack's id: the environment's name, or `bootstrap`. */
  readonly name: string;
  /** What `cdk.tf.json` would hold. */
  readonly stack: unknown;
}

/**
 * Synthesizes the stacks in memory; nothing is left on disk. Sorted by name.
 *
 * @param only the environments to synthesize; left out: all. `bootstrap` always is.
 */
export function synthesizeStacks(declaration: Declaration, only?: (name: string) => boolean): SynthesizedStack[] {
  // App makes its output directory, whether it writes to it or not.
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-"));
  try {
    const stacks = buildApp(declaration, { outdir, only }).node.children.filter(TerraformStack.isStack);
    return withoutStackTraces(() =>
      stacks.map((stack) => ({ name: stack.node.id, stack: stack.toTerraform() as unknown })),
    ).sort((a, b) => (a.name < b.name ? -1 : 1));
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}
