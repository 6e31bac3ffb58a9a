import { daysBetween } from "../values/date";
import type { EnvironmentInventory, GenerationEntry, KeyEntry } from "./model";

/** One generation of a key as text, for the table and the Markdown page. */
export interface Row {
  readonly key: string;
  readonly phase: string;
  readonly owner: string;
  readonly addresses: readonly string[];
  readonly readers: readonly string[];
  readonly age: string;
  readonly rotateBy: string;
}

export const COLUMNS: readonly { readonly title: string; readonly text: (row: Row) => readonly string[] }[] = [
  { title: "Key", text: ({ key }) => [key] },
  { title: "Phase", text: ({ phase }) => [phase] },
  { title: "Owner", text: ({ owner }) => [owner] },
  { title: "May be used from", text: ({ addresses }) => addresses },
  { title: "Secret readers", text: ({ readers }) => readers },
  { title: "Age", text: ({ age }) => [age] },
  { title: "Rotate by", text: ({ rotateBy }) => [rotateBy] },
];

/** The rows of an environment: a generation each, by key and number. */
export function rowsOf(environment: EnvironmentInventory, today: string): Row[] {
  return environment.keys.flatMap((key) => key.generations.map((generation) => rowOf(key, generation, today)));
}

/** `project acme-gemini-prod · protected · budget 2000 USD a month` */
export function describeEnvironment({ project, budget }: EnvironmentInventory): string {
  return [
    `project ${project.id}`,
    ...(project.adopted ? ["adopted"] : []),
    ...(project.protected ? ["protected"] : []),
    budget ? `budget ${budget.amount} ${budget.currency} a month` : "no budget",
  ].join(" · ");
}

function rowOf(key: KeyEntry, generation: GenerationEntry, today: string): Row {
  const serving = generation.phase === "serving";
  return {
    key: generation.keyId,
    phase: generation.phase,
    owner: key.owner,
    addresses: generation.addresses.length > 0 ? generation.addresses : ["anywhere"],
    // A prepared key is in no secret version yet.
    readers: generation.phase === "prepared" || key.readers.length === 0 ? ["nobody"] : key.readers,
    // Where the day begins first, today may be tomorrow here.
    age: `${Math.max(0, daysBetween(generation.created, today))} d`,
    rotateBy: serving ? rotateBy(key.secret.annotations["rotate-by"], today) : "",
  };
}

function rotateBy(date: string | undefined, today: string): string {
  if (date === undefined) return "not set";
  return daysBetween(today, date) < 0 ? `${date} (overdue)` : date;
}
