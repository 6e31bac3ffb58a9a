import { known } from "../keys";
import { STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";
import { keyOfSecret, keySecrets } from "../secrets";

export const secretValueIsWriteOnly: Rule = {
  id: "GEMKEY-SECRET-06",
  title: "The value of a secret is write-only",
  severity: "medium",
  rationale: "`secret_data` puts another copy of the key into the state, its backups and every plan that is saved.",
  fix: "Write `secret_data_wo` with `secret_data_wo_version` instead of `secret_data`; Terraform 1.11 and newer. A key declared in YAML is stored so.",
  references: [STATE_SECRETS, "https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only"],
  check: ({ facts }) => {
    const secrets = new Map(keySecrets(facts).map((secret) => [secret.address, secret]));
    return facts.secretVersions.flatMap((version) => {
      const secret = secrets.get(known(version.secret) ?? "");
      if (version.value !== "in-state" || (version.apiKey === undefined && secret === undefined)) return [];
      const key = secret && keyOfSecret(facts, secret);
      const whose = version.apiKey ?? "a key";
      const message = `${version.address} writes the string of ${whose} to the state.`;
      return [{ address: version.address, ...(key ? { key } : {}), field: "secret_data", message }];
    });
  },
};
