import { invalidArgument } from "./errors";
import type { Metric, MetricSeries } from "./metrics";

/** A series with the metric it is of. */
export interface LabelledSeries extends MetricSeries {
  readonly metric: Metric;
}

export type MetricFilter = (series: LabelledSeries) => boolean;

/** The metric types that a filter names in full. */
export function metricTypes(filter: string): string[] {
  return [...filter.matchAll(/\bmetric\.type\s*=\s*"([^"]+)"/g)].map(([, type]) => type!);
}

type Test = (value: string) => boolean;

/**
 * A filter of Cloud Monitoring over the type of metric and resource and their labels. NOT binds tightest, then OR, then AND,
 * which may be left out.
 *
 * @throws ApiError INVALID_ARGUMENT for anything else, also for what only the local cloud does not have
 * @see https://docs.cloud.google.com/monitoring/api/v3/filters
 */
export function compileMetricFilter(text: string): MetricFilter {
  return new Parser(text).parse();
}

const tokenPattern = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(!=|>=|<=|[=<>():,])|([^\s"'!=<>():,]+))/y;

class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(private readonly text: string) {
    const end = text.trimEnd().length;
    for (let index = 0; index < end; ) {
      tokenPattern.lastIndex = index;
      const match = tokenPattern.exec(text);
      if (!match) {
        throw this.wrong(`unexpected ${JSON.stringify(text.slice(index).trim().slice(0, 20))}`);
      }
      this.tokens.push(match[0].trim());
      index = tokenPattern.lastIndex;
    }
  }

  parse(): MetricFilter {
    const filter = this.conjunction();
    if (this.at < this.tokens.length) {
      throw this.wrong(`unexpected ${this.tokens[this.at]}`);
    }
    return filter;
  }

  private conjunction(): MetricFilter {
    const parts = [this.disjunction()];
    while (this.at < this.tokens.length && this.peek() !== ")") {
      if (this.peek() === "AND") {
        this.at += 1;
      }
      parts.push(this.disjunction());
    }
    return (series) => parts.every((part) => part(series));
  }

  private disjunction(): MetricFilter {
    const parts = [this.term()];
    while (this.peek() === "OR") {
      this.at += 1;
      parts.push(this.term());
    }
    return (series) => parts.some((part) => part(series));
  }

  private term(): MetricFilter {
    const token = this.next();
    if (token === "NOT") {
      const inner = this.term();
      return (series) => !inner(series);
    }
    if (token === "(") {
      const inner = this.conjunction();
      this.expect(")");
      return inner;
    }
    const read = this.field(token);
    const operator = this.next();
    if (operator !== "=" && operator !== "!=") {
      throw this.wrong(`the local cloud has no operator ${operator}`);
    }
    const test = this.value();
    return (series) => test(read(series)) === (operator === "=");
  }

  private field(name: string): (series: LabelledSeries) => string {
    if (name === "metric.type") return ({ metric }) => metric.type;
    if (name === "resource.type") return ({ metric, resource = metric.resource }) => resource;
    const [, of, label] = /^(metric|resource)\.labels?\.(.+)$/.exec(name) ?? [];
    if (label !== undefined) {
      return of === "metric"
        ? ({ metricLabels }) => metricLabels[label] ?? ""
        : ({ resourceLabels }) => resourceLabels[label] ?? "";
    }
    // The words of the first were seen.
    throw /^(group|metadata|metric|project|resource)\b/.test(name)
      ? this.wrong(`the local cloud has no filter on ${name}`)
      : this.wrong(
          "The lefthand side of each expression must be prefixed with one of {group, metadata, metric, project, resource}",
        );
  }

  private value(): Test {
    const token = this.next();
    if (this.peek() !== "(") {
      const wanted = unquote(token);
      return (value) => value === wanted;
    }
    const make = functions[token];
    if (!make) {
      throw this.wrong(`the local cloud has no function ${token}`);
    }
    this.expect("(");
    const args = [unquote(this.next())];
    while (this.peek() === ",") {
      this.at += 1;
      args.push(unquote(this.next()));
    }
    this.expect(")");
    try {
      return make(args);
    } catch {
      throw this.wrong(`invalid regular expression ${JSON.stringify(args[0])}`);
    }
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private next(): string {
    const token = this.tokens[this.at];
    if (token === undefined) {
      throw this.wrong("unexpected end");
    }
    this.at += 1;
    return token;
  }

  private expect(token: string): void {
    const found = this.next();
    if (found !== token) {
      throw this.wrong(`expected ${token}, got ${found}`);
    }
  }

  private wrong(problem: string): Error {
    return invalidArgument(`Field filter had an invalid value of ${JSON.stringify(this.text)}: ${problem}`);
  }
}

const functions: Readonly<Record<string, (args: readonly string[]) => Test>> = {
  starts_with:
    ([start]) =>
    (value) =>
      value.startsWith(start!),
  ends_with:
    ([end]) =>
    (value) =>
      value.endsWith(end!),
  has_substring:
    ([part]) =>
    (value) =>
      value.includes(part!),
  one_of: (all) => (value) => all.includes(value),
  "monitoring.regex.full_match": ([pattern]) => {
    const expression = new RegExp(`^(?:${pattern})$`);
    return (value) => expression.test(value);
  },
};

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replace(/\\(.)/gs, "$1") : token;
}
