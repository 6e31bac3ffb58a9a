import type { Facts } from "../../inventory/facts";
import { known, listed } from "../keys";
import { isGlobal, memberText } from "../members";
import { memo } from "../memo";
import { SECRET_ACCESS, SECRET_PRACTICES } from "../pages";
import type { Rule, RuleContext } from "../rule";
import { readersOf, readerViolation, secretText } from "../secrets";

// Whose a service account is shows in its address. Where its project is judged by nobody, one can still see that it reads in
// both worlds; that is told where the harm is, in production.
export const secretIsReadInItsEnvironment: Rule = {
  id: "GEMKEY-SECRET-05",
  title: "The secret of a key is read in its environment only",
  severity: "high",
  rationale: "Who takes over an application in development then has the key of production.",
  fix: "Give the application a service account for each environment, and a key in each: `readers` in YAML, `member` in HCL.",
  references: [SECRET_ACCESS, SECRET_PRACTICES],
  compares: "each",
  check: (context) => {
    const { facts, all, production } = context;
    const elsewhere = production(facts) ? readersOutside(production)(all) : undefined;
    return readersOf(facts).flatMap((reader) => {
      const member = known(reader.grant.member);
      if (member === undefined) return [];
      const owner = otherOwner(/^serviceAccount:[^@]+@(.+)\.iam\.gserviceaccount\.com$/.exec(member)?.[1], context);
      if (owner !== undefined) {
        const text = memberText(reader.grant);
        return [readerViolation(reader, `${text} of ${owner} may read ${secretText(reader)}.`, text)];
      }
      const others = elsewhere?.get(member);
      if (others === undefined) return [];
      const text = memberText(reader.grant);
      const message = `${text} may read ${secretText(reader)}, and secrets outside of production, in ${listed([...others])}.`;
      return [readerViolation(reader, message, text)];
    });
  },
};

/** The environment of a project that is of another one only. */
function otherOwner(projectId: string | undefined, { facts, all }: RuleContext): string | undefined {
  if (projectId === undefined || projectIds(facts).includes(projectId)) return undefined;
  return owners(all)
    .get(projectId)
    ?.findLast((name) => name !== facts.name);
}

/** The names of the environments that have a project, by its id. */
const owners = memo((all: readonly Facts[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const facts of all) {
    for (const id of projectIds(facts)) found.set(id, [...(found.get(id) ?? []), facts.name]);
  }
  return found;
});

function projectIds({ projects }: Facts): string[] {
  return projects.flatMap(({ projectId }) => known(projectId) ?? []);
}

/** Members that read secrets outside of production, and where. Addresses of a module mean nothing in another. */
const readersOutside = memo((production: RuleContext["production"]) =>
  memo((all: readonly Facts[]): ReadonlyMap<string, ReadonlySet<string>> => {
    const found = new Map<string, Set<string>>();
    for (const facts of all.filter((other) => !production(other))) {
      for (const { grant } of readersOf(facts)) {
        const member = known(grant.member);
        if (member === undefined || !isGlobal(member)) continue;
        found.set(member, (found.get(member) ?? new Set()).add(facts.name));
      }
    }
    return found;
  }),
);
