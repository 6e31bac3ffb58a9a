import { mounts } from "../../emulator/emulator";
import type { Route } from "../../emulator/service";
import { storageObjects } from "../../emulator/services/cloud-storage";

/** Routes that change or read something and yet leave no entry, each with its reason. */
const unlogged: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^\S+ \/v1(?:beta)?\/(?:models$|\{(?:name|model)=models)/, "the Gemini API: no page says that its calls are logged"],
  [/^POST .*:testIamPermissions$/, "asks for the caller's own permissions"],
  [/^(?:POST|PUT) \/upload\//, "logged when the whole object is here, see audit-log.test.ts"],
  [/^POST .*\/prometheus\/api\/v1\/query(?:_range)?$/, "PromQL by POST: a read of metrics"],
];

/** GET routes that Google logs as a read of a secret, a key or an object. */
const secretReads = [
  "GET /v2/{name=projects/*/locations/*/keys/*}/keyString",
  "GET /v2/{name=projects/*/locations/*/keys/*}",
  "GET /v2/{parent=projects/*/locations/*}/keys",
  "GET /v2/keys:lookupKey",
  "GET /v1/{name=projects/*/secrets/*/versions/*}:access",
  "GET /v1/{name=projects/*/secrets/*/versions/*}",
  "GET /v1/{name=projects/*/locations/*/keyRings/*/cryptoKeys/*}",
  "GET /storage/v1/b/{bucket}/o",
  "GET /storage/v1/b/{bucket}/o/{object}",
  "GET /{bucket}/{object=**}",
];

const routes = [...new Set([...mounts.map(({ service }) => service), storageObjects])].flatMap(
  (service) => service.routes,
);
const titleOf = ({ method, template }: Route) => `${method} ${template}`;
const unloggedPattern = ({ method, template }: Route) =>
  unlogged.find(([pattern]) => pattern.test(titleOf({ method, template } as Route)));

test("every change is logged, or is known not to be", () => {
  const missing = routes.filter((entry) => entry.method !== "GET" && !entry.audit && !unloggedPattern(entry));
  expect(missing.map(titleOf)).toEqual([]);
});

test("every read of a secret, a key or an object is logged as data access", () => {
  const kinds = secretReads.map((title) => [title, routes.find((entry) => titleOf(entry) === title)?.audit?.type]);
  const expected = secretReads.map((title) => [title, expect.stringMatching(/^(?:ADMIN|DATA)_READ$/)]);
  expect(kinds).toEqual(expected);
});

test("no exception is left without a route, and none has an entry", () => {
  const used = unlogged.map(([pattern]) => routes.some((entry) => pattern.test(titleOf(entry)) && !entry.audit));
  expect(used).toEqual(unlogged.map(() => true));
});
