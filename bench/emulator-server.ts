import * as path from "node:path";
import { foundationOf } from "../cli/foundation";
import { inventoryOf } from "../cli/inventory-of";
import { loadConfig } from "../declaration/load";
import { startEmulator } from "../emulator/emulator";
import { seedEnvironment, seedFoundation } from "../emulator/seed";
import { formatAddress, readRange } from "../values/address-range";

/** What the process with the local cloud tells the one that calls it. */
export interface Target {
  readonly url: string;
  /** The path of an API key in the local API Keys API. */
  readonly keyPath: string;
  /** The key, made up by the local cloud, and an address that may use it. */
  readonly keyString: string;
  readonly address: string;
}

// A process of its own: starts a local cloud with the sample in it, tells the parent where, and ends with it.
async function main(): Promise<void> {
  const { declaration } = loadConfig(path.join(__dirname, "..", "config"));
  const { environments } = inventoryOf(declaration);
  const emulator = await startEmulator({ port: 0 });
  seedFoundation(emulator.store, foundationOf(declaration));
  for (const environment of environments) seedEnvironment(emulator.store, environment);

  const { project, keys } = environments[0]!;
  const generation = keys[0]!.generations[0]!;
  const range = readRange(generation.addresses[0]!)!;
  const target: Target = {
    url: emulator.url,
    keyPath: `/apikeys/v2/projects/${project.id}/locations/global/keys/${generation.keyId}`,
    keyString: emulator.store.keys.get(project.id, generation.keyId)!.keyString,
    address: formatAddress(range.family, range.start),
  };
  process.on("disconnect", () => process.exit());
  process.send!(target);
}

void main();
