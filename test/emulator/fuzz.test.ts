import fc from "fast-check";
import { type Client, project, startWithProject } from "./client";

/** Any body, at every route that takes one: it is taken or refused, and never a bug of the local cloud (500). */

const parent = `projects/${project}`;
const pools = `/iam/v1/${parent}/locations/global/workloadIdentityPools`;
const rings = `/kms/v1/${parent}/locations/us/keyRings`;
const buckets = "/storage/storage/v1/b";
const policies = `/orgpolicy/v2/${parent}/policies`;
const preferences = `/quotas/v1/${parent}/locations/global/quotaPreferences`;
const contacts = `/contacts/v1/${parent}/contacts`;
const quotaId = "GenerateRequestsPerDayPerProjectPerModel";
const service = "generativelanguage.googleapis.com";

/** One of each, for the routes that change something. */
const existing: readonly (readonly [string, object])[] = [
  [`${pools}?workloadIdentityPoolId=pool`, {}],
  [
    `${pools}/pool/providers?workloadIdentityPoolProviderId=prov`,
    { attributeMapping: { "google.subject": "assertion.sub" }, oidc: { issuerUri: "https://ci.example.com" } },
  ],
  [`${rings}?keyRingId=ring`, {}],
  [`${rings}/ring/cryptoKeys?cryptoKeyId=key`, { purpose: "ENCRYPT_DECRYPT" }],
  [`/iam/v1/${parent}/roles`, { roleId: "role", role: {} }],
  [`${buckets}?project=${project}`, { name: "acme-keys" }],
  [policies, { name: `${parent}/policies/a.b`, spec: { rules: [{ enforce: true }] } }],
  [`${preferences}?quotaPreferenceId=q`, { service, quotaId, quotaConfig: { preferredValue: "1" } }],
  [contacts, { email: "a@example.com", languageTag: "en", notificationCategorySubscriptions: ["ALL"] }],
];

const routes = [
  `POST ${pools}?workloadIdentityPoolId=other`,
  `PATCH ${pools}/pool`,
  `POST ${pools}/pool/providers?workloadIdentityPoolProviderId=other`,
  `PATCH ${pools}/pool/providers/prov`,
  `PATCH ${pools}/pool/providers/prov?updateMask=oidc.issuerUri,attributeMapping`,
  "POST /sts/v1/token",
  `POST /iamcredentials/v1/projects/-/serviceAccounts/a@${project}.iam.gserviceaccount.com:generateAccessToken`,
  `POST ${rings}/ring/cryptoKeys?cryptoKeyId=other`,
  `PATCH ${rings}/ring/cryptoKeys/key?updateMask=labels,rotationPeriod,nextRotationTime,versionTemplate.algorithm`,
  `POST ${rings}/ring/cryptoKeys/key:setIamPolicy`,
  `POST /iam/v1/${parent}/roles`,
  `PATCH /iam/v1/${parent}/roles/role`,
  `POST ${buckets}?project=${project}`,
  `PATCH ${buckets}/acme-keys`,
  `PUT ${buckets}/acme-keys/iam`,
  `POST ${policies}`,
  `PATCH ${policies}/a.b`,
  `POST ${preferences}`,
  `PATCH ${preferences}/q`,
  `POST ${contacts}`,
  `PATCH ${contacts}/1`,
  `POST /crm/v1/${parent}:setIamPolicy`,
];

const names =
  "displayName description disabled attributeMapping attributeCondition oidc issuerUri allowedAudiences google.subject audience subjectToken grantType scope subjectTokenType lifetime purpose labels rotationPeriod nextRotationTime versionTemplate algorithm destroyScheduledDuration role roleId title stage includedPermissions name location iamConfiguration publicAccessPrevention lifecycle rule action type condition age matchesPrefix isLive retentionPolicy retentionPeriod softDeletePolicy retentionDurationSeconds logging logBucket encryption defaultKmsKeyName versioning enabled spec rules enforce values allowedValues reset quotaConfig preferredValue quotaId service dimensions email languageTag notificationCategorySubscriptions policy bindings members updateMask etag __proto__ constructor".split(
    " ",
  );
const texts = [
  "",
  ..."ENCRYPT_DECRYPT GA ALL en Delete enforced a@example.com https://ci.example.com assertion.sub 86400s 1 other-bucket allUsers roles/viewer a.e30.local toString __proto__ 0001-01-01T00:00:00Z".split(
    " ",
  ),
  "assertion.a == 'x'",
  quotaId,
  service,
  `${parent}/policies/a.c`,
  `${parent}/roles/role`,
  `${parent}/locations/us/keyRings/ring/cryptoKeys/key`,
  "urn:ietf:params:oauth:grant-type:token-exchange",
  "urn:ietf:params:oauth:token-type:jwt",
];

const name = fc.constantFrom(...names);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(...texts, null, true, false),
    fc.integer(),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 6 }),
  ),
}));

let client: Client;
beforeAll(async () => {
  const apis = ["iam", "iamcredentials", "sts", "cloudkms"].map((api) => `${api}.googleapis.com`);
  client = await startWithProject(apis);
  for (const [path, body] of existing) {
    expect([path, (await client.post(path, body)).status]).toEqual([path, 200]);
  }
});
afterAll(() => client.close());

test("every body is taken or refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.dictionary(name, value, { maxKeys: 8 }), async (route, body) => {
      const [method, path] = route.split(" ") as [string, string];
      const { status } = await client.send(method, path, {
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", Authorization: "Bearer local-cloud" },
      });
      expect([200, 400, 403, 404, 409, 412, 501]).toContain(status);
    }),
    { numRuns: 2000 },
  );
  expect(client.emulator.unknownRoutes).toEqual([]);
});
