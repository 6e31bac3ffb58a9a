import { GoogleApiError } from "../google/errors";
import { checkRights } from "./check-rights";
import { attempt, type Context } from "./context";
import { type Finding, fine, missing, note } from "./finding";
import { STATE_NEED } from "./needs";
import { subjectOf } from "./resource";

/** Whether the bucket of the state is there, keeps versions, and can be written. */
export async function checkState(context: Context): Promise<readonly Finding[]> {
  const { adminProject, bootstrap, state } = context.organization;
  if (state.kind !== "gcs") {
    return [
      note("state", `is kept by HCP Terraform, in ${state.organization}: \`terraform login\` is not checked here.`),
    ];
  }
  const { bucket } = state;
  const resource = { kind: "bucket", id: bucket } as const;
  const subject = subjectOf(resource);
  const make = bootstrap
    ? "GEMKEYS_BOOTSTRAP_STATE=local npx cdktf deploy bootstrap"
    : `gcloud storage buckets create gs://${bucket} --project=${adminProject ?? "<project>"} --location=<region> --uniform-bucket-level-access --public-access-prevention && gcloud storage buckets update gs://${bucket} --versioning`;
  return attempt(subject, async () => {
    try {
      const [versions, rights] = await Promise.all([
        attempt(`${subject}, whether it keeps versions,`, () => checkVersions(context, bucket)),
        checkRights(context, resource, [STATE_NEED]),
      ]);
      return [...versions, ...rights];
    } catch (error) {
      if (!GoogleApiError.is(error) || error.status !== 404) throw error;
      return [missing(subject, "does not exist.", make)];
    }
  });
}

async function checkVersions({ transport }: Context, bucket: string): Promise<Finding[]> {
  const subject = subjectOf({ kind: "bucket", id: bucket });
  try {
    const { versioning } = await transport.call("storage", { path: `b/${bucket}` });
    if ((versioning as { enabled?: boolean } | undefined)?.enabled === true) {
      return [fine(subject, "keeps replaced versions of the state.")];
    }
  } catch (error) {
    // Told by the rights, which are asked at the same time.
    if (GoogleApiError.is(error) && error.status === 404) return [];
    throw error;
  }
  const text = "keeps no replaced versions: a damaged state could not be restored.";
  return [missing(subject, text, `gcloud storage buckets update gs://${bucket} --versioning`)];
}
