// What rules refer to more than once.

/**
 * The benchmark itself is only for registered users (https://www.cisecurity.org/benchmark/google_cloud_computing_platform).
 * The numbers were compared with the lists that Prowler keeps: those of 3.0.0 are as here, and 1.12 to 1.15 are the same in 4.0.0.
 * In 5.0.0 API keys have moved on by one: its 1.13 is 1.12 here. https://github.com/prowler-cloud/prowler/tree/master/prowler/compliance/gcp
 */
export function cis(number: string): string {
  return `CIS Google Cloud Platform Foundation Benchmark 3.0.0, ${number}`;
}

export const GEMINI_KEYS = "https://ai.google.dev/gemini-api/docs/api-key";
export const API_KEYS = "https://docs.cloud.google.com/docs/authentication/api-keys";
export const API_KEY_PRACTICES = "https://docs.cloud.google.com/docs/authentication/api-keys-best-practices";
export const UNDELETE_KEY = "https://cloud.google.com/sdk/gcloud/reference/services/api-keys/undelete";
export const IAM_ROLES = "https://docs.cloud.google.com/iam/docs/roles-overview";
export const IAM_PRINCIPALS = "https://docs.cloud.google.com/iam/docs/principal-identifiers";
export const SECRET_ACCESS = "https://docs.cloud.google.com/secret-manager/docs/access-control";
export const SECRET_PRACTICES = "https://docs.cloud.google.com/secret-manager/docs/best-practices";
export const BUDGETS = "https://docs.cloud.google.com/billing/docs/how-to/budgets";
export const AUDIT_CONFIG = "https://docs.cloud.google.com/logging/docs/audit/configure-data-access";
export const STATE_SECRETS = "https://developer.hashicorp.com/terraform/language/state/sensitive-data";
export const PROVIDER_SETTINGS =
  "https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference";
