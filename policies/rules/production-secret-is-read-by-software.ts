import { isPeople, memberText } from "../members";
import { SECRET_ACCESS, SECRET_PRACTICES } from "../pages";
import type { Rule } from "../rule";
import { readersOf, readerViolation, secretText } from "../secrets";

export const productionSecretIsReadBySoftware: Rule = {
  id: "GEMKEY-SECRET-03",
  title: "The secret of a production key is read by software only",
  severity: "medium",
  rationale: "A person who can read a key of production will paste it somewhere, and keeps it after leaving.",
  fix: "Let the service account of the application read it, and give people a key of their own in another environment: `readers` in YAML, `member` in HCL.",
  references: [SECRET_ACCESS, SECRET_PRACTICES],
  check: ({ facts, production }) =>
    (production(facts) ? readersOf(facts) : []).flatMap((reader) => {
      const member = memberText(reader.grant);
      if (member === undefined || !isPeople(member)) return [];
      return [readerViolation(reader, `${member} may read ${secretText(reader)}, in production.`, member)];
    }),
};
