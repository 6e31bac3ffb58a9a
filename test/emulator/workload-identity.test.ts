import { localIdToken } from "../../emulator/services/sts";
import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
let now: number;
const apis = ["iam.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"];
const pools = `/iambeta/v1/projects/${project}/locations/global/workloadIdentityPools`;
const day = 24 * 60 * 60 * 1000;
const issuerUri = "https://token.actions.githubusercontent.com";
const provider = {
  attributeMapping: {
    "google.subject": "assertion.sub",
    "attribute.event": "assertion.event_name",
    "attribute.environment": "has(assertion.environment) ? assertion.environment : 'none'",
  },
  attributeCondition: "assertion.repository == 'acme/keys'",
  oidc: { issuerUri },
};

beforeEach(async () => {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(apis, { now: () => new Date(now) });
});
afterEach(() => client.close());

const poolName = () => `projects/${projectNumber(client)}/locations/global/workloadIdentityPools/github`;
const providerName = () => `${poolName()}/providers/actions`;
const createPool = (id = "github", body: object = {}) => client.post(`${pools}?workloadIdentityPoolId=${id}`, body);
const createProvider = (body: object = provider, id = "actions") =>
  client.post(`${pools}/github/providers?workloadIdentityPoolProviderId=${id}`, body);
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const exists = errorBody(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists");
const missing = errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound");
const deletedOne = errorBody(400, "FAILED_PRECONDITION", "The resource is deleted.", "failedPrecondition");

describe("a pool", () => {
  test("is created, read, changed and listed", async () => {
    const created = await createPool("github", { displayName: "GitHub" });
    const value = { name: poolName(), displayName: "GitHub", state: "ACTIVE" };
    expect(created.body).toEqual({
      name: expect.stringMatching(`^${poolName()}/operations/\\d+$`),
      done: true,
      response: value,
    });
    expect((await client.get(`/iam/v1/${created.body.name}`)).body).toEqual(created.body);
    expect((await client.get(`${pools}/github`)).body).toEqual(value);
    const changed = await client.patch(`${pools}/github?updateMask=disabled,displayName`, { disabled: true });
    expect(changed.body.response).toEqual({ name: poolName(), disabled: true, state: "ACTIVE" });
    expect((await client.get(pools)).body).toEqual({ workloadIdentityPools: [changed.body.response] });
    expect((await client.get(`${pools}/github:listAttestationRules`)).body).toEqual({});
    expect((await client.get(`${pools}/other`)).body).toEqual(missing);
    expect((await createPool()).body).toEqual(exists);
  });

  test("stays taken for 30 days after it is deleted, and comes back", async () => {
    await createPool();
    const deleted = { name: poolName(), state: "DELETED", expireTime: "2026-12-24T00:00:00.000Z" };
    expect((await client.delete(`${pools}/github`)).body.response).toEqual(deleted);
    expect((await client.get(`${pools}/github`)).body).toEqual(deleted);
    expect((await client.get(pools)).body).toEqual({});
    expect((await client.get(`${pools}?showDeleted=true`)).body.workloadIdentityPools).toEqual([deleted]);
    expect((await createPool()).body).toEqual(exists);
    expect((await client.delete(`${pools}/github`)).body).toEqual(deletedOne);
    expect((await createProvider()).body).toEqual(deletedOne);
    expect((await client.post(`${pools}/github:undelete`, {})).body.response.state).toBe("ACTIVE");
    expect((await client.post(`${pools}/github:undelete`, {})).body).toEqual(
      errorBody(400, "FAILED_PRECONDITION", "The resource is not deleted.", "failedPrecondition"),
    );
    await client.delete(`${pools}/github`);
    now += 30 * day;
    expect((await client.get(`${pools}/github`)).body).toEqual(missing);
    expect((await createPool()).status).toBe(200);
  });

  test.each(["abc", "gcp-pool", "Upper", "a".repeat(33)])("is not named %j", async (id) => {
    const message = `workloadIdentityPoolId must have 4 to 32 lower-case letters, digits and hyphens, and not begin with gcp-, got: "${id}".`;
    expect((await createPool(id)).body).toEqual(invalid(message));
  });

  test.each([
    [{ displayName: "x".repeat(33) }, "The display name must have at most 32 characters."],
    [{ description: "x".repeat(257) }, "The description must have at most 256 characters."],
    [
      { colour: "red" },
      "Invalid JSON payload received. Unknown name \"colour\" at 'workload_identity_pool': Cannot find field.",
    ],
  ])("is refused %j", async (body, message) => {
    expect((await createPool("github", body)).body).toEqual(invalid(message));
  });

  test("needs its API", async () => {
    await client.post(`/su/v1/projects/${project}/services/iam.googleapis.com:disable`, {});
    expect((await createPool()).body.error.errors[0].reason).toBe("accessNotConfigured");
  });
});

test("a policy names only pools that are there, by the number of their project", async () => {
  const accounts = `/iam/v1/projects/${project}/serviceAccounts`;
  await client.post(accounts, { accountId: "planner" });
  const set = (pool: string) => {
    const members = [`principalSet://iam.googleapis.com/${pool}/*`];
    const policy = { bindings: [{ role: "roles/iam.workloadIdentityUser", members }] };
    return client.post(`${accounts}/planner@${project}.iam.gserviceaccount.com:setIamPolicy`, { policy });
  };
  const unknown = (pool: string) =>
    invalid(
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
    );
  expect((await set(poolName())).body).toEqual(unknown(poolName()));
  await createPool();
  expect((await set(poolName())).status).toBe(200);
  const byId = poolName().replace(projectNumber(client), project);
  expect((await set(byId)).body).toEqual(unknown(byId));
  expect((await set("projects/1/locations/global/workloadIdentityPools/elsewhere")).status).toBe(200);
});

test("with a delay a pool is there when its operation is done", async () => {
  const slow = await startWithProject([], { operationDelayMs: 1000, now: () => new Date(now) });
  now += 1000;
  await slow.post(`/su/v1/projects/${project}/services/iam.googleapis.com:enable`, {});
  now += 1000;
  const { body } = await slow.post(`${pools}?workloadIdentityPoolId=github`, {});
  expect(body.done).toBe(false);
  expect((await slow.get(`${pools}/github`)).body).toEqual(missing);
  now += 1000;
  expect((await slow.get(`/iambeta/v1/${body.name}`)).body).toMatchObject({
    done: true,
    response: { state: "ACTIVE" },
  });
  expect((await slow.get(`${pools}/github/operations/99999`)).body).toEqual(missing);
  await slow.close();
});

describe("a provider", () => {
  beforeEach(async () => {
    await createPool();
  });

  test("is created, read, changed, listed, deleted and undeleted", async () => {
    const created = await createProvider();
    const value = { name: providerName(), ...provider, state: "ACTIVE" };
    expect(created.body.response).toEqual(value);
    expect((await client.get(`/iambeta/v1/${created.body.name}`)).body).toEqual(created.body);
    expect((await client.get(`${pools}/github/providers`)).body).toEqual({ workloadIdentityPoolProviders: [value] });
    const path = `${pools}/github/providers/actions`;
    const mask = "oidc.allowed_audiences,oidc.issuer_uri,oidc.jwks_json";
    const oidc = { issuerUri, allowedAudiences: ["keys"] };
    expect((await client.patch(`${path}?updateMask=${mask}`, { oidc })).body.response).toEqual({ ...value, oidc });
    expect((await createProvider()).body).toEqual(exists);
    expect((await client.delete(path)).body.response).toMatchObject({ state: "DELETED" });
    expect((await createProvider()).body).toEqual(exists);
    expect((await client.get(`${pools}/github/providers`)).body).toEqual({});
    expect((await client.post(`${path}:undelete`, {})).body.response).toEqual({ ...value, oidc });
    expect((await client.get(`${pools}/github/providers/other`)).body).toEqual(missing);
  });

  test.each<[string, object, string]>([
    [
      "no subject",
      { attributeMapping: { "attribute.x": "assertion.x" } },
      "The attribute mapping must have google.subject.",
    ],
    [
      "an attribute of Google's",
      { attributeMapping: { ...provider.attributeMapping, "google.mail": "assertion.x" } },
      'The attribute "google.mail" must match ^(?:google\\.(?:subject|groups)|attribute\\.[a-z0-9_]{1,100})$.',
    ],
    [
      "a mapping that does not parse",
      { attributeMapping: { "google.subject": "assertion.sub +" } },
      "The CEL expression of the mapping of google.subject is not valid: <input>:1:15: found + but expecting end of input",
    ],
    [
      "a mapping of what is mapped",
      { attributeMapping: { "google.subject": "attribute.x" } },
      "The CEL expression of the mapping of google.subject is not valid: undeclared reference to 'attribute'.",
    ],
    [
      "a condition that does not parse",
      { attributeCondition: "(assertion.a" },
      "The CEL expression of the attribute condition is not valid: <input>:1:13: found end of input but expecting ')'",
    ],
    [
      "a condition on something else",
      { attributeCondition: "request.time == assertion.a" },
      "The CEL expression of the attribute condition is not valid: undeclared reference to 'request'.",
    ],
    [
      "a long condition",
      { attributeCondition: `assertion.a == '${"x".repeat(4096)}'` },
      "The CEL expression of the attribute condition must have at most 4096 characters.",
    ],
    ["no kind", { oidc: undefined }, "A provider must have exactly one of aws, oidc, saml and x509."],
    [
      "plain http",
      { oidc: { issuerUri: "http://ci.example.com" } },
      'The issuer URI must be a URL that begins with https://, got: "http://ci.example.com".',
    ],
    [
      "many audiences",
      { oidc: { issuerUri, allowedAudiences: Array.from({ length: 11 }, (_, i) => `a${i}`) } },
      "At most 10 audiences of at most 256 characters are allowed.",
    ],
    ...["", "true", "'a' == 'a'"].map((attributeCondition): [string, object, string] => [
      `the condition ${JSON.stringify(attributeCondition)} for an issuer of everybody`,
      { attributeCondition },
      "The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
    ]),
  ])("refused: %s", async (_title, change, message) => {
    expect((await createProvider({ ...provider, ...change })).body).toEqual(invalid(message));
  });

  test("needs no condition for an issuer of one's own", async () => {
    const { attributeCondition: _, ...open } = provider;
    expect((await createProvider({ ...open, oidc: { issuerUri: "https://ci.example.com" } })).status).toBe(200);
  });

  test("cannot lose its condition, nor change its name", async () => {
    await createProvider();
    const path = `${pools}/github/providers/actions`;
    expect((await client.patch(`${path}?updateMask=attributeCondition`, {})).status).toBe(400);
    expect((await client.patch(`${path}?updateMask=name`, {})).body).toEqual(
      invalid("update_mask: name cannot be changed."),
    );
    const aws = await createProvider({ ...provider, oidc: undefined, aws: { accountId: "1" } }, "amazon");
    expect(aws.body).toEqual(
      errorBody(501, "UNIMPLEMENTED", "The local cloud has only OIDC providers.", "notImplemented"),
    );
  });
});

const claims = {
  iss: issuerUri,
  sub: "repo:acme/keys:pull_request",
  repository: "acme/keys",
  event_name: "pull_request",
};

describe("a token exchange", () => {
  const audience = () => `//iam.googleapis.com/${providerName()}`;
  const request = (changes: object = {}, more: object = {}) => ({
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: audience(),
    scope: "https://www.googleapis.com/auth/cloud-platform",
    requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
    subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    subjectToken: localIdToken({ ...claims, aud: `https:${audience()}`, ...changes }),
    ...more,
  });

  beforeEach(async () => {
    await createPool();
    await createProvider();
  });

  test("gives an access token, for JSON and for a form", async () => {
    const answer = {
      access_token: expect.stringMatching(/^local-cloud\/principal:\/\//),
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 3600,
    };
    const json = await client.post("/sts/v1/token", request());
    expect([json.status, json.body]).toEqual([200, answer]);
    const entries = Object.entries(request()).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      String(value),
    ]);
    const form = await client.send("POST", "/sts/v1/token", {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(Object.fromEntries(entries)).toString(),
    });
    expect(form.body).toEqual(json.body);
  });

  test.each<[string, object, object, string, string]>([
    [
      "another repository",
      { repository: "evil/keys" },
      {},
      "unauthorized_client",
      "The given credential is rejected by the attribute condition.",
    ],
    [
      "a claim that is missing",
      { event_name: undefined },
      {},
      "invalid_grant",
      "Unable to map attribute.event from the claims of the token.",
    ],
    [
      "another issuer",
      { iss: "https://evil.example.com" },
      {},
      "invalid_grant",
      "The issuer in ID Token https://evil.example.com does not match the expected ones.",
    ],
    [
      "another audience",
      { aud: "else" },
      {},
      "invalid_grant",
      "The audience in ID Token [else] does not match the expected audience.",
    ],
    [
      "an old token",
      { iat: 1700000000, exp: 1700000300 },
      {},
      "invalid_grant",
      "ID Token issued at 1700000000 is stale to sign-in.",
    ],
    [
      "a long subject",
      { sub: "x".repeat(128) },
      {},
      "invalid_request",
      "The mapped google.subject must have 1 to 127 bytes.",
    ],
    [
      "a signature",
      {},
      { subjectToken: "e30.e30.c2lnbmVk" },
      "invalid_grant",
      "The local cloud takes only test tokens, whose signature is the word local.",
    ],
    ["no token", {}, { subjectToken: "x" }, "invalid_grant", "The subject token is not a JSON Web Token."],
    [
      "another provider",
      {},
      { audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b" },
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    ],
    [
      "another grant",
      {},
      { grantType: "password" },
      "invalid_request",
      "grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.",
    ],
    ["no scope", {}, { scope: "" }, "invalid_request", "scope is missing."],
  ])("is refused for %s", async (_title, changes, more, error, error_description) => {
    const { status, body } = await client.post("/sts/v1/token", request(changes, more));
    expect([status, body]).toEqual([400, { error, error_description }]);
  });

  test("is refused by a pool that is disabled, and without the API", async () => {
    await client.patch(`${pools}/github?updateMask=disabled`, { disabled: true });
    expect((await client.post("/sts/v1/token", request())).body.error).toBe("invalid_target");
    await client.patch(`${pools}/github?updateMask=disabled`, {});
    await client.post(`/su/v1/projects/${project}/services/sts.googleapis.com:disable`, {});
    expect((await client.post("/sts/v1/token", request())).body.error.errors[0].reason).toBe("accessNotConfigured");
  });

  describe("for CI", () => {
    const email = (id: string) => `${id}@${project}.iam.gserviceaccount.com`;
    const deployerClaims = {
      sub: "repo:acme/keys:environment:prod",
      event_name: "push",
      ref: "refs/heads/main",
      environment: "prod",
    };

    /** Pull requests may plan; only a push in the environment `prod` may deploy. */
    beforeEach(async () => {
      const set = `principalSet://iam.googleapis.com/${poolName()}`;
      const may: Readonly<Record<string, string>> = {
        planner: `${set}/attribute.event/pull_request`,
        deployer: `principal://iam.googleapis.com/${poolName()}/subject/repo:acme/keys:environment:prod`,
      };
      for (const [accountId, member] of Object.entries(may)) {
        await client.post(`/iam/v1/projects/${project}/serviceAccounts`, { accountId });
        const account = `/iam/v1/projects/${project}/serviceAccounts/${email(accountId)}`;
        const policy = (await client.post(`${account}:getIamPolicy?options.requestedPolicyVersion=3`)).body;
        const bindings = [{ role: "roles/iam.workloadIdentityUser", members: [member] }];
        const set = await client.post(`${account}:setIamPolicy`, { policy: { ...policy, bindings } });
        expect(set.status).toBe(200);
      }
    });

    const become = async (id: string, changes: object, body: object = { scope: ["cloud-platform"] }) => {
      const { access_token } = (await client.post("/sts/v1/token", request(changes))).body;
      return client.post(`/iamcredentials/v1/projects/-/serviceAccounts/${email(id)}:generateAccessToken`, body, {
        Authorization: `Bearer ${access_token}`,
      });
    };
    const permission = "iam.serviceAccounts.getAccessToken";
    const denied = errorBody(
      403,
      "PERMISSION_DENIED",
      `Permission '${permission}' denied on resource (or it may not exist).`,
      "forbidden",
      [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "IAM_PERMISSION_DENIED",
          domain: "googleapis.com",
          metadata: { permission },
        },
      ],
    );

    test("a pull request plans and does not deploy", async () => {
      expect((await become("planner", {})).body).toEqual({
        accessToken: `local-cloud/${email("planner")}`,
        expireTime: "2026-11-24T01:00:00.000Z",
      });
      expect((await become("deployer", {})).body).toEqual(denied);
    });

    test("the protected environment deploys and does not plan", async () => {
      expect((await become("deployer", deployerClaims)).body.accessToken).toBe(`local-cloud/${email("deployer")}`);
      expect((await become("planner", deployerClaims)).body).toEqual(denied);
      expect((await become("deployer", { ...deployerClaims, sub: "repo:acme/keys:ref:refs/heads/main" })).body).toEqual(
        denied,
      );
      expect((await become("nobody", deployerClaims)).body).toEqual(denied);
    });

    test("an account needs the API and a lifetime of at most an hour, and must not be disabled", async () => {
      expect((await become("planner", {}, {})).body).toEqual(invalid("Scope required."));
      expect((await become("planner", {}, { scope: ["x"], lifetime: "3601s" })).body).toEqual(
        invalid("The lifetime must be 1s to 3600s, got: 3601s."),
      );
      await client.post(`/iam/v1/projects/${project}/serviceAccounts/${email("planner")}:disable`, {});
      const message = `Service account ${email("planner")} is disabled.`;
      expect((await become("planner", {})).body).toEqual(
        errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"),
      );
      await client.post(`/su/v1/projects/${project}/services/iamcredentials.googleapis.com:disable`, {});
      expect((await become("planner", {})).body.error.errors[0].reason).toBe("accessNotConfigured");
    });

    test("a custom role with the permission counts, a binding with a condition does not", async () => {
      const role = `projects/${project}/roles/impersonate`;
      await client.post(`/iam/v1/projects/${project}/roles`, {
        roleId: "impersonate",
        role: { includedPermissions: [permission], stage: "GA" },
      });
      const account = `/iam/v1/projects/${project}/serviceAccounts/${email("planner")}`;
      const members = [`principalSet://iam.googleapis.com/${poolName()}/*`];
      const set = (condition?: object) =>
        client.post(`${account}:setIamPolicy`, {
          policy: { version: 3, bindings: [{ role, members, ...(condition && { condition }) }] },
        });
      await set({ title: "never", expression: "false" });
      expect((await become("planner", deployerClaims)).body).toEqual(denied);
      await set();
      expect((await become("planner", deployerClaims)).status).toBe(200);
    });

    test("whoever started the local cloud may be anybody that exists; a stranger is nobody", async () => {
      const send = (id: string, Authorization?: string) =>
        client.post(
          `/iamcredentials/v1/projects/-/serviceAccounts/${email(id)}:generateAccessToken`,
          { scope: ["x"] },
          { ...(Authorization && { Authorization }) },
        );
      expect((await send("deployer", "Bearer local-cloud")).status).toBe(200);
      expect((await send("nobody", "Bearer local-cloud")).body).toEqual(
        errorBody(404, "NOT_FOUND", `Not found; Gaia id not found for email ${email("nobody")}`, "notFound"),
      );
      expect((await send("deployer", `Bearer local-cloud/${email("planner")}`)).body).toEqual(denied);
      for (const header of [undefined, "Bearer ya29.x", "Bearer local-cloud/principal://x"]) {
        expect((await send("deployer", header)).status).toBe(401);
      }
    });
  });
});
