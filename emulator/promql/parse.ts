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
    switch (node.name) {
      case "ParenExpr":
        return this.expression(first(node));
      case "NumberDurationLiteral":
        return { kind: "number", value: this.number(node) };
      case "UnaryExpr":
        return this.unary(node);
      case "VectorSelector":
        return { kind: "selector", selector: this.selector(node, 0) };
      case "MatrixSelector":
        return this.range(node, 0);
      case "OffsetExpr":
        return this.offset(node);
      case "FunctionCall":
        return this.call(node);
      case "AggregateExpr":
        return this.aggregation(node);
      case "BinaryExpr":
        return this.binary(node);
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
    const value = parseNumber(this.text(node));
    if (Number.isNaN(value) && this.text(node).toLowerCase() !== "nan") {
      throw this.wrong(node, `bad number ${JSON.stringify(this.text(node))}`);
    }
    return value;
  }

  private unary(node: SyntaxNode): Expression {
    const of = this.typed(node.lastChild!, ["scalar", "vector"]);
    return this.text(first(node)) === "-" ? { kind: "negate", of } : of;
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
    const inner = node.getChild("VectorSelector")!;
    const range = this.duration(node.getChild("DurationExpr")!);
    if (range <= 0) {
      throw this.wrong(node, "duration must be greater than 0");
    }
    return { kind: "range", selector: this.selector(inner, offset), range };
  }

  private offset(node: SyntaxNode): Expression {
    const inner = first(node);
    const offset = this.duration(node.getChild("OffsetDurationExpr")!);
    if (inner.name === "VectorSelector") {
      return { kind: "selector", selector: this.selector(inner, offset) };
    }
    if (inner.name === "MatrixSelector") {
      return this.range(inner, offset);
    }
    if (inner.name === "SubqueryExpr" || inner.name === "StepInvariantExpr") {
      return this.expression(inner);
    }
    throw this.wrong(node, "offset modifier must be preceded by an instant vector selector or range vector selector");
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

  private binary(node: SyntaxNode): Expression {
    const [leftNode, operatorNode] = children(node) as [SyntaxNode, SyntaxNode];
    const operator = this.operator(operatorNode);
    if (node.getChild("FillClause") ?? node.getChild("FillLeftClause") ?? node.getChild("FillRightClause")) {
      throw this.unsupported(node, "fill modifier");
    }
    const binary: Binary = {
      kind: "binary",
      operator,
      bool: node.getChild("BoolModifier") !== null,
      matching: this.matching(node),
      left: this.typed(leftNode, ["scalar", "vector"]),
      right: this.typed(node.lastChild!, ["scalar", "vector"]),
    };
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
    if (scalars > 0 && node.getChild("MatchingModifierClause")) {
      throw this.wrong(node, "vector matching only allowed between instant vectors");
    }
    const double = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (double !== undefined) {
      throw this.wrong(node, `label "${double}" must not occur in ON and GROUP clause at once`);
    }
  }
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
