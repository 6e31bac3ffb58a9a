import { createHash } from "node:crypto";
import { CloudQuotasQuotaPreference } from "@cdktf/provider-google/lib/cloud-quotas-quota-preference";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkProjectId } from "../values/google-ids";
import { checkModel, checkQuotaId, checkQuotaLimit } from "../values/quota-catalogue";
import { dependencies } from "./dependencies";
import { GEMINI_SERVICE } from "./gemini-key";
import { PropsCheck } from "./validation-error";

export interface QuotaLimit {
  /** The quota's id at Google, one of `QUOTAS`. */
  readonly id: string;
  /** The model, e.g. `gemini-3.5-flash`. */
  readonly model: string;
  /** Requests or tokens. */
  readonly limit: number;
}

export interface QuotaLimitsProps {
  /** The id of the project. */
  readonly projectId: string;

  /** One for each quota and model, known at synthesis. */
  readonly limits: readonly QuotaLimit[];

  /**
   * What has to exist first, e.g. `project.enabled("cloudquotas")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * How much all keys of a project together may ask of a model. Google may refuse a higher limit, or take days for it; whether
 * it takes a lower one per model is not known. Removing a limit leaves it in force: the provider deletes nothing here.
 *
 * @see https://docs.cloud.google.com/docs/quotas/api-overview
 */
export class QuotaLimits extends Construct {
  constructor(scope: Construct, id: string, props: QuotaLimitsProps) {
    super(scope, id);
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    props.limits.forEach((limit, index) => {
      check.value(`limits[${index}].id`, limit.id, checkQuotaId);
      check.value(`limits[${index}].model`, limit.model, checkModel);
      check.value(`limits[${index}].limit`, limit.limit, checkQuotaLimit);
    });
    check.throwIfAny();

    for (const { id: quotaId, model, limit } of props.limits) {
      new CloudQuotasQuotaPreference(this, `${quotaId}-${model}`, {
        parent: `projects/${props.projectId}`,
        name: preferenceId(quotaId, model),
        service: GEMINI_SERVICE,
        quotaId,
        dimensions: { model },
        quotaConfig: { preferredValue: String(limit) },
        // A limit is there to be lower: without this Google refuses to go down by more than 10 %.
        ignoreSafetyChecks: "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH",
        justification: "Declared for the Gemini keys of this project.",
        dependsOn: dependencies(props.dependsOn),
      });
    }
  }
}

/** Lower-case letters, digits and hyphens. How many Google takes is not known; 63 are usual. */
function preferenceId(quotaId: string, model: string): string {
  const hash = createHash("sha256").update(`${quotaId} ${model}`).digest("hex").slice(0, 8);
  return `gemkeys-${model.replaceAll(".", "-").slice(0, 46)}-${hash}`;
}
