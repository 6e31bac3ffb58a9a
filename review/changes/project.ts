import {
  type Facts,
  isUnknown,
  type ProjectFacts,
  type ServiceFacts,
  type SurroundingFacts,
} from "../../inventory/facts";
import { GEMINI_SERVICE } from "../../policies/keys";
import { type Draft, draft, type Pair } from "../draft";
import { pairBy, pairByAddress } from "../pair-up";
import { counted, some } from "../text";
import { shown } from "../view";

/** The project and what holds for all of it: who pays, APIs, quotas, policies of the organization, how Terraform gets there. */
export function projectChanges(pair: Pair): Draft[] {
  const drafts = [...projects(pair), ...organizationPolicies(pair)];
  return pair.status === "kept"
    ? [...drafts, ...services(pair), ...quotas(pair), ...providers(pair), ...backend(pair)]
    : drafts;
}

function projects(pair: Pair): Draft[] {
  return pairByAddress(pair.before.projects, pair.after.projects).flatMap(({ before, after }) => {
    const { address } = (after ?? before)!;
    if (!before) {
      const id = shown(after!.projectId);
      return [draft("project-created", `The project ${id} is new.`, { address, added: [id] })];
    }
    const old = shown(before.projectId);
    if (!after) return [gone(pair, address, old)];
    return [...identity(pair, before, after), ...protection(before, after), ...belonging(pair, before, after)];
  });
}

function gone({ after }: Pair, address: string, id: string): Draft {
  const details = { address, removed: [id] };
  if (after.changes.some((change) => change.address === address && change.actions.includes("forget"))) {
    return draft("project-moved", `The project ${id} leaves the state and stays, without Terraform.`, details);
  }
  return draft("project-removed", `The project ${id} is removed, with every key in it.`, details);
}

function identity({ after: head }: Pair, before: ProjectFacts, after: ProjectFacts): Draft[] {
  const [old, now] = [shown(before.projectId), shown(after.projectId)];
  const actions = head.changes.find(({ address }) => address === after.address)?.actions ?? [];
  const replaced = actions.includes("delete") && actions.includes("create");
  if (old === now && !replaced) return [];
  const sentence = `The project ${old} is replaced by ${now === old ? "a new one" : now}: every key in it breaks.`;
  return [draft("project-replaced", sentence, { address: after.address, before: old, after: now })];
}

function protection(before: ProjectFacts, after: ProjectFacts): Draft[] {
  if (before.protected === after.protected) return [];
  const { address } = after;
  const [old, now] = [before, after].map((each) => (each.protected ? "protected" : "not protected"));
  const details = { address, before: old, after: now, path: ["protected"] };
  const id = shown(after.projectId);
  return after.protected
    ? [draft("protection-added", `Terraform now refuses to delete the project ${id}.`, details)]
    : [draft("protection-lost", `Terraform no longer refuses to delete the project ${id} and its keys.`, details)];
}

function belonging(pair: Pair, before: ProjectFacts, after: ProjectFacts): Draft[] {
  const of = ({ surroundings }: Facts, { address }: ProjectFacts) =>
    surroundings?.projects.find((each) => each.address === address);
  const [old, now] = [of(pair.before, before), of(pair.after, after)];
  if (!old || !now) return [];
  const { address } = after;
  const id = shown(after.projectId);
  const drafts: Draft[] = [];
  const [parent, newParent] = [old.parent, now.parent].map((each) => each && shown(each));
  if (parent !== newParent) {
    const sentence = `The project ${id} was in ${parent ?? "no organization"} and is in ${newParent ?? "no organization"}.`;
    drafts.push(draft("project-moved", sentence, { address, before: parent, after: newParent }));
  }
  const [payer, newPayer] = [old.billingAccount, now.billingAccount].map((each) => each && shown(each));
  if (payer !== newPayer) {
    const sentence = newPayer
      ? `The project ${id} is paid by the billing account ${newPayer}; it was ${payer === undefined ? "paid by none" : `by ${payer}`}.`
      : `The project ${id} has no billing account any more; it had ${payer}.`;
    drafts.push(
      draft(newPayer ? "billing-changed" : "billing-lost", sentence, { address, before: payer, after: newPayer }),
    );
  }
  return drafts;
}

function services({ name, before, after }: Pair): Draft[] {
  const both = pairBy(before.services, after.services, ({ service }) => shown(service));
  const news = both
    .filter((each) => !each.before)
    .map((each) => shown(each.after!.service))
    .sort();
  const enabled =
    news.length > 0
      ? [draft("service-enabled", `${name} enables ${counted(news.length, "API")}: ${some(news)}.`, { added: news })]
      : [];
  return [...enabled, ...both.flatMap(({ before: was, after: is }) => (was && !is ? [disabled(name, was)] : []))];
}

function disabled(name: string, { address, service, disableOnDestroy }: ServiceFacts): Draft {
  const api = isUnknown(service) ? "an API that is not known" : service;
  const details = { address, removed: [api] };
  if (disableOnDestroy === false) {
    return draft(
      "service-forgotten",
      `${name} no longer asks for ${api}; it stays enabled until somebody disables it.`,
      details,
    );
  }
  const gemini = api === GEMINI_SERVICE;
  const what = gemini ? "every key of the project fails" : "what uses it fails";
  return draft(gemini ? "gemini-disabled" : "service-disabled", `${name} disables ${api}: ${what}.`, details);
}

type Quota = SurroundingFacts["quotas"][number];

function quotas({ before, after }: Pair): Draft[] {
  if (!before.surroundings || !after.surroundings) return [];
  return pairBy(before.surroundings.quotas, after.surroundings.quotas, quotaText).flatMap(
    ({ before: was, after: is }) => {
      const { address } = (is ?? was)!;
      const quota = quotaText((is ?? was)!);
      const [old, now] = [was && shown(was.limit), is && shown(is.limit)];
      if (old === now) return [];
      const details = { address, before: old, after: now, path: ["quotas"] };
      if (now === undefined) {
        return [
          draft("quota-removed", `The limit of ${quota} is no longer declared; Google keeps it at ${old}.`, details),
        ];
      }
      if (old === undefined) return [draft("quota-added", `${quota} gets a limit of ${now}.`, details)];
      const [from, to] = [Number(old), Number(now)];
      const situation =
        Number.isNaN(from) || Number.isNaN(to) ? "quota-unclear" : to > from ? "quota-raised" : "quota-lowered";
      return [draft(situation, `The limit of ${quota} was ${old} and is ${now}.`, details)];
    },
  );
}

function quotaText({ quotaId, dimensions, service }: Quota): string {
  const of = Object.values(dimensions).sort();
  const where = shown(service) === GEMINI_SERVICE ? "" : ` of ${shown(service)}`;
  return `${shown(quotaId)}${where}${of.length > 0 ? ` for ${some(of)}` : ""}`;
}

const LIFTED = "iam.managed.disableServiceAccountApiKeyCreation";

function organizationPolicies({ name, before, after }: Pair): Draft[] {
  if (!before.surroundings || !after.surroundings) return [];
  const [old, now] = [before.surroundings.organizationPolicies, after.surroundings.organizationPolicies];
  return pairBy(old, now, ({ constraint, address }) => (isUnknown(constraint) ? address : constraint)).flatMap(
    ({ before: was, after: is }) => {
      const { address, constraint } = (is ?? was)!;
      const [said, says] = [was, is].map((each) => each?.rules.map(shown).sort().join("; "));
      if (said === says) return [];
      const details = { address, before: said, after: says };
      const policy = isUnknown(constraint)
        ? "an organization policy that is unknown until apply"
        : `the organization policy ${constraint}`;
      if (says === undefined) {
        return [
          draft("organization-policy-removed", `${name} no longer sets ${policy}: the organization's holds.`, details),
        ];
      }
      const lifts = constraint === LIFTED && /enforce false/i.test(says);
      const meaning = lifts ? ": keys of any API may be bound to service accounts there" : "";
      if (said === undefined) {
        return [draft("organization-policy-added", `${name} sets ${policy} to ${says}${meaning}.`, details)];
      }
      return [
        draft(
          "organization-policy-changed",
          `${name} set ${policy} to ${said} and sets it to ${says}${meaning}.`,
          details,
        ),
      ];
    },
  );
}

function providers({ before, after }: Pair): Draft[] {
  return pairBy(before.providers, after.providers, ({ address }) => address).flatMap(({ before: was, after: is }) => {
    const { address } = (is ?? was)!;
    const text = (each: typeof was) =>
      each &&
      `quota project ${each.quotaProject === undefined ? "none" : shown(each.quotaProject)}, ${each.userProjectOverride ? "used for every call" : "used where Google asks for it"}`;
    const [old, now] = [text(was), text(is)];
    if (old === now) return [];
    const details = { address, before: old, after: now };
    if (!now) return [draft("provider-changed", `${address} is gone.`, details)];
    if (!old) return [draft("provider-added", `${address} is new: ${now}.`, details)];
    return [draft("provider-changed", `${address} had ${old} and has ${now}.`, details)];
  });
}

/** A plan does not say where its state is. */
function backend({ before, after }: Pair): Draft[] {
  if (before.backend.kind === "unknown" || after.backend.kind === "unknown") return [];
  const [old, now] = [before, after].map(({ backend: { kind }, surroundings }) => surroundings?.backend ?? kind);
  if (before.backend.kind === after.backend.kind && (old === now || !before.surroundings || !after.surroundings))
    return [];
  const local = after.backend.kind === "local" ? ", on a disk and with every key string in it" : "";
  const sentence = `The Terraform state was in ${old} and is in ${now}${local}: it has to be moved, or everything is made again.`;
  return [draft("backend-changed", sentence, { before: old, after: now })];
}
