import { Aspects, type TerraformStack } from "cdktf";
import type { Declaration } from "../declaration/model";
import { atLeast, findingsFrom } from "../policies/report";
import { RULES } from "../policies/rules";
import { factsOf, judge, type PolicyOptions } from "./judge";
import { PolicyError } from "./policy-error";

/** From here on a finding fails the synthesis. Less severe ones are for `gemkeys check`: what a team wants to do better. */
const FAILS = "high";

/** A stack that keeps what it was resolved to, for the file that is written next. */
export interface CheckedStack extends TerraformStack {
  resolveAhead(): Record<string, unknown>;
}

/**
 * Judges the stacks of an app when cdktf validates them. All are judged with the first, since some rules compare
 * environments, and since cdktf writes one stack before it validates the next: so nothing is written if one fails.
 */
export class PolicyCheck {
  private readonly stacks: CheckedStack[] = [];
  private done = false;

  constructor(
    private readonly declaration: Declaration,
    private readonly options: PolicyOptions,
  ) {}

  /** Has the stack judged before it is written. */
  watch(stack: CheckedStack): void {
    this.stacks.push(stack);
    stack.node.addValidation({
      validate: () => {
        this.check(stack);
        return [];
      },
    });
  }

  /** @throws PolicyError if a stack is against a rule. */
  private check(stack: CheckedStack): void {
    // cdktf runs the aspects of a stack just before it validates it, so what they change has not been seen yet.
    if (this.done && !hasAspects(stack)) return;
    this.done = true;
    const stacks = this.stacks.map((each) => ({ name: each.node.id, stack: each.resolveAhead() as unknown }));
    // The others would be found and then left out, by half of the rules.
    const rules = (this.options.rules ?? RULES).filter(({ severity }) => atLeast(severity, FAILS));
    const { findings } = judge(factsOf(stacks, this.declaration), this.declaration, { ...this.options, rules });
    const failing = findingsFrom(findings, FAILS);
    if (failing.length > 0) throw new PolicyError(failing);
  }
}

function hasAspects(stack: TerraformStack): boolean {
  return stack.node.findAll().some((node) => Aspects.of(node).all.length > 0);
}
