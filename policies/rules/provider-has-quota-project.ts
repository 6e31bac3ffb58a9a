import { hasKeys } from "../keys";
import { PROVIDER_SETTINGS } from "../pages";
import type { Rule } from "../rule";

export const providerHasQuotaProject: Rule = {
  id: "GEMKEY-PROV-01",
  title: "A provider has a quota project",
  severity: "low",
  rationale:
    "The APIs of keys and budgets refuse a person's credentials without one, and take the quota from whatever project the person set last.",
  fix: "Write `adminProject` in `organization.yaml`, or `billing_project` and `user_project_override = true` in the `provider` block.",
  references: [PROVIDER_SETTINGS, "https://docs.cloud.google.com/docs/quotas/quota-project"],
  check: ({ facts }) =>
    !hasKeys(facts)
      ? []
      : facts.providers.flatMap(({ address, quotaProject, userProjectOverride }) => {
          if (quotaProject !== undefined && userProjectOverride) return [];
          const [field, what] =
            quotaProject === undefined
              ? ["billing_project", "names no quota project"]
              : ["user_project_override", "names a quota project but does not use it"];
          return [{ address, field, message: `${address} ${what}.` }];
        }),
};
