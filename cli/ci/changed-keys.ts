import type { Effects } from "../../ci/effects";

/** By their addresses, which are a contract (docs/adr): the key itself, or a version of its secret. */
const OF_A_KEY = /^google_(?:apikeys_key\.key|secret_manager_secret_version\.secret)-([a-z0-9-]+)_g\d+$/;

/** The names of the keys of which a plan changes a generation or what is given to readers, sorted. */
export function changedKeys(effects: Effects | undefined): string[] {
  const names = (effects?.resources ?? []).flatMap(({ address }) => OF_A_KEY.exec(address)?.[1] ?? []);
  return [...new Set(names)].sort();
}
