import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import {
  aggregationOperators,
  arithmetic,
  type Binary,
  type BinaryOperator,
  comparisons,
  type Expression,
  type FunctionName,
  functions,
  type Grouping,
  type Matcher,
  type Matching,
  PromqlError,
  PromqlUnsupportedError,
  type Selector,
  setOperators,
  typeOf,
  type ValueType,
} from "./ast";
import { parseDuration, parseNumber, parseString, wholeMatch } from "./literals";

/** Reads a query. Throws `PromqlError` if it is wrong, and `PromqlUnsupportedError` if it is outside of the subset. */
export function parsePromql(query: string): Expression {
  const tree = parser.parse(query);
  checkSyntax(query, tree);
  const top = tree.topNode.firstChild;
  if (!top) {
    throw new PromqlError("1:1: parse error: no expression found in input");
  }
  return new Reader(query).expression(top);
}

function checkSyntax(query: string, tree: Tree): void {
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) {
      const rest = query.slice(cursor.from).split(/\s/, 1)[0];
      const what = rest === "" || rest === undefined ? "end of input" : JSON.stringify(rest.slice(0, 40));
      throw new PromqlError(`${position(query, cursor.from)}: parse error: unexpected ${what}`);
    }
  } while (cursor.next());
}

function position(query: string, offset: number): string {
  const before = query.slice(0, offset).split("\n");
  return `${before.length}:${before[before.length - 1]!.length + 1}`;
}

class Reader {
  constructor(private readonly query: string) {}

  expression(node: SyntaxNode): Expression {
    const items: Item[] = [];
    this.flatten(node, items);
    return this.operators(items, 0);
  }

  /**
   * The grammar is one for editors and hangs `offset` on the whole of `a + b offset 1w`, where it belongs to `b`. So
   * operands and operators are put in a row, and precedence is worked out from there.
   */
  private flatten(node: SyntaxNode, items: Item[]): void {
    if (node.name === "BinaryExpr") {
      this.flatten(first(node), items);
      items.push({ kind: "binary", node });
      this.flatten(node.lastChild!, items);
    } else if (node.name === "UnaryExpr") {
      items.push({ kind: "unary", node, negative: this.text(first(node)) === "-" });
      this.flatten(node.lastChild!, items);
    } else if (node.name === "OffsetExpr") {
      this.flatten(first(node), items);
      const last = items.pop() as Extract<Item, { kind: "operand" }>;
      if (last.offset) {
        throw this.wrong(node, "offset may not be set multiple times");
      }
      items.push({ ...last, offset: node });
    } else if (node.name === "NumberDurationLiteral" && /^[+-]/.test(this.text(node))) {
      items.push({ kind: "unary", node, negative: this.text(node).startsWith("-") }, { kind: "operand", node });
    } else {
      items.push({ kind: "operand", node });
    }
  }

  /** Takes items off the front as long as their operators bind at least this tightly. */
  private operators(items: Item[], least: number): Expression {
    let left = this.prefixed(items);
    for (let next = items[0]; next?.kind === "binary"; next = items[0]) {
      const operator = this.operator(children(next.node)[1]!);
      const level = levelOf(operator);
      if (level < least) {
        break;
      }
      items.shift();
      left = this.binary(next.node, operator, left, this.operators(items, operator === "^" ? level : level + 1));
    }
    return left;
  }

  /** A sign binds like a multiplication, less than `^`. */
  private prefixed(items: Item[]): Expression {
    const item = items.shift()!;
    if (item.kind === "unary") {
      const of = this.operators(items, levelOf("^"));
      if (typeOf(of) === "matrix") {
        throw this.wrong(item.node, "unary expression only allowed on expressions of type scalar or instant vector");
      }
      return item.negative ? { kind: "negate", of } : of;
    }
    const { node, offset } = item as Extract<Item, { kind: "operand" }>;
    return offset ? this.offset(node, offset) : this.operand(node);
  }

  private operand(node: SyntaxNode): Expression {
    switch (node.name) {
      case "ParenExpr":
        return this.expression(first(node));
      case "NumberDurationLiteral":
        return { kind: "number", value: this.number(node) };
      case "VectorSelector":
        return { kind: "selector", selector: this.selector(node, 0) };
      case "MatrixSelector":
        return this.range(node, 0);
      case "FunctionCall":
        return this.call(node);
      case "AggregateExpr":
        return this.aggregation(node);
      default:
        throw this.unsupported(node, names[node.name] ?? `${node.name} (${this.text(node)})`);
    }
  }

  private text(node: SyntaxNode): string {
    return this.query.slice(node.from, node.to);
  }

  private wrong(node: SyntaxNode, problem: string): PromqlError {
    return new PromqlError(`${position(this.query, node.from)}: parse error: ${problem}`);
  }

  private unsupported(node: SyntaxNode, what: string): PromqlError {
    return new PromqlUnsupportedError(`${position(this.query, node.from)}: the local cloud has no ${what}`);
  }

  private typed(node: SyntaxNode, wanted: readonly ValueType[]): Expression {
    const expression = this.expression(node);
    const type = typeOf(expression);
    if (!wanted.includes(type)) {
      throw this.wrong(node, `expected ${wanted.map((name) => typeNames[name]).join(" or ")}, got ${typeNames[type]}`);
    }
    return expression;
  }

  private number(node: SyntaxNode): number {
    const text = this.text(node).replace(/^[+-]\s*/, "");
    const value = parseNumber(text);
    if (Number.isNaN(value) && text.toLowerCase() !== "nan") {
      throw this.wrong(node, `bad number ${JSON.stringify(text)}`);
    }
    return value;
  }

  private selector(node: SyntaxNode, offset: number): Selector {
    const matchers: Matcher[] = [];
    const name = node.getChild("Identifier");
    if (name) {
      matchers.push(matcher("__name__", "=", this.text(name)));
    }
    for (const child of children(node.getChild("LabelMatchers"))) {
      matchers.push(this.matcher(child));
    }
    if (matchers.filter(({ label }) => label === "__name__").length > 1) {
      throw this.wrong(node, "the metric name must not be set twice");
    }
    if (matchers.every(({ matches }) => matches(""))) {
      throw this.wrong(node, "vector selector must contain at least one non-empty matcher");
    }
    return { matchers, offset };
  }

  /** `{"metric.name"}`, `label="x"` or `"label"="x"`. */
  private matcher(node: SyntaxNode): Matcher {
    if (node.name === "QuotedLabelName") {
      return matcher("__name__", "=", this.string(first(node)));
    }
    const label = node.getChild("LabelName");
    const operator = this.text(node.getChild("MatchOp")!) as Matcher["operator"];
    const name = label ? this.text(label) : this.string(first(node.getChild("QuotedLabelName")!));
    const value = this.string(node.getChild("StringLiteral")!);
    try {
      return matcher(name, operator, value);
    } catch {
      throw this.wrong(node, `invalid regular expression ${JSON.stringify(value)}`);
    }
  }

  private string(node: SyntaxNode): string {
    const value = parseString(this.text(node));
    if (value === undefined) {
      throw this.wrong(node, "invalid string");
    }
    return value;
  }

  private range(node: SyntaxNode, offset: number): Expression {
    const inner = node.getChild("VectorSelector");
    if (!inner) {
      throw this.wrong(node, "ranges only allowed for vector selectors");
    }
    const range = this.duration(node.getChild("DurationExpr")!);
    if (range <= 0) {
      throw this.wrong(node, "duration must be greater than 0");
    }
    return { kind: "range", selector: this.selector(inner, offset), range };
  }

  private offset(inner: SyntaxNode, node: SyntaxNode): Expression {
    const offset = this.duration(node.getChild("OffsetDurationExpr")!);
    if (inner.name === "VectorSelector") {
      return { kind: "selector", selector: this.selector(inner, offset) };
    }
    if (inner.name === "MatrixSelector") {
      return this.range(inner, offset);
    }
    if (inner.name === "SubqueryExpr" || inner.name === "StepInvariantExpr") {
      return this.operand(inner);
    }
    throw this.wrong(inner, "offset modifier must be preceded by an instant vector selector or range vector selector");
  }

  private duration(node: SyntaxNode): number {
    const text = this.text(node).replace(/\s/g, "");
    const value = parseDuration(text);
    if (value === undefined) {
      throw this.unsupported(node, `duration ${JSON.stringify(text)}`);
    }
    return value;
  }

  private call(node: SyntaxNode): Expression {
    const name = this.text(node.getChild("FunctionIdentifier")!);
    const wanted: readonly ValueType[] | undefined = Object.hasOwn(functions, name)
      ? functions[name as FunctionName]
      : undefined;
    if (!wanted) {
      throw this.unsupported(node, `function ${name}`);
    }
    const given = children(node.getChild("FunctionCallBody"));
    if (given.length !== wanted.length) {
      throw this.wrong(node, `expected ${wanted.length} argument(s) in call to "${name}", got ${given.length}`);
    }
    return {
      kind: "call",
      name: name as FunctionName,
      args: given.map((argument, index) => this.typed(argument, [wanted[index]!])),
    };
  }

  private aggregation(node: SyntaxNode): Expression {
    const name = this.text(node.getChild("AggregateOp")!).toLowerCase();
    const operator = aggregationOperators.find((known) => known === name);
    if (!operator) {
      throw this.unsupported(node, `aggregation ${name}`);
    }
    const given = children(node.getChild("FunctionCallBody"));
    if (given.length !== 1) {
      throw this.wrong(
        node,
        `wrong number of arguments for aggregate expression provided, expected 1, got ${given.length}`,
      );
    }
    return { kind: "aggregation", operator, grouping: this.grouping(node), of: this.typed(given[0]!, ["vector"]) };
  }

  private grouping(node: SyntaxNode): Grouping {
    const modifier = node.getChild("AggregateModifier");
    return { by: modifier?.getChild("Without") == null, labels: this.labels(modifier?.getChild("GroupingLabels")) };
  }

  private labels(node: SyntaxNode | null | undefined): string[] {
    return children(node).map((child) =>
      child.name === "QuotedLabelName" ? this.string(first(child)) : this.text(child),
    );
  }

  private binary(node: SyntaxNode, operator: BinaryOperator, left: Expression, right: Expression): Expression {
    if (node.getChild("FillClause") ?? node.getChild("FillLeftClause") ?? node.getChild("FillRightClause")) {
      throw this.unsupported(node, "fill modifier");
    }
    const bool = node.getChild("BoolModifier") !== null;
    const binary: Binary = { kind: "binary", operator, bool, matching: this.matching(node), left, right };
    this.checkBinary(node, binary);
    return binary;
  }

  private operator(node: SyntaxNode): BinaryOperator {
    const text = this.text(node).toLowerCase();
    const known = [...arithmetic, ...comparisons, ...setOperators].find((name) => name === text);
    if (!known) {
      throw this.unsupported(node, `operator ${text}`);
    }
    return known;
  }

  private matching(node: SyntaxNode): Matching {
    const clause = node.getChild("MatchingModifierClause");
    const lists = clause?.getChildren("GroupingLabels") ?? [];
    const group = clause?.getChild("GroupLeft") ? "left" : clause?.getChild("GroupRight") ? "right" : undefined;
    return {
      on: clause?.getChild("On") != null,
      labels: this.labels(lists[0]),
      ...(group && { group }),
      include: this.labels(lists[1]),
    };
  }

  private checkBinary(node: SyntaxNode, { operator, bool, matching, left, right }: Binary): void {
    const matrix = [left, right].some((side) => typeOf(side) === "matrix");
    if (matrix) {
      throw this.wrong(node, "binary expression must contain only scalar and instant vector types");
    }
    const scalars = [left, right].filter((side) => typeOf(side) === "scalar").length;
    const isComparison = (comparisons as readonly string[]).includes(operator);
    const isSet = (setOperators as readonly string[]).includes(operator);
    if (bool && !isComparison) {
      throw this.wrong(node, "bool modifier can only be used on comparison operators");
    }
    if (isComparison && scalars === 2 && !bool) {
      throw this.wrong(node, "comparisons between scalars must use BOOL modifier");
    }
    if (isSet && scalars > 0) {
      throw this.wrong(node, `set operator "${operator}" not allowed in binary scalar expression`);
    }
    if (isSet && matching.group) {
      throw this.wrong(node, `no grouping allowed for "${operator}" operation`);
    }
    if (scalars > 0 && matching.labels.length > 0) {
      throw this.wrong(node, "vector matching only allowed between instant vectors");
    }
    const double = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (double !== undefined) {
      throw this.wrong(node, `label "${double}" must not occur in ON and GROUP clause at once`);
    }
  }
}

type Item =
  | { readonly kind: "operand"; readonly node: SyntaxNode; readonly offset?: SyntaxNode }
  | { readonly kind: "unary"; readonly node: SyntaxNode; readonly negative: boolean }
  | { readonly kind: "binary"; readonly node: SyntaxNode };

/** @see https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence */
const levels: readonly (readonly BinaryOperator[])[] = [
  ["or"],
  ["and", "unless"],
  comparisons,
  ["+", "-"],
  ["*", "/", "%"],
  ["^"],
];

function levelOf(operator: BinaryOperator): number {
  return levels.findIndex((level) => level.includes(operator));
}

const typeNames: Readonly<Record<ValueType, string>> = {
  scalar: "scalar",
  vector: "instant vector",
  matrix: "range vector",
};

const names: Readonly<Record<string, string>> = {
  StringLiteral: "string expression",
  SubqueryExpr: "subquery",
  StepInvariantExpr: "@ modifier",
  AnchoredExpr: "anchored modifier",
  SmoothedExpr: "smoothed modifier",
};

function matcher(label: string, operator: Matcher["operator"], value: string): Matcher {
  const same = operator.endsWith("~") ? wholeMatch(value) : (text: string) => text === value;
  return { label, operator, value, matches: operator.startsWith("!") ? (text) => !same(text) : same };
}

function first(node: SyntaxNode): SyntaxNode {
  return node.firstChild!;
}

function children(node: SyntaxNode | null | undefined): SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node?.firstChild; child; child = child.nextSibling) {
    if (child.name !== "LineComment") {
      all.push(child);
    }
  }
  return all;
}
