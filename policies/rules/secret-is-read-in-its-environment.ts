import type { Facts } from "../../inventory/facts";
import { known, listed } from "../keys";
import { isGlobal, memberText } from "../members";
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
    const projects = projectsOfOthers(context);
    const elsewhere = context.production(context.facts) ? readersElsewhere(context) : new Map<string, string[]>();
    return readersOf(context.facts).flatMap((reader) => {
      const member = known(reader.grant.member);
      if (member === undefined) return [];
      const owner = projects.get(/^serviceAccount:[^@]+@(.+)\.iam\.gserviceaccount\.com$/.exec(member)?.[1] ?? "");
      if (owner !== undefined) {
        const text = memberText(reader.grant);
        return [readerViolation(reader, `${text} of ${owner} may read ${secretText(reader)}.`, text)];
      }
      const others = elsewhere.get(member);
      if (others === undefined) return [];
      const text = memberText(reader.grant);
      const message = `${text} may read ${secretText(reader)}, and secrets outside of production, in ${listed(others)}.`;
      return [readerViolation(reader, message, text)];
    });
  },
};

/** The environment of each project that is of another one only. */
function projectsOfOthers({ facts, all }: RuleContext): Map<string, string> {
  const own = new Set(projectIds(facts));
  const others = all.filter(({ name }) => name !== facts.name);
  return new Map(others.flatMap((other) => projectIds(other).flatMap((id) => (own.has(id) ? [] : [[id, other.name]]))));
}

function projectIds({ projects }: Facts): string[] {
  return projects.flatMap(({ projectId }) => known(projectId) ?? []);
}

/** Members that read secrets outside of production, and where. Addresses of a module mean nothing in another. */
function readersElsewhere({ all, production }: RuleContext): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const facts of all.filter((other) => !production(other))) {
    for (const { grant } of readersOf(facts)) {
      const member = known(grant.member);
      if (member === undefined || !isGlobal(member)) continue;
      const names = found.get(member) ?? [];
      if (!names.includes(facts.name)) found.set(member, [...names, facts.name]);
    }
  }
  return found;
}
