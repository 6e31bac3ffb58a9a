import { lines, series } from "./series";

const ok = series("calls", { code: "200", key: "a" }, [
  [900, 100],
  [990, 1],
  [991, 2],
  [995, 4],
  [1000, 8],
]);
const refused = series("calls", { code: "429", key: "a" }, [[998, 5]]);
const other = series("calls", { code: "200", key: "b" }, [[999, 20]]);
const calls = [ok, refused, other];
const limit = series("limit", { key: "a" }, [[999, 50]], "gauge");
const limitB = series("limit", { key: "b" }, [[999, 10]], "gauge");
const all = [...calls, limit, limitB];

test.each<[string, string[]]>([
  // The window is without its beginning and with its end.
  ['increase(calls{code="200",key="a"}[10m])', ['{code="200",key="a"} 14']],
  ['increase(calls{code="200",key="a"}[10m] offset 1m)', ['{code="200",key="a"} 7']],
  ['increase(calls{code="200",key="a"}[10m] offset -1m)', ['{code="200",key="a"} 12']],
  ['rate(calls{code="429"}[5m])', [`{code="429",key="a"} ${5 / 300}`]],
  ['increase(calls{code="429"}[1m])', []],
  ["increase(calls[2h])", ['{code="200",key="a"} 115', '{code="200",key="b"} 20', '{code="429",key="a"} 5']],
  ['calls{code="429"}', ['calls{code="429",key="a"} 5']],
  ['calls{code="429"} offset 4m', []],
  ['calls{code!="200"}', ['calls{code="429",key="a"} 5']],
  ['calls{code=~"4.."}', ['calls{code="429",key="a"} 5']],
  ['calls{code!~"2.|4.."}', ['calls{code="200",key="a"} 8', 'calls{code="200",key="b"} 20']],
  ['calls{absent="",code="429"}', ['calls{code="429",key="a"} 5']],
  ["last_over_time(limit[5m])", ['limit{key="a"} 50', 'limit{key="b"} 10']],
  ["max_over_time(calls[2h])", ['{code="200",key="a"} 100', '{code="200",key="b"} 20', '{code="429",key="a"} 5']],
  ['min_over_time(calls{key="a"}[2h])', ['{code="200",key="a"} 1', '{code="429",key="a"} 5']],
  ['avg_over_time(calls{code="200",key="a"}[10m])', [`{code="200",key="a"} ${14 / 3}`]],
  ['count_over_time(calls{code="200",key="a"}[10m])', ['{code="200",key="a"} 3']],
  ['sum_over_time(calls{code="200",key="a"}[10m])', ['{code="200",key="a"} 14']],
])("%s", (text, expected) => {
  expect(lines(text, all)).toEqual(expected);
});

test.each<[string, string[]]>([
  ["sum(increase(calls[10m]))", ["{} 39"]],
  ["sum by (key)(increase(calls[10m]))", ['{key="a"} 19', '{key="b"} 20']],
  ["sum without (key)(increase(calls[10m]))", ['{code="200"} 34', '{code="429"} 5']],
  ["max by (code)(increase(calls[10m]))", ['{code="200"} 20', '{code="429"} 5']],
  ["min by (code)(increase(calls[10m]))", ['{code="200"} 14', '{code="429"} 5']],
  ["avg by (code)(increase(calls[10m]))", ['{code="200"} 17', '{code="429"} 5']],
  ["count(increase(calls[10m]))", ["{} 3"]],
  ["sum by (nothing)(calls)", ["{} 33"]],
  ["sum(increase(calls[10m] offset 1d))", []],
])("aggregation: %s", (text, expected) => {
  expect(lines(text, calls)).toEqual(expected);
});

const byKey = "sum by (key)(increase(calls[10m]))";

test.each<[string, string[]]>([
  ["1 + 2 * 3 ^ 2 % 5", ["4"]],
  ["7 % 4 - -1", ["4"]],
  ["-2 ^ 2", ["-4"]],
  ["2 ^ 3 ^ 2", ["512"]],
  ["1 ^ NaN", ["1"]],
  ["- 2 * 3 + 1", ["-5"]],
  ["8 - 2 - 1", ["5"]],
  // An offset belongs to what is just before it, and not to the whole expression.
  ["sum(limit) + sum(calls offset 5m)", ["{} 64"]],
  ['limit{key="a"} + ignoring(code) calls{code="200",key="a"} offset 5m * 2', ['{key="a"} 58']],
  ['- calls{code="200",key="a"} offset 5m', ['{code="200",key="a"} -4']],
  ["1 == bool 2", ["0"]],
  ['-increase(calls{code="429"}[10m])', ['{code="429",key="a"} -5']],
  [`${byKey} * 2`, ['{key="a"} 38', '{key="b"} 40']],
  [`100 - ${byKey}`, ['{key="a"} 81', '{key="b"} 80']],
  [`${byKey} > 19`, ['{key="b"} 20']],
  [`19 < ${byKey}`, ['{key="b"} 20']],
  [`${byKey} > bool 19`, ['{key="a"} 0', '{key="b"} 1']],
  ["limit > 20", ['limit{key="a"} 50']],
  ["limit > bool 20", ['{key="a"} 1', '{key="b"} 0']],
  [`${byKey} / limit`, ['{key="a"} 0.38', '{key="b"} 2']],
  [`${byKey} > limit`, ['{key="b"} 20']],
  [`${byKey} > bool limit`, ['{key="a"} 0', '{key="b"} 1']],
  ["limit == limit", ['limit{key="a"} 50', 'limit{key="b"} 10']],
  ["limit == on(key) limit", ['{key="a"} 50', '{key="b"} 10']],
  [
    "increase(calls[10m]) / on(key) group_left limit",
    ['{code="200",key="a"} 0.28', '{code="200",key="b"} 2', '{code="429",key="a"} 0.1'],
  ],
  [
    'limit / on(key) group_right increase(calls{code="200"}[10m])',
    [`{code="200",key="a"} ${50 / 14}`, '{code="200",key="b"} 0.5'],
  ],
  ['calls{code="429"} + ignoring(code) calls{code="200",key="a"}', ['{key="a"} 13']],
  [`limit and ${byKey} > 19`, ['limit{key="b"} 10']],
  [`limit unless ${byKey} > 19`, ['limit{key="a"} 50']],
  ["limit and on() vector(1)", ['limit{key="a"} 50', 'limit{key="b"} 10']],
  [`limit{key="a"} or ${byKey}`, ['limit{key="a"} 50', '{key="b"} 20']],
  ["sum(nothing) or vector(0)", ["{} 0"]],
  ['scalar(limit{key="a"}) + 1', ["51"]],
  ["scalar(limit)", ["NaN"]],
  ["clamp_max(limit, 20)", ['{key="a"} 20', '{key="b"} 10']],
  ["clamp_min(limit, 20)", ['{key="a"} 50', '{key="b"} 20']],
])("operators and functions: %s", (text, expected) => {
  expect(lines(text, all)).toEqual(expected);
});

test.each<[string, string[]]>([
  ['absent(nothing{a="x",b!="y",c="1",c="2"})', ['{a="x"} 1']],
  ['absent(nothing{a=""})', ["{} 1"]],
  ["absent(calls)", []],
  ["absent(sum(nothing))", ["{} 1"]],
  ['absent_over_time(calls{code="429"}[1m])', ['{code="429"} 1']],
  ["absent_over_time(calls[10m])", []],
])("absence: %s", (text, expected) => {
  expect(lines(text, all)).toEqual(expected);
});

test("quantiles of a histogram", () => {
  const bucket = (le: string, count: number) => series("t_bucket", { le }, [[999, count]]);
  const histogram = [bucket("0.1", 10), bucket("1", 30), bucket("+Inf", 40)];
  const quantile = (q: string, of = histogram) => lines(`histogram_quantile(${q}, increase(t_bucket[5m]))`, of);
  expect(quantile("0.25")).toEqual(["{} 0.1"]);
  expect(quantile("0.5")).toEqual(["{} 0.55"]);
  expect(quantile("0.99")).toEqual(["{} 1"]);
  expect(quantile("-1")).toEqual(["{} -Infinity"]);
  expect(quantile("2")).toEqual(["{} Infinity"]);
  expect(quantile("0.5", [bucket("1", 3)])).toEqual(["{} NaN"]);
});

test.each([
  [
    "limit + on() limit",
    "found duplicate series for the match group {} on the right hand-side of the operation: many-to-many matching not allowed: matching labels must be unique on one side",
  ],
  [
    "calls + on(key) limit",
    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
  ],
  [
    'increase(calls[10m]) * on(key) group_left(code) sum by (key, code)(increase(calls{code="200"}[10m]))',
    "multiple matches for labels: grouping labels must ensure unique matches",
  ],
  ["increase(limit[5m])", "increase() needs a metric that counts, and limit is a gauge"],
  ["calls[5m]", "a range vector has no value of its own: use a function such as increase"],
])("%s fails on the data", (text, message) => {
  expect(() => lines(text, all)).toThrow(message);
});
