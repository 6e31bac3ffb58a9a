import { GoogleApiError } from "../google/errors";
import { checkRights } from "./check-rights";
import { attempt, type Context } from "./context";
import { type Finding, fine, missing, note } from "./finding";
import { parentNeeds, projectNeeds } from "./needs";
import { subjectOf } from "./resource";

export type Existence = "deleted" | "no" | "yes";

/** Whether the environment's project exists, as far as the caller can see. */
export async function projectExists({ environment, transport }: Context): Promise<Existence> {
  try {
    const { lifecycleState } = await transport.call("resourceManager", { path: `projects/${environment.project.id}` });
    return lifecycleState === "ACTIVE" ? "yes" : "deleted";
  } catch (error) {
    if (!GoogleApiError.is(error) || ![403, 404].includes(error.status)) throw error;
    return "no";
  }
}

/** The rights in the environment's project, or to create it. */
export async function checkProject(context: Context, exists: Existence): Promise<readonly Finding[]> {
  const { environment, organization } = context;
  const { id, adopt } = environment.project;
  const resource = { kind: "project", id } as const;
  const subject = subjectOf(resource);
  if (exists === "deleted") {
    return [
      missing(subject, "is about to be deleted, and its id is taken for 30 days.", `gcloud projects undelete ${id}`),
    ];
  }
  if (exists === "yes") {
    return attempt(subject, () => checkRights(context, resource, projectNeeds(environment, organization)));
  }
  if (adopt) {
    return [
      missing(
        subject,
        "is to be adopted, and does not exist, or you may not see it.",
        `gcloud projects describe ${id}`,
      ),
    ];
  }
  const created = note(
    subject,
    "does not exist, or you may not see it: the deployment creates it. Ids are unique in all of Google Cloud.",
  );
  return [created, ...(await checkParent(context))];
}

async function checkParent(context: Context): Promise<readonly Finding[]> {
  const { environment, organization, principal } = context;
  if (organization.parent === undefined) {
    const subject = "parent of the project";
    if (!principal.member.startsWith("serviceAccount:")) {
      return [fine(subject, "none: a person may create projects without one.")];
    }
    const fix = `gcloud projects create ${environment.project.id} as a person, then \`adopt: true\``;
    return [missing(subject, "none in organization.yaml, and a service account cannot create a project without.", fix)];
  }
  const resource = { kind: "parent", id: organization.parent } as const;
  return attempt(subjectOf(resource), () => checkRights(context, resource, parentNeeds(environment)));
}
