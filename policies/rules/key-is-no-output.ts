import { STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";

export const keyIsNoOutput: Rule = {
  id: "GEMKEY-EXPO-01",
  title: "A key is no output",
  severity: "high",
  rationale:
    "Outputs are printed, read by other modules and kept by CI. `sensitive` hides a value on the terminal only: `terraform output -json` and the state show it.",
  fix: "Remove the output. Output the id of the secret, and let the reader ask Secret Manager.",
  references: [STATE_SECRETS],
  check: ({ facts }) =>
    facts.exposures
      .filter(({ kind }) => kind === "output")
      .map(({ address, field, of, sensitive }) => ({
        address,
        field,
        message: `${address} shows what is in ${of}${sensitive ? ", in spite of `sensitive`" : ""}.`,
      })),
};
