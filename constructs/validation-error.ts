import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { describeProblem, type Problem } from "../values/problem";
import { redactKeys } from "../values/redact";

const VALIDATION_ERROR = Symbol.for("gemkeys.ValidationError");

const UNKNOWN: Problem = {
  rule: "must be known at synthesis",
  got: "a token",
  fix: "The plan's resources and blocks depend on it: write the value itself.",
};

/** A mistake in the props of a construct. The message starts with the construct's path in brackets. */
export class ValidationError extends Error {
  /** The construct's path, e.g. `prod/key-chat-backend`. */
  readonly constructPath: string;

  constructor(scope: IConstruct, messages: readonly string[]) {
    // The name of a field may be a user's text, such as the key of a label.
    super(redactKeys(messages.map((message) => `[${scope.node.path}] ${message}`).join("\n")));
    this.name = "ValidationError";
    this.constructPath = scope.node.path;
    Object.defineProperty(this, VALIDATION_ERROR, { value: true });
  }

  /** True for an error of this kind, also one from a second copy of this module. */
  static is(error: unknown): error is ValidationError {
    return typeof error === "object" && error !== null && VALIDATION_ERROR in error;
  }
}

/** Collects what is wrong with the props of one construct, so that all of it is reported in one error. */
export class PropsCheck {
  private readonly messages: string[] = [];

  constructor(private readonly scope: IConstruct) {}

  /** Adds the rule's problem with `value`, if it has one. A value that only Terraform knows is not checked. */
  value<T>(field: string, value: T | undefined, rule: (value: T) => Problem | undefined): void {
    if (value === undefined || Token.isUnresolved(value)) return;
    const problem = rule(value);
    if (problem) this.messages.push(describeProblem(field, problem));
  }

  /** Checks the keys of a map, and its values if there is a rule for them. */
  map(
    field: string,
    map: Readonly<Record<string, string>> | undefined,
    keyRule: (key: string) => Problem | undefined,
    valueRule: (value: string) => Problem | undefined = () => undefined,
  ): void {
    if (map === undefined || Token.isUnresolved(map)) return;
    for (const [key, value] of Object.entries(map)) {
      this.value(field, key, keyRule);
      this.value(`${field}.${key}`, value, valueRule);
    }
  }

  /** Checks the values of a list that decides which resources there are, so Terraform cannot fill it in later. */
  knownList<T>(field: string, list: readonly T[] | undefined, rule: (value: T) => Problem | undefined): void {
    if (Token.isUnresolved(list)) {
      this.problem(field, UNKNOWN);
      return;
    }
    list?.forEach((value, index) => {
      this.problem(`${field}[${index}]`, Token.isUnresolved(value) ? UNKNOWN : rule(value));
    });
  }

  /** Adds the problem, if there is one. */
  problem(field: string, problem: Problem | undefined): void {
    if (problem) this.messages.push(describeProblem(field, problem));
  }

  /** Throws a `ValidationError` with every message. */
  throwIfAny(): void {
    if (this.messages.length > 0) throw new ValidationError(this.scope, this.messages);
  }
}
