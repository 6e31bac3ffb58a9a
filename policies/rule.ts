import type { Facts } from "../inventory/facts";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A policy. One a file, under `rules/`; its id is never used again. */
export interface Rule {
  /** `GEMKEY-<AREA>-<nn>`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, in a sentence or two. */
  readonly rationale: string;
  /** What to do. */
  readonly fix: string;
  /** Benchmark numbers and pages. */
  readonly references: readonly string[];
  /**
   * For a rule that looks at other modules: what it finds depends on each of the others by itself, or on all of them
   * together. Left out: on none.
   */
  readonly compares?: "each" | "all";
  /** What is wrong with one root module. Pure. */
  readonly check: (context: RuleContext) => readonly Violation[];
}

export interface RuleContext {
  readonly facts: Facts;
  /** All that are judged together, this one among them: some rules compare. */
  readonly all: readonly Facts[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** True for an environment that is protected, or whose name says production. */
  readonly production: (facts: Facts) => boolean;
}

/** Where a rule does not hold. */
export interface Violation {
  /** The Terraform address. */
  readonly address: string;
  /** The declared key, where it is one of ours. */
  readonly key?: string;
  /** The field of the configuration, e.g. `allow[1]`, or of the resource. */
  readonly field?: string;
  /** What was found; never a key. */
  readonly value?: string;
  /** What is wrong, with what was found. One sentence. */
  readonly message: string;
}

/** A violation with its rule and place. */
export interface PolicyFinding extends Violation {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** The name of the facts: the environment, or the plan's file. */
  readonly environment: string;
  readonly fix: string;
  /** The line of the YAML, where it is known. */
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
  /** The waiver that excuses it. */
  readonly waiver?: { readonly reason: string; readonly until: string; readonly by: string };
}
