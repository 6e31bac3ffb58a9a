import { QuotaLimits } from "../../constructs/quota-limits";
import { QUOTA_IDS } from "../../values/quota-catalogue";
import { synthTemplate, testStack } from "../helpers/synth-template";

test("the names of preferences are ids Google takes, one for each quota and model", () => {
  const stack = testStack();
  const models = ["gemini-3.5-flash", "gemini-3.5-flash-lite", `gemini-${"x".repeat(60)}`];
  const limits = QUOTA_IDS.flatMap((id) => models.map((model) => ({ id, model, limit: 10 })));
  new QuotaLimits(stack, "quotas", { projectId: "acme-gemini-dev", limits });
  const made = Object.values(synthTemplate(stack).resource!["google_cloud_quotas_quota_preference"]!);
  const names = made.map(({ name }) => name as string);
  expect(new Set(names).size).toBe(limits.length);
  expect(names.filter((name) => !/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name))).toEqual([]);
  expect(names[0]).toBe("gemkeys-gemini-3-5-flash-300819e0");
});
