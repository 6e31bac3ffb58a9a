/** The APIs a project may enable that the local cloud knows by name, with the titles Google's errors use. */
const titles: Readonly<Record<string, string>> = {
  "aiplatform.googleapis.com": "Vertex AI API",
  "apikeys.googleapis.com": "API Keys API",
  "billingbudgets.googleapis.com": "Cloud Billing Budget API",
  "cloudbilling.googleapis.com": "Cloud Billing API",
  "cloudkms.googleapis.com": "Cloud Key Management Service (KMS) API",
  "cloudquotas.googleapis.com": "Cloud Quotas API",
  "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
  "compute.googleapis.com": "Compute Engine API",
  "essentialcontacts.googleapis.com": "Essential Contacts API",
  "generativelanguage.googleapis.com": "Gemini API",
  "iam.googleapis.com": "Identity and Access Management (IAM) API",
  "iamcredentials.googleapis.com": "IAM Service Account Credentials API",
  "logging.googleapis.com": "Cloud Logging API",
  "monitoring.googleapis.com": "Cloud Monitoring API",
  "orgpolicy.googleapis.com": "Organization Policy API",
  "pubsub.googleapis.com": "Cloud Pub/Sub API",
  "secretmanager.googleapis.com": "Secret Manager API",
  "serviceusage.googleapis.com": "Service Usage API",
  "storage.googleapis.com": "Cloud Storage API",
  "sts.googleapis.com": "Security Token Service API",
  "translate.googleapis.com": "Cloud Translation API",
};

export const knownServices: readonly string[] = Object.keys(titles);

export function serviceTitle(service: string): string {
  return titles[service] ?? service;
}
