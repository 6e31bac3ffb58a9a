import fc from "fast-check";
import { parseTemplate, Router } from "../../emulator/router";

const literal = fc.stringMatching(/^[a-zA-Z0-9._~-]{1,8}$/);
/** Anything may be a name, slashes and colons too, as long as it is escaped. */
const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });

interface Sample {
  readonly template: string;
  readonly path: string;
  readonly wildcards: string[];
}

/** A template, and a path made from it. */
const sample: fc.Arbitrary<Sample> = fc
  .record({
    segments: fc.array(
      fc.oneof(
        literal.map((text) => ({ text })),
        name.map((value) => ({ value })),
      ),
      {
        minLength: 1,
        maxLength: 8,
      },
    ),
    verb: fc.option(fc.stringMatching(/^[a-zA-Z]{1,10}$/), { nil: undefined }),
  })
  .map(({ segments, verb }) => {
    const suffix = verb === undefined ? "" : `:${verb}`;
    return {
      template: `/${segments.map((part) => ("text" in part ? part.text : "*")).join("/")}${suffix}`,
      path: `/${segments.map((part) => ("text" in part ? part.text : encodeURIComponent(part.value))).join("/")}${suffix}`,
      wildcards: segments.flatMap((part) => ("value" in part ? [part.value] : [])),
    };
  });

function split(path: string): string[] {
  return path.slice(1).split("/");
}

test("finds every path made from a template, with the names as they were before escaping", () => {
  fc.assert(
    fc.property(sample, ({ template, path, wildcards }) => {
      const router = new Router<string>();
      router.add("GET", template, "found");
      expect(router.find("GET", split(path))).toEqual({ value: "found", wildcards });
      expect(router.find("POST", split(path))).toBeUndefined();
      expect(router.find("GET", [...split(path), "more"])).toBeUndefined();
    }),
  );
});

test("finds the same with many other routes around", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(sample, { selector: ({ template }) => template, minLength: 1, maxLength: 20 }),
      (samples) => {
        const router = new Router<number>();
        for (const [index, { template }] of samples.entries()) {
          router.add("GET", template, index);
        }
        for (const { path } of samples) {
          // Two templates may fit one path; each found one must fit by itself too.
          const found = router.find("GET", split(path))!;
          const alone = new Router<number>();
          alone.add("GET", samples[found.value]!.template, found.value);
          expect(alone.find("GET", split(path))).toEqual(found);
        }
      },
    ),
  );
});

test.each([
  ["/v2/{parent=projects/*/locations/*}/keys", "/v2/projects/p/locations/global/keys", ["p", "global"]],
  ["/v1/{name=projects/*}:undelete", "/v1/projects/acme:undelete", ["acme"]],
  ["/v1/projects/{id}", "/v1/projects/acme", ["acme"]],
  ["/v1/{name=operations/**}", "/v1/operations/a/b/c", ["a/b/c"]],
  ["/{bucket}/{object=**}", "/state/env/dev/default.tfstate", ["state", "env/dev/default.tfstate"]],
  ["/v2/keys:lookupKey", "/v2/keys:lookupKey", []],
  ["/v2/{name=projects/*/metrics/*}", "/v2/projects/p/metrics/gemini%2Fkey-read", ["p", "gemini/key-read"]],
  ["/v1/{name=roles/*}", "/v1/roles/a%3Aenable", ["a:enable"]],
])("%s takes %s", (template, path, wildcards) => {
  const router = new Router<boolean>();
  router.add("GET", template, true);
  expect(router.find("GET", split(path))).toEqual({ value: true, wildcards });
});

test("prefers a literal to a wildcard, and a verb to a name with a colon", () => {
  const router = new Router<string>();
  router.add("GET", "/v1/projects/{id}", "name");
  router.add("GET", "/v1/projects/special", "literal");
  router.add("GET", "/v1/projects/{id}:undelete", "verb");
  router.add("GET", "/v1/{rest=**}", "rest");
  const found = (path: string) => router.find("GET", split(path));
  expect(found("/v1/projects/special")).toEqual({ value: "literal", wildcards: [] });
  expect(found("/v1/projects/other")).toEqual({ value: "name", wildcards: ["other"] });
  expect(found("/v1/projects/other:undelete")).toEqual({ value: "verb", wildcards: ["other"] });
  expect(found("/v1/projects/other:more")).toEqual({ value: "name", wildcards: ["other:more"] });
  expect(found("/v1/projects/special/deep")).toEqual({ value: "rest", wildcards: ["projects/special/deep"] });
});

test("takes no empty name for a wildcard", () => {
  const router = new Router<boolean>();
  router.add("GET", "/v1/projects/{id}/services", true);
  expect(router.find("GET", split("/v1/projects//services"))).toBeUndefined();
});

test("refuses a malformed percent-encoding", () => {
  const router = new Router<boolean>();
  router.add("GET", "/v1/{id}", true);
  expect(() => router.find("GET", split("/v1/%zz"))).toThrow("The path holds a malformed percent-encoding.");
});

test.each([
  ["v1/projects", "path template v1/projects: must start with a slash"],
  ["/v1//projects", 'path template /v1//projects: wrong segment ""'],
  ["/v1/**/projects", 'path template /v1/**/projects: wrong segment "**"'],
  ["/v1/{name=}", 'path template /v1/{name=}: wrong segment "{name=}"'],
  ["/v1/projects:", 'path template /v1/projects:: wrong verb ""'],
])("refuses the template %s", (template, message) => {
  expect(() => parseTemplate(template)).toThrow(message);
});

test("refuses two routes of one form", () => {
  const router = new Router<boolean>();
  router.add("GET", "/v1/projects/{id}", true);
  expect(() => router.add("GET", "/v1/projects/{other}", true)).toThrow("two routes for GET /v1/projects/{other}");
});
