/**
 * Permissions that Google refuses in a custom role of a project ("Permission … is not valid"), and why. Only those reported with
 * that very error, or refused on a project in the same way; the list is not complete. Read on 2026-11-25:
 *
 * - https://github.com/terraform-google-modules/terraform-google-iam/issues/158 (`resourcemanager.projects.list`)
 * - https://github.com/aquasecurity/cloudsploit/issues/978 (folders, organizations, tags)
 * - https://github.com/tranquilitybase-io/tb-gcp/issues/200 (billing accounts)
 * - https://github.com/googleapis/google-cloud-java/issues/722 (`resourcemanager.projects.create`)
 *
 * Google's own list, https://docs.cloud.google.com/iam/docs/custom-roles-permissions-support, does not tell projects and
 * organizations apart.
 */
export const unsupportedPermissions: ReadonlyMap<string, string> = new Map([
  ...each("it is asked of the organization or folder that holds the projects, never of a project", [
    "resourcemanager.projects.create",
    "resourcemanager.projects.list",
  ]),
  ...each("an organization is above every project", [
    "resourcemanager.organizations.get",
    "resourcemanager.organizations.getIamPolicy",
  ]),
  ...each("a folder is above every project", [
    "resourcemanager.folders.get",
    "resourcemanager.folders.getIamPolicy",
    "resourcemanager.folders.list",
  ]),
  ...each("tags belong to the organization", [
    "resourcemanager.tagKeys.get",
    "resourcemanager.tagKeys.getIamPolicy",
    "resourcemanager.tagKeys.list",
    "resourcemanager.tagValues.get",
    "resourcemanager.tagValues.getIamPolicy",
    "resourcemanager.tagValues.list",
  ]),
  ...each("a billing account is outside of every project", [
    "billing.accounts.setIamPolicy",
    "billing.resourceAssociations.list",
  ]),
]);

function each(why: string, permissions: readonly string[]): [string, string][] {
  return permissions.map((permission) => [permission, why]);
}
