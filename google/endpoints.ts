/** An API of Google, by the name the Terraform provider has for it. */
export type Api =
  | "iamCredentials"
  | "cloudBilling"
  | "folders"
  | "openid"
  | "orgPolicy"
  | "resourceManager"
  | "serviceUsage"
  | "storage";

interface Endpoint {
  readonly url: string;
  /** The variable that leads elsewhere, the provider's own: whatever Terraform is pointed at, so is this. */
  readonly variable: string;
}

/** With the version, and a slash at the end, as in the provider. */
const ENDPOINTS: Readonly<Record<Api, Endpoint>> = {
  resourceManager: {
    url: "https://cloudresourcemanager.googleapis.com/v1/",
    variable: "GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT",
  },
  folders: {
    url: "https://cloudresourcemanager.googleapis.com/v3/",
    variable: "GOOGLE_RESOURCE_MANAGER_V3_CUSTOM_ENDPOINT",
  },
  cloudBilling: { url: "https://cloudbilling.googleapis.com/v1/", variable: "GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT" },
  serviceUsage: { url: "https://serviceusage.googleapis.com/v1/", variable: "GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT" },
  orgPolicy: { url: "https://orgpolicy.googleapis.com/v2/", variable: "GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT" },
  storage: { url: "https://storage.googleapis.com/storage/v1/", variable: "GOOGLE_STORAGE_CUSTOM_ENDPOINT" },
  iamCredentials: {
    url: "https://iamcredentials.googleapis.com/v1/",
    variable: "GOOGLE_IAM_CREDENTIALS_CUSTOM_ENDPOINT",
  },
  // The provider has no variable for it; the local cloud sets this one.
  openid: { url: "https://openidconnect.googleapis.com/v1/", variable: "GOOGLE_OPENID_CUSTOM_ENDPOINT" },
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The address of an API's path, such as `projects/acme-gemini-dev`. */
export function addressOf(api: Api, path: string, environment: Environment): URL {
  const { url, variable } = ENDPOINTS[api];
  const base = environment[variable] || url;
  return new URL(path, base.endsWith("/") ? base : `${base}/`);
}
