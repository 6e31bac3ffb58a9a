import { SECRET_PRACTICES, STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";

const HANDS = { provisioner: "a command", "other-resource": "another resource" } as const;

export const keyIsHandedToNothingElse: Rule = {
  id: "GEMKEY-EXPO-03",
  title: "A key goes to Secret Manager and nowhere else",
  severity: "medium",
  rationale:
    "An environment variable, a start script or a command shows the key to everybody who may see the resource or the log, and has to be found again with each rotation.",
  fix: "Refer to the secret instead: `secret_key_ref` of Cloud Run, the Secret Manager add-on of GKE, or a read at start.",
  references: [SECRET_PRACTICES, STATE_SECRETS],
  check: ({ facts }) =>
    facts.exposures.flatMap(({ kind, address, field, of }) => {
      if (kind !== "provisioner" && kind !== "other-resource") return [];
      return [{ address, field, message: `${address} hands what is in ${of} to ${HANDS[kind]}, as ${field}.` }];
    }),
};
