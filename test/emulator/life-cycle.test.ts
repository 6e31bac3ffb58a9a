import fc from "fast-check";
import { type Client, project, startWithProject } from "./client";

/**
 * Any order of calls on one secret's versions and on two keys, against a model that knows only the rules. One emulator serves all
 * runs; each run has a secret and key names of its own.
 */

interface KeyModel {
  state: "absent" | "live" | "deleted";
  text: string;
}

interface Model {
  readonly versions: { state: "ENABLED" | "DISABLED" | "DESTROYED"; text: string }[];
  readonly keys: Record<string, KeyModel>;
}

interface Real {
  readonly client: Client;
  readonly secret: string;
  readonly keys: string;
  readonly run: number;
}

type Step = fc.AsyncCommand<Model, Real>;

const states = { enable: "ENABLED", disable: "DISABLED", destroy: "DESTROYED" } as const;
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A command is a function with a name, since each one may always be tried. */
function step(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return { check: () => true, run, toString: () => name };
}

const addVersion = fc.string({ minLength: 1, maxLength: 5 }).map((text) =>
  step(`add ${JSON.stringify(text)}`, async (model, { client, secret }) => {
    const { body } = await client.post(`${secret}:addVersion`, { payload: { data: base64(text) } });
    model.versions.push({ state: "ENABLED", text });
    expect(body).toMatchObject({
      state: "ENABLED",
      name: expect.stringMatching(`/versions/${model.versions.length}$`),
    });
  }),
);

const changeVersion = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom("enable" as const, "disable" as const, "destroy" as const))
  .map(([number, verb]) =>
    step(`${verb} ${number}`, async (model, { client, secret }) => {
      const { status, body } = await client.post(`${secret}/versions/${number}:${verb}`);
      const version = model.versions[number - 1];
      if (!version) {
        expect(status).toBe(404);
      } else if (version.state === "DESTROYED") {
        expect([status, body.error.status]).toEqual([400, "FAILED_PRECONDITION"]);
      } else {
        version.state = states[verb];
        expect([status, body.state]).toEqual([200, version.state]);
      }
    }),
  );

const readVersions = step("read versions", async (model, { client, secret }) => {
  const { body } = await client.get(`${secret}/versions`);
  const listed = (body.versions ?? []).map(({ state }: { state: string }) => state);
  expect(listed).toEqual(model.versions.map(({ state }) => state).reverse());
  for (const [index, version] of [...model.versions.entries(), ["latest", model.versions.at(-1)] as const]) {
    const answer = await client.get(`${secret}/versions/${index === "latest" ? index : index + 1}:access`);
    const wanted = !version ? 404 : version.state === "ENABLED" ? 200 : 400;
    expect(answer.status).toBe(wanted);
    if (wanted === 200) {
      expect(answer.body.payload.data).toBe(base64(version!.text));
    }
  }
});

const changeKey = fc
  .tuple(fc.constantFrom("a", "b"), fc.constantFrom("create" as const, "delete" as const, "undelete" as const))
  .map(([id, verb]) =>
    step(`${verb} key ${id}`, async (model, { client, keys, run }) => {
      const key = model.keys[id]!;
      const name = `${id}${run}`;
      const calls = {
        create: () => client.post(`${keys}?keyId=${name}`, {}),
        delete: () => client.delete(`${keys}/${name}`),
        undelete: () => client.post(`${keys}/${name}:undelete`),
      };
      const { status, body } = await calls[verb]();
      const wanted = {
        create: { absent: 200, live: 409, deleted: 409 },
        delete: { absent: 404, live: 200, deleted: 404 },
        undelete: { absent: 404, live: 400, deleted: 200 },
      }[verb][key.state];
      expect([verb, key.state, status]).toEqual([verb, key.state, wanted]);
      if (wanted === 200) {
        key.state = verb === "delete" ? "deleted" : "live";
        key.text = verb === "create" ? body.response.keyString : key.text;
      }
    }),
  );

const readKeys = step("read keys", async (model, { client, keys, run }) => {
  for (const [id, key] of Object.entries(model.keys)) {
    const answer = await client.get(`${keys}/${id}${run}/keyString`);
    expect(answer.status).toBe(key.state === "absent" ? 404 : 200);
    if (key.state !== "absent") {
      expect(answer.body.keyString).toBe(key.text);
      const used = await client.get("/translate/v2/languages", { "x-goog-api-key": key.text });
      expect(used.status).toBe(key.state === "live" ? 200 : 400);
    }
  }
});

test("versions and keys keep their rules in any order of calls", async () => {
  const client = await startWithProject([
    "apikeys.googleapis.com",
    "secretmanager.googleapis.com",
    "translate.googleapis.com",
  ]);
  let run = 0;
  const setup = async () => {
    run += 1;
    const secrets = `/sm/v1/projects/${project}/secrets`;
    await client.post(`${secrets}?secretId=s${run}`, { replication: { automatic: {} } });
    return {
      model: { versions: [], keys: { a: { state: "absent", text: "" }, b: { state: "absent", text: "" } } } as Model,
      real: {
        client,
        secret: `${secrets}/s${run}`,
        keys: `/apikeys/v2/projects/${project}/locations/global/keys`,
        run,
      },
    };
  };
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.commands([addVersion, changeVersion, fc.constant(readVersions), changeKey, fc.constant(readKeys)], {
          maxCommands: 40,
          // The default size would give so few calls that a version is hardly ever touched twice.
          size: "max",
        }),
        // Every run ends with a look at everything.
        (steps) => fc.asyncModelRun(setup, [...steps, readVersions, readKeys]),
      ),
      { numRuns: 60 },
    );
  } finally {
    await client.close();
  }
});
