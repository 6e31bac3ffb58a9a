import type { Aggregation, AggregationOperator, Binary, Expression, Selector } from "./ast";
import { calculate, combine } from "./binary";
import { absentLabels, histogramQuantile, overTime } from "./functions";
import {
  drop,
  keep,
  type Labels,
  labelKey,
  PromqlExecutionError,
  pointsBetween,
  type Sample,
  type Series,
  type Source,
  type Value,
  withoutName,
} from "./series";

/** How far back an instant selector looks for the last point, in milliseconds. Prometheus's default. */
const lookback = 5 * 60_000;

/**
 * The value of a query at a time in milliseconds.
 *
 * Unlike Prometheus, `increase` and `rate` do not extrapolate: they are the exact count in the window, without its
 * beginning and with its end, because the counts here are events and not samples of a growing counter. A window without
 * events gives no sample instead of 0.
 */
export function evaluate(expression: Expression, source: Source, at: number): Value {
  const value = new Evaluation(source, at).value(expression);
  if (typeof value === "number") {
    return value;
  }
  return [...value].sort((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1));
}

class Evaluation {
  constructor(
    private readonly source: Source,
    private readonly at: number,
  ) {}

  value(expression: Expression): Value {
    switch (expression.kind) {
      case "number":
        return expression.value;
      case "selector":
        return this.instant(expression.selector);
      case "range":
        throw new PromqlExecutionError("a range vector has no value of its own: use a function such as increase");
      case "call":
        return this.call(expression);
      case "aggregation":
        return aggregate(expression, this.vector(expression.of));
      case "negate": {
        const of = this.value(expression.of);
        return typeof of === "number" ? -of : map(of, (value) => -value);
      }
      case "binary":
        return this.binary(expression);
    }
  }

  private vector(expression: Expression): readonly Sample[] {
    return this.value(expression) as readonly Sample[];
  }

  private scalar(expression: Expression): number {
    return this.value(expression) as number;
  }

  private series(selector: Selector): Series[] {
    const { matchers } = selector;
    return this.source(matchers).filter(({ labels }) =>
      matchers.every(({ label, matches }) => matches(labels[label] ?? "")),
    );
  }

  private instant(selector: Selector): Sample[] {
    const to = this.at - selector.offset;
    return this.series(selector).flatMap(({ labels, points }) => {
      const last = pointsBetween(points, to - lookback, to).at(-1);
      return last ? [{ labels, value: last.value }] : [];
    });
  }

  private call({ name, args }: Extract<Expression, { kind: "call" }>): Value {
    const [first, second] = args as [Expression, Expression];
    switch (name) {
      case "vector":
        return [{ labels: {}, value: this.scalar(first) }];
      case "scalar": {
        const samples = this.vector(first);
        return samples.length === 1 ? samples[0]!.value : Number.NaN;
      }
      case "absent":
        return this.vector(first).length > 0 ? [] : [{ labels: absentLabels(first), value: 1 }];
      case "absent_over_time":
        return this.window(first, "count_over_time").length > 0 ? [] : [{ labels: absentLabels(first), value: 1 }];
      case "clamp_min": {
        const bound = this.scalar(second);
        return map(this.vector(first), (value) => Math.max(value, bound));
      }
      case "clamp_max": {
        const bound = this.scalar(second);
        return map(this.vector(first), (value) => Math.min(value, bound));
      }
      case "histogram_quantile":
        return histogramQuantile(this.scalar(first), this.vector(second));
      default:
        return this.window(first, name);
    }
  }

  /** A function over the points in a window; a series without a point in it gives nothing. */
  private window(expression: Expression, name: keyof typeof overTime): Sample[] {
    const { selector, range } = expression as Extract<Expression, { kind: "range" }>;
    const to = this.at - selector.offset;
    return this.series(selector).flatMap((series) => {
      const points = pointsBetween(series.points, to - range, to);
      if (points.length === 0) {
        return [];
      }
      const labels = name === "last_over_time" ? series.labels : withoutName(series.labels);
      return [{ labels, value: overTime[name](points, range, series) }];
    });
  }

  private binary(expression: Binary): Value {
    const left = this.value(expression.left);
    const right = this.value(expression.right);
    if (typeof left === "number" && typeof right === "number") {
      return calculate(expression.operator, left, right);
    }
    return combine(expression, left, right);
  }
}

function map(samples: readonly Sample[], change: (value: number) => number): Sample[] {
  return samples.map(({ labels, value }) => ({ labels: withoutName(labels), value: change(value) }));
}

function aggregate({ operator, grouping, of: _of }: Aggregation, samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of samples) {
    const kept = grouping.by ? keep(labels, grouping.labels) : drop(labels, ["__name__", ...grouping.labels]);
    const key = labelKey(kept);
    const group = groups.get(key) ?? { labels: kept, values: [] };
    groups.set(key, group);
    group.values.push(value);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: reduce(operator, values) }));
}

function reduce(operator: AggregationOperator, values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  switch (operator) {
    case "count":
      return values.length;
    case "sum":
      return sum(values);
    case "avg":
      return sum(values) / values.length;
    case "max":
      return numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.max(a, b));
    case "min":
      return numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.min(a, b));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
