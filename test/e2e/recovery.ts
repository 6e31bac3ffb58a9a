import { stripVTControlCharacters } from "node:util";
import type { ChildResult } from "../../cli/child";
import type { Workbench } from "./workbench";

const STATE_BUCKET = "acme-gemini-state";

type Attributes = Readonly<Record<string, unknown>>;

/** What docs/recovery.md tells to import a resource by, for each type whose name is ours. */
const IMPORT_IDS: Readonly<Record<string, (project: string, attributes: Attributes) => string>> = {
  google_project: (project) => project,
  google_service_account: (project, { account_id }) =>
    `projects/${project}/serviceAccounts/${account_id}@${project}.iam.gserviceaccount.com`,
  google_apikeys_key: (project, { name }) => `projects/${project}/locations/global/keys/${name}`,
  google_secret_manager_secret: (project, { secret_id }) => `projects/${project}/secrets/${secret_id}`,
  google_project_iam_custom_role: (project, { role_id }) => `projects/${project}/roles/${role_id}`,
  google_logging_metric: (project, { name }) => `${project} ${name}`,
  google_logging_project_sink: (project, { name }) => `projects/${project}/sinks/${name}`,
  google_pubsub_topic: (project, { name }) => `projects/${project}/topics/${name}`,
};

/**
 * Does what docs/recovery.md tells to do after a deployment that failed with this output.
 *
 * @returns the addresses that were imported, `lock` if there was one to take away, `state` if one was not written.
 */
export async function recover(bench: Workbench, stack: string, output: string): Promise<string[]> {
  const project = bench.inventory(stack).project.id;
  const resources = bench.resources(stack);
  const done: string[] = [];
  if (output.includes("terraform state push errored.tfstate")) {
    await succeed(bench, stack, () => pushState(bench, stack));
    done.push("state");
  }
  if (await unlock(bench, stack, output)) done.push("lock");
  for (const address of existing(output)) {
    const importId = IMPORT_IDS[address.split(".")[0]!];
    if (!importId) throw new Error(`docs/recovery.md does not tell how to import ${address}`);
    await succeed(bench, stack, () => bench.import(stack, address, importId(project, resources[address]!)));
    done.push(address);
  }
  return done;
}

/** If the answer of a push was lost, the next is refused: the state is there. */
async function pushState(bench: Workbench, stack: string): Promise<ChildResult> {
  const pushed = await bench.pushState(stack, "errored.tfstate");
  return pushed.output.includes("over newer state") ? { ...pushed, code: 0 } : pushed;
}

/** Takes away the lock that a run could not get, if that is why it failed. */
async function unlock(bench: Workbench, stack: string, output: string): Promise<boolean> {
  const lock = /Error acquiring the state lock[\s\S]*?ID: +(\d+)/.exec(output)?.[1];
  if (lock !== undefined) await succeed(bench, stack, () => bench.forceUnlock(stack, lock));
  return lock !== undefined;
}

/** The addresses of resources that could not be made because they exist. */
function existing(output: string): string[] {
  return output.split("Error: ").flatMap((error) => {
    const [, address] = /with (google_[\w.-]+)/.exec(error) ?? [];
    return address && /already ?exists/i.test(error) ? [address] : [];
  });
}

/** Faults go on while a person recovers, who tries again: up to six times, each time without the lock of the last. */
async function succeed(bench: Workbench, stack: string, run: () => Promise<ChildResult>, tries = 6): Promise<void> {
  const { code, output } = await run();
  if (code === 0) return;
  if (tries === 1) throw new Error(output);
  await unlock(bench, stack, stripVTControlCharacters(output));
  await succeed(bench, stack, run, tries - 1);
}

/**
 * Deletes what was made and is not in the state: what Google gives a number to is simply made again. Channels come last, since
 * the others hold them. Of secrets versions are destroyed.
 *
 * @returns the titles.
 */
export async function deleteForgotten(bench: Workbench, stack: string): Promise<string[]> {
  const { store, url } = bench.cloud;
  const { projectId, billingAccount } = store.project(bench.inventory(stack).project.id)!;
  const state = store.objects.get(STATE_BUCKET, `gemkeys/${stack}/default.tfstate`)!.data;
  const known = Buffer.from(state, "base64").toString("utf8");
  const deleted: string[] = [];
  for (const [api, parent, collection] of [
    ["mon/v3", `projects/${projectId}`, "alertPolicies"],
    ["mon/v1", `projects/${projectId}`, "dashboards"],
    ["budgets/v1", `billingAccounts/${billingAccount}`, "budgets"],
    ["mon/v3", `projects/${projectId}`, "notificationChannels"],
  ]) {
    const list = await (await fetch(`${url}/${api}/${parent}/${collection}`)).json();
    for (const { name, displayName } of (list as Record<string, Named[]>)[collection!] ?? []) {
      if (known.includes(name.split("/").at(-1)!)) continue;
      const { status } = await fetch(`${url}/${api}/${name}`, { method: "DELETE" });
      if (status !== 200) throw new Error(`DELETE of ${name}: ${status}`);
      deleted.push(displayName);
    }
  }
  for (const { id, versions } of store.secrets.list(projectId)) {
    for (const { number } of versions) {
      const version = `secrets/${id}/versions/${number}`;
      if (known.includes(`/${version}"`)) continue;
      const { status } = await fetch(`${url}/sm/v1/projects/${projectId}/${version}:destroy`, { method: "POST" });
      if (status !== 200) throw new Error(`destroy of ${version}: ${status}`);
      deleted.push(version);
    }
  }
  return deleted.sort();
}

interface Named {
  readonly name: string;
  readonly displayName: string;
}
