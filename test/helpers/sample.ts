import * as path from "node:path";
import { inventoryOf } from "../../cli/inventory-of";
import { loadConfig } from "../../declaration/load";
import type { Declaration } from "../../declaration/model";
import type { Inventory } from "../../inventory/model";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import type { Template } from "./synth-template";

/** The folder of the sample configuration. */
export const SAMPLE_FOLDER = path.join(__dirname, "../../config");

/** The sample's inventory: `node cli/gemkeys.js inventory --format json` writes it. */
export const SAMPLE_FILE = path.join(__dirname, "../fixtures/inventory/sample.json");

/** A moment at which the sample is valid. */
export const NOW = new Date("2026-11-24T12:00:00Z");

export function sampleDeclaration(): Declaration {
  return loadConfig(SAMPLE_FOLDER, NOW).declaration;
}

/** The stacks of the sample by name. */
export function sampleTemplates(): Record<string, Template> {
  const stacks = synthesizeStacks(sampleDeclaration());
  return Object.fromEntries(stacks.map(({ name, stack }) => [name, stack as Template]));
}

export function sampleInventory(): Inventory {
  return inventoryOf(sampleDeclaration());
}
