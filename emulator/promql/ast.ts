/** The part of PromQL that alerts on Gemini keys need. Times are in milliseconds. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "selector"; readonly selector: Selector }
  | { readonly kind: "range"; readonly selector: Selector; readonly range: number }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] }
  | Aggregation
  | Binary
  | { readonly kind: "negate"; readonly of: Expression };

export type ValueType = "scalar" | "vector" | "matrix";

export interface Selector {
  /** With the metric name, as a matcher of `__name__`. */
  readonly matchers: readonly Matcher[];
  readonly offset: number;
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

export interface Aggregation {
  readonly kind: "aggregation";
  readonly operator: AggregationOperator;
  readonly grouping: Grouping;
  readonly of: Expression;
}

/** `by` keeps only these labels, `without` keeps all others. */
export interface Grouping {
  readonly by: boolean;
  readonly labels: readonly string[];
}

export interface Binary {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  /** `bool`: a comparison gives 0 or 1 instead of filtering. */
  readonly bool: boolean;
  readonly matching: Matching;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Matching {
  /** `on` compares only these labels, `ignoring` all others. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** The side that may have many series for one of the other. */
  readonly group?: "left" | "right";
  /** Labels the many side takes from the one side. */
  readonly include: readonly string[];
}

export const aggregationOperators = ["sum", "max", "min", "count", "avg"] as const;
export type AggregationOperator = (typeof aggregationOperators)[number];

export const arithmetic = ["+", "-", "*", "/", "%", "^"] as const;
export const comparisons = ["==", "!=", ">", "<", ">=", "<="] as const;
export const setOperators = ["and", "or", "unless"] as const;
export type Arithmetic = (typeof arithmetic)[number];
export type Comparison = (typeof comparisons)[number];
export type SetOperator = (typeof setOperators)[number];
export type BinaryOperator = Arithmetic | Comparison | SetOperator;

/** What each function takes. */
export const functions = {
  increase: ["matrix"],
  rate: ["matrix"],
  sum_over_time: ["matrix"],
  max_over_time: ["matrix"],
  min_over_time: ["matrix"],
  avg_over_time: ["matrix"],
  count_over_time: ["matrix"],
  last_over_time: ["matrix"],
  absent: ["vector"],
  absent_over_time: ["matrix"],
  clamp_min: ["vector", "scalar"],
  clamp_max: ["vector", "scalar"],
  histogram_quantile: ["scalar", "vector"],
  vector: ["scalar"],
  scalar: ["vector"],
} as const satisfies Readonly<Record<string, readonly ValueType[]>>;
export type FunctionName = keyof typeof functions;

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "selector":
    case "aggregation":
      return "vector";
    case "range":
      return "matrix";
    case "call":
      return expression.name === "scalar" ? "scalar" : "vector";
    case "negate":
      return typeOf(expression.of);
    case "binary":
      return typeOf(expression.left) === "scalar" && typeOf(expression.right) === "scalar" ? "scalar" : "vector";
  }
}

/** The matchers of `__name__` anywhere in a query. */
export function metricMatchers(expression: Expression): Matcher[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "selector":
    case "range":
      return expression.selector.matchers.filter(({ label }) => label === "__name__");
    case "call":
      return expression.args.flatMap(metricMatchers);
    case "aggregation":
    case "negate":
      return metricMatchers(expression.of);
    case "binary":
      return [...metricMatchers(expression.left), ...metricMatchers(expression.right)];
  }
}

/** A query that is wrong at Google as well. */
export class PromqlError extends Error {}

/** A query that may be right, but uses something the local cloud does not have. */
export class PromqlUnsupportedError extends PromqlError {}
