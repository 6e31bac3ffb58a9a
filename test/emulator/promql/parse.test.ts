import { PromqlUnsupportedError } from "../../../emulator/promql/ast";
import { parsePromql } from "../../../emulator/promql/parse";

function failure(query: string): [string, boolean] {
  try {
    parsePromql(query);
  } catch (error) {
    return [(error as Error).message, error instanceof PromqlUnsupportedError];
  }
  throw new Error(`parsed: ${query}`);
}

test.each([
  'sum(increase(serviceruntime_googleapis_com:api_request_count{monitored_resource="consumed_api",response_code="429"}[10m])) > 20',
  '{"__name__"="serviceruntime.googleapis.com/api/request_count",service!~"a|b"}',
  '{"serviceruntime.googleapis.com/api/request_count"}',
  "sum by (model, limit_name)(increase(a[23h])) / max by (model, limit_name)(max_over_time(b[23h])) > 0.8",
  "a unless on(x) b offset 1w # a comment",
  "a / ignoring(x) group_left(y) b",
  "a / on(x) group_right() b",
  "a > bool 1 and b or vector(1)",
  "-a ^ 2 % 3",
  "sum without(x)(a offset -5m)",
  "a offset 1h30m",
  "1 == bool 2",
  "clamp_min(a, 0x10) + scalar(b) * NaN - Inf",
  'absent_over_time(a{x="y",x=~"z"}[5m])',
  "histogram_quantile(0.95, sum by (le)(rate(a_bucket[5m])))",
])("reads %s", (query) => {
  expect(() => parsePromql(query)).not.toThrow();
});

test.each([
  ["", "1:1: parse error: unexpected end of input"],
  ["sum(", "1:5: parse error: unexpected end of input"],
  ["a{x=1}", '1:5: parse error: unexpected "1}"'],
  ["a\n  +\n  )", '3:3: parse error: unexpected ")"'],
  ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
  ['{x=~".*"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
  ['a{__name__="b"}', "1:1: parse error: the metric name must not be set twice"],
  ['a{x=~"("}', '1:3: parse error: invalid regular expression "("'],
  ['a{x=~"(?=b)"}', '1:3: parse error: invalid regular expression "(?=b)"'],
  ['a{x="\\q"}', "1:5: parse error: invalid string"],
  ["sum(1)", "1:5: parse error: expected instant vector, got scalar"],
  ["sum(a[5m])", "1:5: parse error: expected instant vector, got range vector"],
  ["increase(a)", "1:10: parse error: expected range vector, got instant vector"],
  ["increase(a[5m], 1)", '1:1: parse error: expected 1 argument(s) in call to "increase", got 2'],
  ["a[5m] > 1", "1:1: parse error: binary expression must contain only scalar and instant vector types"],
  ["a + b[5m]", "1:1: parse error: ranges only allowed for vector selectors"],
  ["rate(-(a[5m]))", "1:6: parse error: unary expression only allowed on expressions of type scalar or instant vector"],
  ["a offset 5m offset 1m", "1:1: parse error: offset may not be set multiple times"],
  ["-a[5m]", "1:1: parse error: ranges only allowed for vector selectors"],
  ["1 > 2", "1:1: parse error: comparisons between scalars must use BOOL modifier"],
  ["a + bool b", "1:1: parse error: bool modifier can only be used on comparison operators"],
  ["a and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
  ["a and on(x) group_left() b", '1:1: parse error: no grouping allowed for "and" operation'],
  ["a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors"],
  ["a + on(x) group_left(x) b", '1:1: parse error: label "x" must not occur in ON and GROUP clause at once'],
  [
    "sum(a) offset 5m",
    "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector",
  ],
  ["a[0s]", "1:1: parse error: duration must be greater than 0"],
])("refuses %j as Google would", (query, message) => {
  expect(failure(query)).toEqual([message, false]);
});

test.each([
  ["topk(3, a)", "1:1: the local cloud has no aggregation topk"],
  ["deriv(a[5m])", "1:1: the local cloud has no function deriv"],
  ["max_over_time(a[1h:5m])", "1:15: the local cloud has no subquery"],
  ["a @ 3", "1:1: the local cloud has no @ modifier"],
  ["a atan2 b", "1:3: the local cloud has no operator atan2"],
  ['"x"', "1:1: the local cloud has no string expression"],
  ['label_replace(a, "b", "c", "d", "e")', "1:1: the local cloud has no function label_replace"],
])("says that %s is outside of the subset", (query, message) => {
  expect(failure(query)).toEqual([message, true]);
});
