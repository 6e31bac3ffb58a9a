import { readRange } from "../values/address-range";
import type { Position } from "./finding";
import { list, looksLikeAddress, record } from "./raw";
import type { ConfigFiles } from "./read-files";
import type { FieldPath, YamlFile } from "./yaml-file";

/**
 * Where a field stands: the value, or else the name of the nearest field around it that is written.
 *
 * @param environment undefined for organization.yaml. There a field of an environment is looked for too, if the
 *   environment has no such field: its state, for instance, is declared there.
 * @param value what an entry of a list holds. What is made of a list is sorted and merged, so that a number does not find
 *   its entry, and for an address that may be the name of the network it comes from.
 */
export type Locate = (environment: string | undefined, path: FieldPath, value?: string) => Position;

export function locateIn({ organization, environments }: ConfigFiles): Locate {
  const networks = record(record(organization?.content)["networks"]);
  return (environment, path, value) => {
    const own = environment === undefined ? undefined : environments.get(environment);
    const shared = path.length > 0 && record(organization?.content)[path[0]!] !== undefined;
    const file = own && (record(own.content)[path[0]!] !== undefined || !shared) ? own : organization;
    return file ? positionIn(file, entryPath(file, path, value, networks)) : { file: "config", line: 1, column: 1 };
  };
}

/** The path with the number of the entry that holds the value; without the number if none does. */
function entryPath(file: YamlFile, path: FieldPath, value: string | undefined, networks: Networks): FieldPath {
  if (value === undefined) return path;
  const index = Array.isArray(contentAt(file, path)) ? path.length : path.findIndex((part) => typeof part === "number");
  if (index < 0) return namedEntryPath(file, path, value);
  const parent = path.slice(0, index);
  const entries = list(contentAt(file, parent));
  if (typeof entries[0] !== "string") return path;
  const found = entries.indexOf(value);
  const near = found >= 0 ? found : entries.findIndex((entry) => holdsAddress(entry, value, networks));
  return near >= 0 ? [...parent, near] : parent;
}

/** The path of the value in one of the lists of a mapping, such as a member of `access`. */
function namedEntryPath(file: YamlFile, path: FieldPath, value: string): FieldPath {
  for (const [name, entries] of Object.entries(record(contentAt(file, path)))) {
    const index = list(entries).indexOf(value);
    if (index >= 0) return [...path, name, index];
  }
  return path;
}

type Networks = Readonly<Record<string, unknown>>;

/** True if the entry of an `allow`, an address or a network, and the address have something in common. */
function holdsAddress(entry: unknown, address: string, networks: Networks): boolean {
  const wanted = readRange(address);
  if (!wanted || typeof entry !== "string") return false;
  return (looksLikeAddress(entry) ? [entry] : list(networks[entry])).some((text) => {
    const range = readRange(String(text));
    return range?.family === wanted.family && range.start <= wanted.end && wanted.start <= range.end;
  });
}

function positionIn(file: YamlFile, path: FieldPath): Position {
  if (contentAt(file, path) !== undefined) return file.position(path);
  const written = path.findIndex((_, index) => contentAt(file, path.slice(0, index + 1)) === undefined);
  const around = path.slice(0, written);
  return around.length > 0 ? file.keyPosition(around) : { file: file.name, line: 1, column: 1 };
}

/** The content at a path. */
function contentAt(file: YamlFile, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (content, part) => (typeof part === "number" ? list(content)[part] : record(content)[part]),
    file.content,
  );
}
