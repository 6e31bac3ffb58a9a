import { SECRET_PRACTICES, STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";

export const keyIsInNoFile: Rule = {
  id: "GEMKEY-EXPO-02",
  title: "A key is written to no file",
  severity: "critical",
  rationale:
    "The key is left in clear on every machine that applies, also those of CI, and a second time in the state.",
  fix: "Remove the `local_file` or `local_sensitive_file`, and let the application read the secret when it starts.",
  references: [STATE_SECRETS, SECRET_PRACTICES],
  check: ({ facts }) =>
    facts.exposures
      .filter(({ kind }) => kind === "local-file")
      .map(({ address, field, of }) => ({
        address,
        field,
        message: `${address} writes what is in ${of} to a file.`,
      })),
};
