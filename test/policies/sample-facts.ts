import type { Facts } from "../../inventory/facts";
import type { Location, PolicyInput } from "../../policies/engine";
import type { Rule, Violation } from "../../policies/rule";
import { emptyFacts } from "../helpers/facts";

/** Facts of a root module that holds nothing. */
export function factsOf(name: string, more: Partial<Facts> = {}): Facts {
  return emptyFacts({ name, ...more });
}

/** A rule that finds the same in every root module. */
export function ruleOf(id: string, found: readonly Violation[] = [], more: Partial<Rule> = {}): Rule {
  return {
    id,
    title: `Title of ${id}`,
    severity: "high",
    rationale: "It matters.",
    fix: "Do better.",
    references: [],
    check: () => found,
    ...more,
  };
}

export const VIOLATION: Violation = {
  address: "google_apikeys_key.key-web_g1",
  key: "web",
  field: "allow[1]",
  value: "8.0.0.0/8",
  message: "the range is too wide",
};

export const LOCATION: Location = { file: "config/environments/prod.yaml", line: 8, column: 26 };

export function inputOf(more: Partial<PolicyInput> = {}): PolicyInput {
  return {
    facts: [factsOf("prod")],
    rules: [ruleOf("GEMKEY-IP-02", [VIOLATION])],
    waivers: [],
    criticalWaivers: [],
    today: "2026-11-24",
    production: () => false,
    locate: () => undefined,
    ...more,
  };
}
