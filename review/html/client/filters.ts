import type { ChangeData, FindingData, KeyData } from "../page-model";
import { all, data, find } from "./page";

/** What a key, a change or a finding can be filtered by. */
interface Entry {
  readonly list: List;
  readonly element: HTMLElement;
  readonly environment: string;
  readonly risk?: string;
  readonly owner?: string;
  readonly phases: readonly string[];
  readonly changed: boolean;
  /** All its words, in small letters. */
  readonly text: string;
}

const LISTS = ["change", "notInCode", "drift", "finding", "key"] as const;
type List = (typeof LISTS)[number];

/** `1 change`, `2 changes`. */
const NOUNS: Readonly<Record<List, readonly [string, string]>> = {
  change: ["change", "changes"],
  notInCode: ["not in the code", "not in the code"],
  drift: ["drifted", "drifted"],
  finding: ["finding", "findings"],
  key: ["key", "keys"],
};

interface Query {
  readonly words: readonly string[];
  readonly environment: string;
  readonly risk: string;
  readonly owner: string;
  readonly phase: string;
  readonly changed: boolean;
}

/** Made when it is needed: a page that is only read needs no index. */
let index: readonly Entry[] | undefined;

/**
 * @param onHidden - is told each key that no longer passes, or passes again
 * @param onShown - is told that what is shown is another choice
 */
export function startFilters(onHidden: (key: number, hidden: boolean) => void, onShown: () => void): void {
  const form = find<HTMLFormElement>("#filters")!;
  const search = find<HTMLInputElement>("#search")!;
  const apply = () => {
    const query = queryOf(form);
    const active = isActive(query);
    if (active || index) {
      show(query, onHidden);
      onShown();
    }
    form.classList.toggle("active", active);
    find("#hits")!.textContent = hits(active);
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    // The fields are emptied after this event.
    setTimeout(apply);
    search.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || search.value === "") return;
    event.preventDefault();
    search.value = "";
    apply();
  });
  apply();
}

/** Makes a key visible that the filters hide. */
export function clearFilters(): void {
  find<HTMLFormElement>("#filters")!.reset();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
}

function queryOf(form: HTMLFormElement): Query {
  const fields = new FormData(form);
  const field = (name: string) => String(fields.get(name) ?? "");
  return {
    words: field("search").toLowerCase().split(/\s+/).filter(Boolean),
    environment: field("environment"),
    risk: field("risk"),
    owner: field("owner"),
    phase: field("phase"),
    changed: fields.has("changed"),
  };
}

function isActive({ words, changed, environment, risk, owner, phase }: Query): boolean {
  return words.length > 0 || changed || [environment, risk, owner, phase].some((value) => value !== "");
}

function passes(entry: Entry, query: Query): boolean {
  return (
    (query.environment === "" || query.environment === entry.environment) &&
    (query.risk === "" || query.risk === entry.risk) &&
    (query.owner === "" || query.owner === entry.owner) &&
    (query.phase === "" || entry.phases.includes(query.phase)) &&
    (!query.changed || entry.changed) &&
    query.words.every((word) => entry.text.includes(word))
  );
}

const totals: Readonly<Record<List, number>> = {
  change: data.changes.filter(({ list }) => list === "change").length,
  notInCode: data.changes.filter(({ list }) => list === "notInCode").length,
  drift: data.changes.filter(({ list }) => list === "drift").length,
  finding: data.findings.length,
  key: data.keys.length,
};
const shown: Record<List, number> = { ...totals };

function show(query: Query, onHidden: (key: number, hidden: boolean) => void): void {
  index ??= makeIndex();
  const environments = new Set<string>();
  for (const list of LISTS) shown[list] = 0;
  for (const entry of index) {
    const hidden = !passes(entry, query);
    if (!hidden) {
      shown[entry.list]++;
      environments.add(entry.environment);
    }
    if (entry.element.hidden === hidden) continue;
    entry.element.hidden = hidden;
    if (entry.list === "key") onHidden(Number(entry.element.dataset["key"]), hidden);
  }
  for (const element of all("[data-environment]")) {
    const { name } = data.environments[Number(element.dataset["environment"])]!;
    element.hidden =
      isActive(query) && !environments.has(name) && !(onlyEnvironment(query) && name === query.environment);
  }
  for (const group of all("[data-group]")) group.hidden = !find(`:is(${ITEMS}):not([hidden])`, group);
  // What was found must be in sight, wherever in the page it stands.
  for (const section of all("main > section")) {
    section.hidden = isActive(query) && !find(`:is(${ITEMS}):not([hidden])`, section);
  }
  for (const list of LISTS) {
    const number = find(`[data-number="${list}"]`);
    const total = totals[list].toLocaleString("en-US");
    if (number) number.textContent = isActive(query) ? `${shown[list].toLocaleString("en-US")} of ${total}` : total;
  }
  find("#no-hits")!.hidden = !isActive(query) || find("main > section:not([hidden])") !== undefined;
}

const ITEMS = "[data-change], [data-finding], [data-key], [data-environment]";

function onlyEnvironment({ words, risk, owner, phase, changed }: Query): boolean {
  return words.length === 0 && !changed && [risk, owner, phase].every((value) => value === "");
}

function hits(active: boolean): string {
  const some = LISTS.filter((list) => (active ? shown : totals)[list] > 0);
  if (some.length === 0) return active ? "nothing found" : "";
  return some
    .map((list) => {
      const total = totals[list].toLocaleString("en-US");
      const noun = NOUNS[list][totals[list] === 1 ? 0 : 1];
      const number = shown[list].toLocaleString("en-US");
      return shown[list] === totals[list] ? `${total} ${noun}` : `${number} of ${total} ${noun}`;
    })
    .join(", ");
}

function makeIndex(): readonly Entry[] {
  const keys = new Map(data.keys.map((key) => [JSON.stringify([key.environment, key.name]), key]));
  const keyOf = (environment: string, name: string | undefined) => keys.get(JSON.stringify([environment, name]));
  const elements = (name: string) =>
    new Map(all(`main > section [data-${name}]`).map((element) => [Number(element.dataset[name]), element]));
  const changes = elements("change");
  const findings = elements("finding");
  const rows = elements("key");
  return [
    ...data.changes.map((change, number) =>
      entryOf(change.list, changes.get(number)!, change, keyOf(change.environment, change.key)),
    ),
    ...data.findings.map((finding, number) =>
      entryOf("finding", findings.get(number)!, finding, keyOf(finding.environment, finding.key)),
    ),
    ...data.keys.map((key) => entryOf("key", rows.get(key.id)!, key, key)),
  ];
}

function entryOf(
  list: List,
  element: HTMLElement,
  item: ChangeData | FindingData | KeyData,
  key: KeyData | undefined,
): Entry {
  const sides = [key?.before, key?.after].filter((side) => side !== undefined);
  const owner = (key?.after ?? key?.before)?.owner;
  const risk = "severity" in item ? item.severity : item.risk;
  return {
    list,
    element,
    environment: item.environment,
    ...(risk && { risk }),
    ...(owner !== undefined && { owner }),
    phases: sides.flatMap(({ generations }) => generations.flatMap(({ phase }) => phase ?? [])),
    changed: "status" in item ? item.status !== "unchanged" : "state" in item ? item.state !== "standing" : true,
    text: wordsOf(item).join("\n").toLowerCase(),
  };
}

/** Every text in it, however deep. */
function wordsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(wordsOf);
}
