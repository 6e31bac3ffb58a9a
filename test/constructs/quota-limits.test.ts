import { QuotaLimits, type QuotaLimitsProps } from "../../constructs/quota-limits";
import { QUOTA_IDS } from "../../values/quota-catalogue";
import { addresses, counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const ID = "GenerateRequestsPerDayPerProjectPerModel";

function synth(limits: QuotaLimitsProps["limits"], projectId = "acme-gemini-prod") {
  const stack = testStack();
  new QuotaLimits(stack, "quotas", { projectId, limits });
  return synthTemplate(stack);
}

test("minimal: a preference for the quota of one model", () => {
  const template = synth([{ id: ID, model: "gemini-3.5-flash", limit: 1 }]);
  expect(resource(template, addresses(template)[0]!)).toEqual({
    parent: "projects/acme-gemini-prod",
    name: "gemkeys-gemini-3-5-flash-842ca1fb",
    service: "generativelanguage.googleapis.com",
    quota_id: ID,
    dimensions: { model: "gemini-3.5-flash" },
    quota_config: { preferred_value: "1" },
    ignore_safety_checks: "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH",
    justification: "Declared for the Gemini keys of this project.",
  });
});

test("maximal: every quota of the catalogue", () => {
  const template = synth(QUOTA_IDS.map((id) => ({ id, model: "gemini-3.5-flash", limit: 1_000_000_000_000 })));
  expect(counts(template)).toEqual({ google_cloud_quotas_quota_preference: QUOTA_IDS.length });
});

test("the names of preferences are ids Google takes, one for each quota and model", () => {
  const models = ["gemini-3.5-flash", "gemini-3.5-flash-lite", `gemini-${"x".repeat(60)}`];
  const limits = QUOTA_IDS.flatMap((id) => models.map((model) => ({ id, model, limit: 10 })));
  const made = Object.values(ofType(synth(limits), "google_cloud_quotas_quota_preference"));
  const names = made.map(({ name }) => String(name));
  expect(new Set(names).size).toBe(limits.length);
  expect(names.filter((name) => !/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name))).toEqual([]);
});

test("refused: everything at once", () => {
  const limits = [
    { id: "GenerateRequestPerDayPerProjectPerModel", model: "models/gemini-3.5-flash", limit: 0 },
    { id: "RPM", model: "Gemini", limit: 1.5 },
  ];
  const known = QUOTA_IDS.join(", ");
  expect(messageOf(() => synth(limits, "Acme"))).toBe(
    [
      "[test/quotas] `projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write an id such as acme-gemini-prod.",
      `[test/quotas] \`limits[0].id\` must be a quota of the Gemini API that gemkeys knows, got: GenerateRequestPerDayPerProjectPerModel. Did you mean ${ID}?`,
      "[test/quotas] `limits[0].model` must be the name of a model, got: models/gemini-3.5-flash. Write gemini-3.5-flash.",
      "[test/quotas] `limits[0].limit` must be a whole number from 1 to 1000000000000, got: 0. To stop a key, retire it or remove its readers: a quota of 0 would stop every key of the project.",
      `[test/quotas] \`limits[1].id\` must be a quota of the Gemini API that gemkeys knows, got: RPM. Write one of: ${known}.`,
      "[test/quotas] `limits[1].model` must be the name of a model, got: Gemini. Write a name such as gemini-3.5-flash.",
      "[test/quotas] `limits[1].limit` must be a whole number from 1 to 1000000000000, got: 1.5. To stop a key, retire it or remove its readers: a quota of 0 would stop every key of the project.",
    ].join("\n"),
  );
});
