import { type ApiKeyFacts, isUnknown, UNKNOWN } from "../../inventory/facts";
import { GEMINI_SERVICE } from "../../policies/keys";
import { type Draft, draft, type Pair } from "../draft";
import type { GenerationPair, KeyPair } from "../key-pairs";
import type { SituationName } from "../risk";
import { counted, some, subject } from "../text";
import { allowedAddresses, boundTo, keyViews, shown, targetText } from "../view";

/** Keys that come, go and are replaced, and what is declared of them. */
export function keyChanges(pair: Pair): Draft[] {
  return pair.keys.flatMap((key) => {
    if (!key.before) return [created(key, pair)];
    if (!key.after) return [removed(key, pair)];
    return [...replaced(key), ...declaration(key), ...bound(key, pair), ...targets(key), ...clients(key)];
  });
}

function placeOf(key: KeyPair, field: string | undefined, generation?: GenerationPair): Partial<Draft> {
  const path = key.declared ? ["keys", key.name, ...(field === undefined ? [] : [field])] : undefined;
  return { key: key.name, address: generation?.address, path };
}

function created(key: KeyPair, pair: Pair): Draft {
  const keys = key.generations.map(({ after }) => after!);
  const addresses = keys.map((each) => allowedAddresses(each));
  const isOpen = addresses.some((each) => each === undefined || (!isUnknown(each) && each.length === 0));
  const unclear = addresses.some((each) => each !== undefined && (isUnknown(each) || each.some(isUnknown)));
  const situation: SituationName = isOpen ? "key-created-open" : unclear ? "key-created-unclear" : "key-created";
  const allowed = allowedAddresses(keys[0]!);
  const from =
    isOpen || allowed === undefined
      ? "anywhere"
      : isUnknown(allowed)
        ? "addresses that are unknown until apply"
        : some(allowed.map(shown));
  const view = keyViews(pair.after).get(key.name);
  const readers = new Set(view?.readers.map(({ member }) => shown(member))).size;
  const who = readers === 0 ? "nobody can read it" : `${counted(readers, "principal")} can read it`;
  const sentence = `${key.name} is new: it may be used from ${from}, and ${who}.`;
  return draft(situation, sentence, { ...placeOf(key, undefined, key.generations[0]), after: "exists" });
}

function removed(key: KeyPair, pair: Pair): Draft {
  const place = { ...placeOf(key, undefined, key.generations[0]), path: undefined, before: "exists" };
  const all = key.generations.map(({ before }) => before!);
  const serving = all.find(({ declared }) => declared === undefined || declared.phase === "serving");
  if (
    pair.after.changes.some((change) => change.address === key.generations[0]!.address && isForgotten(change.actions))
  ) {
    return draft("unused-key-removed", `${key.name} leaves the state and goes on working, without Terraform.`, place);
  }
  if (serving) {
    const what = serving.declared ? ` while generation ${serving.declared.generation} serves` : "";
    return draft("serving-key-removed", `${key.name} is removed${what}: whoever uses it fails at once.`, place);
  }
  if (all.every(({ declared }) => declared?.phase === "prepared")) {
    return draft("prepared-key-removed", `${key.name} is removed; nobody was given it.`, place);
  }
  return draft(
    "unused-key-removed",
    `${key.name} is removed; no generation of it serves, but one still drains.`,
    place,
  );
}

function isForgotten(actions: readonly string[]): boolean {
  return actions.includes("forget");
}

/** Of keys that nobody declared: those of a declared key are generations. */
function replaced(key: KeyPair): Draft[] {
  if (key.declared) return [];
  return key.generations.flatMap((generation) => {
    if (generation.replaced === undefined) return [];
    const sentence = `${key.name} is replaced, since ${generation.replaced}: its string changes, and whoever uses the old one fails.`;
    const { before } = generation;
    return [
      draft("key-replaced", sentence, {
        ...placeOf(key, undefined, generation),
        before: shown(before!.keyId),
        after: shown(generation.after!.keyId),
      }),
    ];
  });
}

const DECLARED = [
  ["owner", "owner", "owner"],
  ["purpose", "purpose", "purpose"],
  ["contact", "contact", "owner"],
  ["rotateEveryDays", "rotation period", "rotateEvery"],
] as const;

function declaration(key: KeyPair): Draft[] {
  const [before, after] = [key.before!.keys.at(-1)!.declared, key.after!.keys.at(-1)!.declared];
  if (!before || !after) return [];
  return DECLARED.flatMap(([field, what, path]) => {
    const [old, now] = [valueText(before[field]), valueText(after[field])];
    if (old === now) return [];
    const lost = field === "rotateEveryDays" && now === undefined;
    const sentence =
      now === undefined
        ? `${key.name} has no ${what} any more; it was ${old}.`
        : old === undefined
          ? `${key.name} has the ${what} ${now}.`
          : `The ${what} of ${key.name} was ${old} and is ${now}.`;
    return [
      draft(lost ? "rotation-lost" : "key-declaration", sentence, { ...placeOf(key, path), before: old, after: now }),
    ];
  });
}

function valueText(value: string | number | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  return typeof value === "number" ? counted(value, "day") : value;
}

/** The same for all generations is told once. */
function eachOnce(key: KeyPair, tell: (generation: GenerationPair, name: string) => Draft[]): Draft[] {
  const kept = key.generations.filter(({ before, after }) => before && after);
  const told = kept.map((generation) => tell(generation, key.name));
  const [first] = told;
  const essence = (drafts: Draft[] | undefined) => JSON.stringify(drafts?.map(({ address, ...rest }) => rest));
  if (told.every((drafts) => essence(drafts) === essence(first))) return first ?? [];
  return kept.flatMap((generation) =>
    tell(generation, subject(key.name, generation.number)).map((each) => ({ ...each, generation: generation.number })),
  );
}

function bound(key: KeyPair, pair: Pair): Draft[] {
  return eachOnce(key, (generation, name) => {
    const [old, now] = [boundTo(pair.before, generation.before!), boundTo(pair.after, generation.after!)];
    const [before, after] = [old, now].map((each) => each && shown(each));
    if (before === after) return [];
    const details = { ...placeOf(key, undefined, generation), before, after };
    if (now === undefined) {
      const sentence = `${name} is no longer bound to a service account: it becomes a standard key.`;
      return [draft("service-account-lost", sentence, details)];
    }
    if (isUnknown(now)) {
      return [
        draft(
          "service-account-unknown",
          `${name} will be bound to a service account that is unknown until apply.`,
          details,
        ),
      ];
    }
    const was = old === undefined ? "was bound to none" : `was bound to ${shown(old)}`;
    return [draft("service-account-changed", `${name} acts as ${now}; it ${was}.`, details)];
  });
}

function targets(key: KeyPair): Draft[] {
  return eachOnce(key, (generation, name) => {
    const [before, after] = [generation.before!, generation.after!].map(({ apiTargets }) => apiTargets);
    const [old, now] = [before, after].map((each) => each?.map((target) => shown(targetText(target))).sort());
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const place = placeOf(key, undefined, generation);
    if (now === undefined) {
      const sentence = `${name} may now call every API that takes keys; it was restricted to ${some(old!)}.`;
      return [draft("targets-removed", sentence, { ...place, removed: old, added: ["any API"] })];
    }
    if (old === undefined) {
      const sentence = `${name} may now call ${some(now)} only; it was not restricted to any API.`;
      return [draft("target-lost", sentence, { ...place, added: now, removed: ["any API"] })];
    }
    if (sameServices(before!, after!)) {
      const [could, can] = [before!, after!].map((all) => some(all.map(withMethods).sort()));
      const details = {
        ...place,
        added: now.filter((each) => !old.includes(each)),
        removed: old.filter((each) => !now.includes(each)),
      };
      return [draft(targetSituation(before!, after!), `${name} may now call ${can}; it could call ${could}.`, details)];
    }
    const [added, removedTargets] = [
      now.filter((each) => !old.includes(each)),
      old.filter((each) => !now.includes(each)),
    ];
    const details = { ...place, added, removed: removedTargets };
    const may = added.length > 0 ? `may now call ${some(added.map(apiText))}` : "";
    const mayNot = removedTargets.length > 0 ? `may no longer call ${some(removedTargets.map(apiText))}` : "";
    const sentence = `${name} ${[may, mayNot].filter(Boolean).join(", and ")}.`;
    return [draft(targetSituation(before!, after!), sentence, details)];
  });
}

function apiText(target: string): string {
  return target === shown(UNKNOWN) ? "an API that is unknown until apply" : target;
}

function sameServices(before: Targets, after: Targets): boolean {
  const [old, now] = [before, after].map((all) => [...new Set(all.map(({ service }) => shown(service)))].sort().join());
  return old === now;
}

function withMethods(target: Targets[number]): string {
  return target.methods.length === 0 ? `every method of ${shown(target.service)}` : shown(targetText(target));
}

type Targets = NonNullable<ApiKeyFacts["apiTargets"]>;

function targetSituation(before: Targets, after: Targets): SituationName {
  const services = (all: Targets) => new Set(all.map(({ service }) => shown(service)));
  const [old, now] = [services(before), services(after)];
  if (after.some(({ service }) => isUnknown(service))) return "targets-unknown";
  if ([...now].some((service) => !old.has(service) && service !== GEMINI_SERVICE)) return "target-added";
  if (old.has(GEMINI_SERVICE) && !now.has(GEMINI_SERVICE)) return "gemini-target-lost";
  return after.some((target) => widens(target, before)) ? "methods-widened" : "target-lost";
}

function widens({ service, methods }: Targets[number], before: Targets): boolean {
  const old = before.filter((target) => shown(target.service) === shown(service));
  if (old.some((target) => target.methods.length === 0)) return false;
  const had = new Set(old.flatMap((target) => target.methods));
  return methods.length === 0 || methods.some((method) => !had.has(method));
}

const CLIENTS = { browser: "browsers", android: "Android apps", ios: "iOS apps" } as const;

function clients(key: KeyPair): Draft[] {
  return eachOnce(key, (generation, name) => {
    const [old, now] = [generation.before!, generation.after!].map(({ clientRestrictions }) => clientRestrictions);
    const [added, gone] = [now!.filter((each) => !old!.includes(each)), old!.filter((each) => !now!.includes(each))];
    if (added.length === 0 && gone.length === 0) return [];
    const is = added.length > 0 ? [`is now a key for ${some(added.map((each) => CLIENTS[each]))}`] : [];
    const was =
      gone.length > 0 ? [`is no longer restricted as a key for ${some(gone.map((each) => CLIENTS[each]))}`] : [];
    const details = { ...placeOf(key, undefined, generation), added, removed: gone };
    return [draft("client-restriction", `${name} ${[...is, ...was].join(", and ")}.`, details)];
  });
}
