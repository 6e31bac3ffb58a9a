import { type DescribedRule, describedRules } from "../policies/report";
import { SEVERITIES } from "../policies/rule";
import { RULES } from "../policies/rules";

/** The page `docs/policies.md`: how the policies are used, and each of them. */
export function policiesPage(): string {
  const rules = describedRules(RULES);
  return `<!-- Written by \`npm run generate\` from scripts/policies-page.ts and policies/rules. Do not edit. -->

# Policies

${rules.length} rules about Gemini keys and what is around them. They judge what is synthesized from \`config/\`, and plans of any
Terraform project that uses \`google_apikeys_key\`.

\`\`\`console
npx gemkeys check                                # every declared environment
npx gemkeys check --plan plan.json               # a plan, of whomever: terraform show -json plan.tfplan > plan.json
npx gemkeys check --config config --plan plan.json   # both; waivers of an environment hold in its plan too
npx gemkeys explain GEMKEY-IP-02
\`\`\`

\`--format terminal|json|sarif|markdown\`. \`--fail-on critical|high|medium|low|never\`, left out: high. The exit code is 1 if a finding
that is not waived is at least as severe, 2 if something cannot be read (a plan that cannot be judged never passes), else 0.

**\`cdktf synth\`, \`diff\` and \`deploy\` judge too**, all stacks at once, and write nothing if a finding is critical or high. Medium and low
ones are what a team wants to do better: \`gemkeys check\` tells them.

A value that is known only after the apply is not guessed: the finding says so, or there is none.

## Waivers

A waiver stands beside what it excuses: on a key, on \`access\`, or on the environment as a whole.

\`\`\`yaml
keys:
  chat-backend:
    waive:
      - rule: GEMKEY-IP-02
        reason: The egress of our provider has no smaller range
        until: 2027-01-31                # the last day
        by: search-oncall@example.com
\`\`\`

What is waived stays in every format, marked, and fails nothing. A waiver that has ended, excuses nothing or names no rule is a
finding itself. A critical rule can be waived only if \`criticalWaivers\` in \`organization.yaml\` lists it.

## JSON

\`--format json\` prints one object. Fields are added; where one changes, the number in \`format\` rises.

| field | holds |
| --- | --- |
| \`format\` | \`gemkeys.check/1\` |
| \`judged\` | what was judged: \`name\`, and \`origin\`, which is \`stack\` or \`plan\` |
| \`summary\` | how many findings of each severity, and how many are waived |
| \`findings\` | sorted by severity, environment, address, rule and field |
| \`findings[].rule\`, \`title\`, \`severity\`, \`fix\` | of the rule |
| \`findings[].environment\` | the environment, or the file of the plan |
| \`findings[].address\` | the Terraform address; empty for what is about no resource |
| \`findings[].key\`, \`field\`, \`value\` | the declared key, its field or that of the resource, and what was found; as far as known |
| \`findings[].message\` | what is wrong |
| \`findings[].location\` | \`file\`, \`line\` and \`column\` of the YAML, as far as known |
| \`findings[].waiver\` | \`reason\`, \`until\` and \`by\`, if it is waived |
| \`rules\` | \`id\`, \`title\` and \`severity\` of every rule |

SARIF is that of code scanning, version 2.1.0: with \`github/codeql-action/upload-sarif\` findings show in pull requests, at their
line of the YAML. Waived ones are suppressed there.

## The rules

${SEVERITIES.map((severity) => table(severity, rules)).join("\n\n")}

${rules.map(section).join("\n\n")}
`;
}

function table(severity: string, rules: readonly DescribedRule[]): string {
  const rows = rules
    .filter((rule) => rule.severity === severity)
    .map(({ id, title }) => `| [${id}](#${id.toLowerCase()}) | ${title} |`);
  return [`| ${severity} | |`, "| --- | --- |", ...rows].join("\n");
}

function section({ id, title, severity, rationale, fix, references }: DescribedRule): string {
  const see = references.map((text) => `- ${text}`).join("\n");
  return [`### ${id}`, `**${title}** (${severity})`, rationale, `*What to do:* ${fix}`, ...(see ? [see] : [])].join(
    "\n\n",
  );
}
