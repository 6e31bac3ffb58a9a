import { GoogleApiError } from "../google/errors";
import { checkRights } from "./check-rights";
import { attempt, type Context } from "./context";
import { type Finding, fine, missing, note } from "./finding";
import { QUOTA_NEED, quotaServices } from "./needs";
import { subjectOf } from "./resource";

/** Google takes 30 names at most. @see https://docs.cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet */
const MAX_NAMES = 30;

export interface QuotaProject {
  readonly findings: readonly Finding[];
  /** The project, if calls can count against its quota. */
  readonly usable?: string;
}

/** Whether there is the project against whose quota every call of the provider counts, and whether it may be used. */
export async function checkQuotaProject(context: Context): Promise<QuotaProject> {
  const { adminProject, bootstrap } = context.organization;
  if (adminProject === undefined) {
    const text =
      "no `adminProject` in organization.yaml: calls count against the quota project of your credentials, which some APIs demand.";
    return { findings: [note("quota project", text, "gcloud auth application-default set-quota-project <project>")] };
  }
  const resource = { kind: "project", id: adminProject } as const;
  const subject = subjectOf(resource);
  const make = bootstrap
    ? "GEMKEYS_BOOTSTRAP_STATE=local npx cdktf deploy bootstrap"
    : `gcloud projects create ${adminProject}`;
  const rights = await attempt(subject, async () => {
    try {
      return await checkRights(context, resource, [QUOTA_NEED]);
    } catch (error) {
      if (!isHidden(error)) throw error;
      return [];
    }
  });
  if (rights.some(({ verdict }) => verdict === "fine")) return { findings: rights, usable: adminProject };
  return {
    findings: await attempt(subject, async () => [...(await checkExists(context, adminProject, make)), ...rights]),
  };
}

/** Why it may not be used. Google answers for a project that does not exist as for one the caller may not see. */
async function checkExists({ transport }: Context, id: string, make: string): Promise<Finding[]> {
  const subject = subjectOf({ kind: "project", id });
  try {
    const { lifecycleState } = await transport.call("resourceManager", { path: `projects/${id}` });
    if (lifecycleState === "ACTIVE") return [];
    return [missing(subject, "is about to be deleted.", `gcloud projects undelete ${id}`)];
  } catch (error) {
    if (!isHidden(error)) throw error;
    return [missing(subject, "does not exist, or you may not see it. It is the `adminProject`.", make)];
  }
}

function isHidden(error: unknown): boolean {
  return GoogleApiError.is(error) && [403, 404].includes(error.status);
}

/** Whether the services that the provider calls are enabled there. */
export async function checkQuotaServices(context: Context, project: string): Promise<readonly Finding[]> {
  const subject = `services of project ${project}`;
  const wanted = quotaServices(context.environment, context.organization);
  return attempt(subject, async () => {
    const path = `projects/${project}/services`;
    const query = wanted.slice(0, MAX_NAMES).map((name) => ["names", `${path}/${name}`] as const);
    const { services } = await context.transport.call("serviceUsage", { path: `${path}:batchGet`, query });
    const enabled = new Set(
      (Array.isArray(services) ? services : [])
        .filter(({ state }) => state === "ENABLED")
        .map(({ name }) => String(name).split("/").pop()),
    );
    const disabled = wanted.filter((name) => !enabled.has(name));
    if (disabled.length === 0) return [fine(subject, `all ${wanted.length} that are called are enabled.`)];
    const command = `gcloud services enable ${disabled.join(" ")} --project=${project}`;
    return [missing(subject, `not enabled, and every call counts there: ${disabled.join(", ")}.`, command)];
  });
}
