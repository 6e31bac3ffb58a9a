import { PromqlError } from "../promql/ast";
import { evaluate } from "../promql/evaluate";
import { parseDuration } from "../promql/literals";
import { parsePromql } from "../promql/parse";
import { type Labels, labelKey, PromqlExecutionError, type Value } from "../promql/series";
import { promqlSource } from "../promql-source";
import { type Call, enabledProject, Reply, type Route, route } from "../service";

const base = "/v1/{name=projects/*}/location/*/prometheus/api/v1";

/**
 * The query endpoints of Prometheus, as Google has them for all metrics of a project. Only the location `global` is in use,
 * so it is not looked at. Errors have the form of Prometheus; that Google's have it too is not known.
 *
 * @see https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.location.prometheus.api.v1/query
 */
export const promqlRoutes: readonly Route[] = [
  route("GET", `${base}/query`, (call) => answer(call, call.query, instantQuery)),
  { ...route("POST", `${base}/query`, (call) => answer(call, formOf(call), instantQuery)), raw: true },
  route("GET", `${base}/query_range`, (call) => answer(call, call.query, rangeQuery)),
  { ...route("POST", `${base}/query_range`, (call) => answer(call, formOf(call), rangeQuery)), raw: true },
];

/** As many points of one series as Prometheus gives. */
const maxSteps = 11_000;

type Query = (form: URLSearchParams, now: number, valueAt: (at: number) => Value) => object;

function answer(call: Call, form: URLSearchParams, query: Query): object {
  const project = enabledProject(call, call.wildcards[0]!, "monitoring.googleapis.com");
  try {
    const expression = inParameter("query", () => parsePromql(form.get("query") ?? ""));
    const source = promqlSource(call, project);
    return {
      status: "success",
      data: query(form, call.store.now().getTime(), (at) => evaluate(expression, source, at)),
    };
  } catch (error) {
    if (error instanceof PromqlError) {
      return failure(error);
    }
    throw error;
  }
}

/** The body of a POST: the same parameters, or JSON as Google's own clients send it. */
function formOf(call: Call): URLSearchParams {
  const text = call.rawBody.toString("utf8");
  if (!text.trimStart().startsWith("{")) {
    return new URLSearchParams([...call.query, ...new URLSearchParams(text)]);
  }
  try {
    return new URLSearchParams(JSON.parse(text) as Record<string, string>);
  } catch {
    return new URLSearchParams();
  }
}

function instantQuery(form: URLSearchParams, now: number, valueAt: (at: number) => Value): object {
  const at = timeParameter(form, "time") ?? now;
  const value = valueAt(at);
  if (typeof value === "number") {
    return { resultType: "scalar", result: point(at, value) };
  }
  return {
    resultType: "vector",
    result: value.map((sample) => ({ metric: sample.labels, value: point(at, sample.value) })),
  };
}

function rangeQuery(form: URLSearchParams, _now: number, valueAt: (at: number) => Value): object {
  const start = needed(form, "start");
  const end = needed(form, "end");
  const step = inParameter("step", () => stepOf(form.get("step") ?? ""));
  if (end < start) {
    throw new PromqlError('invalid parameter "end": end timestamp must not be before start time');
  }
  if ((end - start) / step > maxSteps) {
    throw new PromqlError(
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  const series = new Map<string, { metric: Labels; values: [number, string][] }>();
  for (let at = start; at <= end; at += step) {
    const value = valueAt(at);
    for (const sample of typeof value === "number" ? [{ labels: {}, value }] : value) {
      const key = labelKey(sample.labels);
      const entry = series.get(key) ?? { metric: sample.labels, values: [] };
      series.set(key, entry);
      entry.values.push(point(at, sample.value));
    }
  }
  return { resultType: "matrix", result: [...series.values()] };
}

function needed(form: URLSearchParams, name: string): number {
  const value = timeParameter(form, name);
  if (value === undefined) {
    throw new PromqlError(`invalid parameter "${name}": cannot parse "" to a valid timestamp`);
  }
  return value;
}

/** Seconds since 1970 or RFC 3339, in milliseconds. */
function timeParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === "") {
    return undefined;
  }
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (Number.isNaN(value)) {
    throw new PromqlError(`invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  }
  return value;
}

function stepOf(text: string): number {
  const step = parseDuration(text);
  if (step === undefined) {
    throw new PromqlError(`cannot parse ${JSON.stringify(text)} to a valid duration`);
  }
  if (step <= 0) {
    throw new PromqlError("zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  return step;
}

function inParameter<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PromqlError) {
      throw new PromqlError(`invalid parameter "${name}": ${error.message}`);
    }
    throw error;
  }
}

function point(at: number, value: number): [number, string] {
  return [at / 1000, formatNumber(value)];
}

function formatNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) {
    return String(value);
  }
  return value > 0 ? "+Inf" : "-Inf";
}

function failure(error: PromqlError): Reply {
  const [status, errorType] = error instanceof PromqlExecutionError ? [422, "execution"] : [400, "bad_data"];
  const body = { status: "error", errorType, error: error.message };
  return new Reply(status, { "Content-Type": "application/json; charset=UTF-8" }, JSON.stringify(body));
}
