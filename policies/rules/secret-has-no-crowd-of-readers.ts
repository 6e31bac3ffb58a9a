import { isCrowd, memberText } from "../members";
import { IAM_PRINCIPALS, SECRET_ACCESS } from "../pages";
import type { Rule } from "../rule";
import { readersOf, readerViolation, secretText } from "../secrets";

export const secretHasNoCrowdOfReaders: Rule = {
  id: "GEMKEY-SECRET-02",
  title: "The secret of a key is read by no domain",
  severity: "high",
  rationale:
    "Everybody who joins the company, or is given a basic role of the project, can read the key from then on, and nobody decides it.",
  fix: "Name the service account of the application, or a group with an owner: `readers` in YAML, `member` in HCL.",
  references: [SECRET_ACCESS, IAM_PRINCIPALS],
  check: ({ facts }) =>
    readersOf(facts).flatMap((reader) => {
      const member = memberText(reader.grant);
      if (member === undefined || !isCrowd(member)) return [];
      return [readerViolation(reader, `${member} may read ${secretText(reader)}.`, member)];
    }),
};
