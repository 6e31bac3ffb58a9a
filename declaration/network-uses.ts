import { mergeAddresses } from "../values/merge-addresses";
import { list, looksLikeAddress, record } from "./raw";
import type { ConfigFiles } from "./read-files";

/** A named network in the `allow` of a key. */
export interface NetworkUse {
  readonly environment: string;
  readonly key: string;
  readonly network: string;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/**
 * The named networks that keys use, of files in which no problem was found.
 *
 * @param only of these environments; left out: of all.
 */
export function networkUses({ organization, environments }: ConfigFiles, only = (_name: string) => true): NetworkUse[] {
  const networks = new Map(
    Object.entries(record(record(organization?.content)["networks"])).map(([name, entries]) => [
      name,
      mergeAddresses(list(entries).map(String)).merged,
    ]),
  );
  const wanted = [...environments].filter(([name]) => only(name));
  return wanted.flatMap(([environment, { content }]) =>
    Object.entries(record(record(content)["keys"])).flatMap(([key, value]) =>
      [...new Set(list(record(value)["allow"]).map(String))]
        .filter((entry) => !looksLikeAddress(entry))
        .map((network) => ({ environment, key, network, addresses: networks.get(network) ?? [] })),
    ),
  );
}
