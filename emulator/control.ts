import type { Denials } from "./denials";
import { invalidArgument } from "./errors";
import type { Faults } from "./faults";
import { isObject, rejectUnknownFields } from "./fields";
import { settle } from "./operations";
import { type Call, type Route, route } from "./service";
import { root } from "./store";

/** Where the local cloud itself is controlled. It answers nothing that would hold a key string or a payload. */
export const controlPrefix = "_emulator";

/** The clock, the faults, rights and the state of billing accounts, which Google does not offer. */
export function controlRoutes(faults: Faults, denials: Denials): Route[] {
  return [
    route("GET", "/clock", clockJson),
    route("POST", "/clock", advanceClock),
    route("GET", "/faults", () => ({ rules: faults.list() })),
    // The body may be a list.
    { method: "POST", template: "/faults", handler: (call) => setFaults(faults, call), raw: true },
    route("DELETE", "/faults", () => {
      faults.clear();
      return { rules: [] };
    }),
    route("GET", "/denials", () => ({ rules: denials.list() })),
    {
      method: "POST",
      template: "/denials",
      handler: (call) => {
        denials.set(readRules(call));
        return { rules: denials.list() };
      },
      raw: true,
    },
    route("DELETE", "/denials", () => {
      denials.clear();
      return { rules: [] };
    }),
    route("POST", "/billingAccounts/{account}", setBillingAccount),
  ];
}

function clockJson({ store }: Call): object {
  return { now: store.timestamp(), offsetSeconds: store.clockOffsetMs / 1000 };
}

/** `{"advance":"30d"}` or `{"advanceSeconds":90}`. There is no way back: what came to its end stays gone. */
function advanceClock(call: Call): object {
  const { body, store } = call;
  rejectUnknownFields(body, ["advance", "advanceSeconds"], "");
  const { advance, advanceSeconds } = body;
  if ((advance === undefined) === (advanceSeconds === undefined)) {
    throw invalidArgument('Set one of advance, e.g. "30d", and advanceSeconds.');
  }
  store.advance(advance === undefined ? readSeconds(advanceSeconds) : readDuration(advance));
  settle(store);
  return clockJson(call);
}

/** A hundred years, which every date can take. */
const maxSeconds = 100 * 366 * 24 * 60 * 60;
const unitSeconds: Readonly<Record<string, number>> = { d: 24 * 60 * 60, h: 60 * 60, m: 60, s: 1 };

function readDuration(value: unknown): number {
  const [, count = "", unit = ""] = (typeof value === "string" && /^(\d{1,10})([dhms])$/.exec(value)) || [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (unit === "" || seconds > maxSeconds) {
    throw invalidArgument(
      `advance must be a number of days, hours, minutes or seconds, e.g. 30d, and at most 100 years, got: ${JSON.stringify(value)}`,
    );
  }
  return seconds * 1000;
}

function readSeconds(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= maxSeconds)) {
    throw invalidArgument(`advanceSeconds must be a number from 0 to ${maxSeconds}, got: ${JSON.stringify(value)}`);
  }
  return Math.round(value * 1000);
}

/** `{"open":false}`: an account is closed by Google, or in the console. */
function setBillingAccount({ body, store, wildcards: [id] }: Call): object {
  rejectUnknownFields(body, ["open"], "");
  const account = store.billingAccounts.get(root, id!);
  if (!account || typeof body["open"] !== "boolean") {
    throw invalidArgument("Name a billing account that is there, and set open to true or false.");
  }
  store.billingAccounts.set(root, id!, { ...account, open: body["open"] });
  return { open: body["open"] };
}

function setFaults(faults: Faults, call: Call): object {
  faults.set(readRules(call));
  return { rules: faults.list() };
}

function readRules({ rawBody }: Call): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(rawBody.toString("utf8"));
  } catch {
    throw invalidArgument("The body must be a rule or a list of rules, as JSON.");
  }
  if (!Array.isArray(value) && !isObject(value)) {
    throw invalidArgument("The body must be a rule or a list of rules, as JSON.");
  }
  return Array.isArray(value) ? value : [value];
}
