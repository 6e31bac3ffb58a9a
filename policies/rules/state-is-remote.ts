import { hasKeys } from "../keys";
import { STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";

// A plan does not say where its state is, and of backends other than ours nothing is known: neither is judged.
export const stateIsRemote: Rule = {
  id: "GEMKEY-STATE-01",
  title: "The state with keys is not in a file",
  severity: "high",
  rationale:
    "The state holds the string of every key in clear. A file is copied, committed and backed up with everything beside it, and nobody logs who reads it.",
  fix: 'Write `state: { gcs: { bucket: … } }` in `organization.yaml`, `backend "gcs"` in HCL, with a bucket that few may read.',
  references: [STATE_SECRETS, "https://developer.hashicorp.com/terraform/language/backend/gcs"],
  check: ({ facts }) =>
    facts.backend.kind !== "local" || !hasKeys(facts)
      ? []
      : [
          {
            address: "terraform.backend",
            field: "state",
            value: "local",
            message: `The state of ${facts.name}, with its keys in clear, is a file on the machine that deploys.`,
          },
        ],
};
