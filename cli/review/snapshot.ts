import { z } from "zod";
import type { LoadedConfig } from "../../declaration/load";
import { type NetworkUse, networkUses } from "../../declaration/network-uses";
import type { JudgedDeclaration } from "../../stacks/judge";
import { type SynthesizedStack, synthesizeStacks } from "../../stacks/synthesize-stacks";

/**
 * One side of a review as its own code makes it: what it synthesizes, and what of the declaration no stack holds. The
 * reviewing program judges it, with its own policies. It is passed between two versions of the program as JSON.
 */
export interface Snapshot {
  readonly formatVersion: typeof SNAPSHOT_VERSION;
  readonly stacks: readonly SynthesizedStack[];
  readonly declaration: JudgedDeclaration;
  readonly networks: readonly NetworkUse[];
}

export const SNAPSHOT_VERSION = 1;

/** Synthesizes in memory. The policies are not asked: a review has to show what is unsafe. */
export function snapshotOf({ declaration, files }: LoadedConfig): Snapshot {
  return { ...partsOf(declaration), networks: networkUses(files), stacks: synthesizeStacks(declaration) };
}

function partsOf({ organization, environments }: JudgedDeclaration): Pick<Snapshot, "formatVersion" | "declaration"> {
  return {
    formatVersion: SNAPSHOT_VERSION,
    declaration: {
      organization: { criticalWaivers: organization.criticalWaivers },
      environments: environments.map(({ name, waivers, budget }) => ({ name, waivers, budget })),
    },
  };
}

const waiver = z.object({
  rule: z.string(),
  reason: z.string(),
  until: z.string(),
  by: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
});
const money = z.object({ units: z.number(), currency: z.string() });
const schema = z.object({
  formatVersion: z.literal(SNAPSHOT_VERSION),
  stacks: z.array(z.object({ name: z.string(), stack: z.unknown() })),
  declaration: z.object({
    organization: z.object({ criticalWaivers: z.array(z.string()) }),
    environments: z.array(
      z.object({
        name: z.string(),
        waivers: z.array(waiver),
        budget: z
          .object({
            monthly: money,
            alertAt: z.array(z.number()),
            forecastAt: z.array(z.number()),
            emails: z.array(z.string()),
            pubsub: z.boolean(),
            cap: money.optional(),
          })
          .optional(),
      }),
    ),
  }),
  networks: z.array(
    z.object({ environment: z.string(), key: z.string(), network: z.string(), addresses: z.array(z.string()) }),
  ),
});

/** @returns undefined if another version of the program wrote it. */
export function parseSnapshot(text: string): Snapshot | undefined {
  try {
    return schema.parse(JSON.parse(text)) as Snapshot;
  } catch {
    return undefined;
  }
}
