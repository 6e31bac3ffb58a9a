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
    await succeed(() => bench.pushState(stack, "errored.tfstate"));
    done.push("state");
  }
  const lock = /Error acquiring the state lock[\s\S]*?ID: +(\d+)/.exec(output)?.[1];
  if (lock !== undefined) {
    await succeed(() => bench.forceUnlock(stack, lock));
    done.push("lock");
  }
  for (const address of existing(output)) {
    const importId = IMPORT_IDS[address.split(".")[0]!];
    if (!importId) throw new Error(`docs/recovery.md does not tell how to import ${address}`);
    await succeed(() => bench.import(stack, address, importId(project, resources[address]!)));
    done.push(address);
  }
  return done;
}

/** The addresses of resources that could not be made because they exist. */
function existing(output: string): string[] {
  return output.split("Error: ").flatMap((error) => {
    const [, address] = /with (google_[\w.-]+)/.exec(error) ?? [];
    return address && /already ?exists/i.test(error) ? [address] : [];
  });
}

/** Faults go on while a person recovers, who tries again. */
async function succeed(run: () => Promise<{ code: number; output: string }>): Promise<void> {
  let result = await run();
  for (let attempt = 2; result.code !== 0 && attempt <= 3; attempt++) result = await run();
  if (result.code !== 0) throw new Error(result.output);
}

/**
 * Deletes what was made and is not in the state: what Google gives a number to is simply made again. Channels come last, since
 * the others hold them.
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
  return deleted.sort();
}

interface Named {
  readonly name: string;
  readonly displayName: string;
}
