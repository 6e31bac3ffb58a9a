import {
  type Arithmetic,
  type Binary,
  type BinaryOperator,
  type Comparison,
  comparisons,
  type Matching,
  type SetOperator,
  setOperators,
} from "./ast";
import {
  drop,
  keep,
  type Labels,
  labelKey,
  PromqlExecutionError,
  type Sample,
  type Value,
  withoutName,
} from "./series";

/** An operator between two numbers; a comparison is 1 or 0. */
export function calculate(operator: BinaryOperator, left: number, right: number): number {
  return isComparison(operator)
    ? Number(compares[operator](left, right))
    : calculations[operator as Arithmetic](left, right);
}

/** An operator of which at least one side is a vector. */
export function combine(expression: Binary, left: Value, right: Value): Sample[] {
  if (typeof left === "number") {
    return withScalar(expression, right as readonly Sample[], left, false);
  }
  if (typeof right === "number") {
    return withScalar(expression, left, right, true);
  }
  return isSet(expression.operator)
    ? setOperation(expression.operator, expression.matching, left, right)
    : matched(expression, left, right);
}

const calculations: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "^": power,
};

/** As IEEE 754 and Go have it: 1 to any power is 1, and -1 to an infinite power too. */
function power(base: number, exponent: number): number {
  const one = base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent));
  return one ? 1 : base ** exponent;
}

const compares: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  ">": (left, right) => left > right,
  "<": (left, right) => left < right,
  ">=": (left, right) => left >= right,
  "<=": (left, right) => left <= right,
};

function isComparison(operator: BinaryOperator): operator is Comparison {
  return (comparisons as readonly string[]).includes(operator);
}

function isSet(operator: BinaryOperator): operator is SetOperator {
  return (setOperators as readonly string[]).includes(operator);
}

/** A filter keeps the vector's value and name, whichever side it is on. */
function withScalar({ operator, bool }: Binary, samples: readonly Sample[], scalar: number, vectorIsLeft: boolean) {
  return samples.flatMap((sample): Sample[] => {
    const result = vectorIsLeft ? calculate(operator, sample.value, scalar) : calculate(operator, scalar, sample.value);
    if (isComparison(operator) && !bool) {
      return result === 1 ? [sample] : [];
    }
    return [{ labels: withoutName(sample.labels), value: result }];
  });
}

function matchedLabels(labels: Labels, matching: Matching): Labels {
  return matching.on ? keep(labels, matching.labels) : drop(labels, ["__name__", ...matching.labels]);
}

function signature(labels: Labels, matching: Matching): string {
  return labelKey(matchedLabels(labels, matching));
}

function setOperation(
  operator: SetOperator,
  matching: Matching,
  left: readonly Sample[],
  right: readonly Sample[],
): Sample[] {
  const signatures = (samples: readonly Sample[]) => new Set(samples.map(({ labels }) => signature(labels, matching)));
  if (operator === "or") {
    const inLeft = signatures(left);
    return [...left, ...right.filter(({ labels }) => !inLeft.has(signature(labels, matching)))];
  }
  const inRight = signatures(right);
  return left.filter(({ labels }) => inRight.has(signature(labels, matching)) === (operator === "and"));
}

/** Pairs each series of one side with the one of the other side that has the same labels to match. */
function matched(expression: Binary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  const { matching, operator, bool } = expression;
  if (left.length === 0 || right.length === 0) {
    // Also if the other side could not be matched.
    return [];
  }
  const [many, one] = matching.group === "right" ? [right, left] : [left, right];
  const ones = uniqueBySignature(one, matching);
  const results = new Map<string, Sample>();
  const used = new Set<string>();
  for (const sample of many) {
    const key = signature(sample.labels, matching);
    const partner = ones.get(key);
    if (!partner) {
      continue;
    }
    const [a, b] = matching.group === "right" ? [partner, sample] : [sample, partner];
    const result = calculate(operator, a.value, b.value);
    if (isComparison(operator) && !bool && result === 0) {
      continue;
    }
    const labels = resultLabels(expression, sample.labels, partner.labels);
    if (matching.group === undefined && used.has(key)) {
      throw new PromqlExecutionError(
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
      );
    }
    if (results.has(labelKey(labels))) {
      throw new PromqlExecutionError("multiple matches for labels: grouping labels must ensure unique matches");
    }
    used.add(key);
    results.set(labelKey(labels), { labels, value: isComparison(operator) && !bool ? a.value : result });
  }
  return [...results.values()];
}

function uniqueBySignature(samples: readonly Sample[], matching: Matching): Map<string, Sample> {
  const all = new Map<string, Sample>();
  for (const sample of samples) {
    const key = signature(sample.labels, matching);
    if (all.has(key)) {
      const group = JSON.stringify(matchedLabels(sample.labels, matching));
      const side = matching.group === "right" ? "left" : "right";
      throw new PromqlExecutionError(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
          "many-to-many matching not allowed: matching labels must be unique on one side",
      );
    }
    all.set(key, sample);
  }
  return all;
}

function resultLabels({ matching, operator, bool }: Binary, many: Labels, one: Labels): Labels {
  const labels = isComparison(operator) && !bool ? many : withoutName(many);
  if (matching.group === undefined) {
    return matching.on ? keep(labels, matching.labels) : drop(labels, matching.labels);
  }
  const included = Object.entries(one).filter(([name]) => matching.include.includes(name));
  return { ...drop(labels, matching.include), ...Object.fromEntries(included) };
}
