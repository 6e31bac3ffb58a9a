import { geminiKeys, keyName, keyViolation } from "../keys";
import { API_KEYS, cis } from "../pages";
import type { Rule } from "../rule";

const RESTS_ON = {
  browser: "websites, which any caller can claim to be",
  android: "Android apps, which any caller can claim to be",
  ios: "iOS apps, which any caller can claim to be",
} as const;

export const keyIsRestrictedAsServerKey: Rule = {
  id: "GEMKEY-CLIENT-01",
  title: "A key is restricted as a key of a server",
  severity: "high",
  rationale:
    "A key that is restricted to a website or an app is shipped to every visitor, and the restriction rests on a header that anybody can send. Google takes one kind of restriction, so it also takes the place of the addresses.",
  fix: "Replace `browser_key_restrictions`, `android_key_restrictions` or `ios_key_restrictions` by `server_key_restrictions` with `allowed_ips`, and call Gemini from a server. A key declared in YAML has no other kind.",
  references: [cis("1.13"), API_KEYS],
  check: ({ facts }) =>
    geminiKeys(facts).flatMap((key) =>
      key.clientRestrictions.map((kind) =>
        keyViolation(
          key,
          `${keyName(key)} is restricted to ${RESTS_ON[kind]}.`,
          { ours: "", theirs: `restrictions.${kind}_key_restrictions` },
          kind,
        ),
      ),
    ),
};
