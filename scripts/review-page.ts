import { CHANGE_KINDS, type ChangeKind } from "../review/model";
import { compareRisks, SITUATIONS } from "../review/risk";

/** The page `docs/reading-a-review.md`: how a review is read, and every kind of change with its risks. */
export function reviewPage(): string {
  return `<!-- Written by \`npm run generate\` from scripts/review-page.ts and review/risk.ts. Do not edit. -->

# Reading a review

A review says what a change lets each key do that it could not do before, and the reverse: from where it works, who can read it,
what it may call, what it may cost, and who would notice. It compares what both sides mean, not the lines of the YAML: an address
that is only written otherwise, or a range that is split in two, is no change; a network that ten keys use is a change of each.

<!-- tested by: test/cli/review/from-code.test.ts -->
\`\`\`console
npx gemkeys review --base origin/main                    # what you have here, also what is not committed
npx gemkeys review --base origin/main --head my-branch   # a branch
\`\`\`

A page (\`--format html\`) has the same and more: filters, and for each key a drawing of who can reach what, before and after.

![Who can read the key summaries, from where it works, and what it may call; what is new is marked](pictures/key.png)

## In this order

1. **The verdict**: the highest risk of all changes and new findings, and the sentences of high and critical risk. Do you know why each
   of them is there? If the description of the change does not tell, ask.
2. **The notes**: what limits the review itself. If the base does not synthesize, everything looks new. If the base has commits that the
   head does not have, they look taken back: merge first.
3. **Each environment**, the worst first. A line is one change: its risk, the key or resource, the sentence, what came in (+) and
   went out (−), and the line of the YAML. Long lists are shortened; the details below the table have all of it.
4. **Findings** of the [policies](policies.md): new ones count for the risk. A standing one was there before, a waived one has a
   reason and an end.
5. **In the plan, but not in the code**, for a review of a plan: what Terraform would do besides what the change says. Somebody changed
   something by hand, or an earlier change was never deployed.
6. **Changed outside of Terraform (drift)**: what the cloud has become since the last deployment. The next one undoes what the
   code says otherwise, so find out who needed it before you approve.

## What the risk means

The risk is how bad the change is if it was *not* meant. It says nothing about how likely that is: you know that, gemkeys does not.

| risk | it means | approve when |
| --- | --- | --- |
| critical | anybody can use or read a key, or callers break the moment it is applied | you have spoken to the owner of the key, and both want exactly this |
| high | a key can leave its circle, or nobody would notice it | the reason is in the description, and somebody who answers for the key approves too |
| medium | as intended in a usual change, and harmful in a wrong one | the sentence is what the description says |
| low | a step of a routine, or less than before | you have read it |
| info | nothing that a key may do has changed | |

## What to ask

| you read | ask |
| --- | --- |
| may be used from more addresses | Whose are they? Is it an egress address of ours alone, with a fixed address? A home, an office of others or a cloud provider's range is not. |
| can no longer use it, another address | Does nobody call from there any more? The dashboard of usage and the logs of the application tell. |
| can read the key | Which application is it, and does it need this key or one of its own? For a group: who decides who is in it? |
| by a role on the project, the folder, the organization | Why not on the one secret? Such a role reaches all keys below, those to come too. |
| a serving key or generation is removed or replaced | Has the rotation been published, and have all callers fetched the new key? If it is replaced, the new string is there at once. |
| may call another API, another service account, a role of the account | What is it for? A key of gemkeys needs the Gemini API and no role. |
| the budget is raised, a warning or a cap is gone | What was it to begin with, and who has agreed to pay? |
| no longer logged, an alert or channel is gone | Who would notice a stranger now? |
| can be deleted (protection) | Is it a change of its own, before the one that deletes? |
| a waiver is added or goes on | Is the reason still true? What will be done until its end? |
| unknown until apply, not known before the apply | Look at the review of the plan: it may know. If it does not either, look after the deployment. |

## What a review does not know

- Who is in a group or a domain, and who is added to it later.
- Roles that others give: on folders, on the organization, by hand in the console. Of those in the project, a plan shows the drift.
- Whether Google accepts the change. A quota, an organization policy or a missing right shows at the deployment.
- With \`--trusted-code\` (pull requests from forks): what the change does to the code of gemkeys itself. Only its YAML was taken. Read
  the code as code.
- What a change does to resources that have nothing to do with keys: a review of a plan counts them by type, at the end.

## For programs

\`--format json\` follows \`schemas/review.schema.json\`; \`kind\` and \`risk\` of a change are a contract. \`--fail-on <risk>\` ends with code
1 from that risk on. A review never holds a key string, in no format.

## Every kind of change

What it was like decides the risk; the last column says why it is as bad as that.

| kind | what it was like | risk | why |
| --- | --- | --- | --- |
${CHANGE_KINDS.flatMap(rowsOf).join("\n")}
`;
}

function rowsOf(kind: ChangeKind): string[] {
  return Object.entries(SITUATIONS)
    .filter(([, situation]) => situation.kind === kind)
    .sort(([, a], [, b]) => compareRisks(a.risk, b.risk))
    .map(([name, { risk, why }], index) => {
      const first = index === 0 ? `\`${kind}\`` : "";
      return `| ${first} | ${name.replaceAll("-", " ")} | ${risk} | ${why} |`;
    });
}
