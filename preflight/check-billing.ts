import { checkRights } from "./check-rights";
import { attempt, type Context } from "./context";
import { type Finding, fine, missing } from "./finding";
import { billingNeeds } from "./needs";
import { subjectOf } from "./resource";

/** Whether the billing account is open, the project pays with it, and the caller may link it and set budgets. */
export async function checkBilling(context: Context, projectExists: boolean): Promise<readonly Finding[]> {
  const { billingAccount } = context.organization;
  if (billingAccount === undefined) return [];
  const resource = { kind: "billingAccount", id: billingAccount } as const;
  const subject = subjectOf(resource);
  const { adopt } = context.environment.project;
  const linked = projectExists ? await attempt(subject, () => checkLink(context, billingAccount)) : [];
  const links = !adopt && linked.every(({ verdict }) => verdict !== "fine");
  const [open, rights] = await Promise.all([
    attempt(`${subject}, whether it is open,`, () => checkOpen(context, billingAccount)),
    attempt(subject, () => checkRights(context, resource, billingNeeds(context.environment, links))),
  ]);
  return [...open, ...linked, ...rights];
}

async function checkOpen({ transport }: Context, id: string): Promise<Finding[]> {
  const subject = subjectOf({ kind: "billingAccount", id });
  const { open } = await transport.call("cloudBilling", { path: `billingAccounts/${id}` });
  if (open === true) return [fine(subject, "is open.")];
  const fix =
    "reopen it, or write another one: https://console.cloud.google.com/billing (gcloud has no command for it)";
  return [missing(subject, "is closed: what costs money is refused.", fix)];
}

/** Terraform links a project of its own, and leaves an adopted one as it is. */
async function checkLink({ environment, transport }: Context, account: string): Promise<Finding[]> {
  const { id, adopt } = environment.project;
  const subject = subjectOf({ kind: "project", id });
  const { billingAccountName, billingEnabled } = await transport.call("cloudBilling", {
    path: `projects/${id}/billingInfo`,
  });
  if (billingAccountName === `billingAccounts/${account}`) return [fine(subject, `pays with ${account}.`)];
  if (!adopt) return [];
  const command = `gcloud billing projects link ${id} --billing-account=${account}`;
  const text = billingEnabled === true ? `pays with another account than ${account}.` : "pays with no billing account.";
  return [missing(subject, `${text} It is adopted, so the deployment does not change that.`, command)];
}
