import { DEPLOYER_ID, PLANNER_ID, serviceAccountEmail } from "../../values/key-names";
import { type Client, createProject, projectNumber, startClient } from "../emulator/client";
import { GITHUB_SYSTEM, GITLAB_SYSTEM, synthBootstrap } from "../helpers/bootstrap";
import { becomes, type TokenClaims } from "../helpers/ci-tokens";
import { ofType, resource } from "../helpers/synth-template";

// What the synthesized conditions let in, on the local cloud: tokens as the two systems make them, word for word.

const PROJECT = "acme-gemini-admin";
const TEMPLATE = synthBootstrap({ ciSystems: [GITHUB_SYSTEM, GITLAB_SYSTEM] });
const IDENTITIES = { planner: PLANNER_ID, deployer: DEPLOYER_ID } as const;
type Identity = keyof typeof IDENTITIES;

let client: Client;
beforeAll(async () => {
  client = await startClient();
  await createProject(client, PROJECT, ["iam.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"]);
  await deploy("planner");
  await deploy("deployer");
});
afterAll(() => client.close());

/** Makes what the stack holds of an identity, with Terraform's references replaced. */
async function deploy(identity: Identity): Promise<void> {
  const id = IDENTITIES[identity];
  const pools = `/iambeta/v1/projects/${PROJECT}/locations/global/workloadIdentityPools`;
  await made(client.post(`/iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: id }));
  await made(client.post(`${pools}?workloadIdentityPoolId=${id}`, {}));
  const providers = Object.entries(ofType(TEMPLATE, "google_iam_workload_identity_pool_provider"));
  for (const [, provider] of providers.filter(([address]) => address.startsWith(identity))) {
    const { issuer_uri, allowed_audiences } = provider["oidc"] as Record<string, unknown>;
    const name = provider["workload_identity_pool_provider_id"];
    await made(
      client.post(`${pools}/${id}/providers?workloadIdentityPoolProviderId=${name}`, {
        attributeMapping: provider["attribute_mapping"] as object,
        attributeCondition: provider["attribute_condition"] as string,
        oidc: { issuerUri: issuer_uri, allowedAudiences: allowed_audiences },
      }),
    );
  }
  const { role, member } = resource(TEMPLATE, `google_service_account_iam_member.${identity}_pool-user`);
  const resolved = String(member).replace(/\$\{google_iam_workload_identity_pool\.\w+\.name\}/, poolName(id));
  const account = `/iam/v1/projects/${PROJECT}/serviceAccounts/${serviceAccountEmail(id, PROJECT)}`;
  await made(client.post(`${account}:setIamPolicy`, { policy: { bindings: [{ role, members: [resolved] }] } }));
}

async function made(answer: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await answer;
  expect([status, status === 200 ? "" : text]).toEqual([200, ""]);
}

function poolName(id: string): string {
  return `projects/${projectNumber(client, PROJECT)}/locations/global/workloadIdentityPools/${id}`;
}

/** The identities that a token gets, whichever pool and account it is taken to. */
async function identitiesOf(provider: string, claims: TokenClaims): Promise<string[]> {
  const got: string[] = [];
  for (const pool of Object.values(IDENTITIES)) {
    for (const account of Object.values(IDENTITIES)) {
      const email = serviceAccountEmail(account, PROJECT);
      const status = await becomes(client.emulator.url, email, `${poolName(pool)}/providers/${provider}`, claims);
      if (status === 200) got.push(`${account} by the pool ${pool}`);
    }
  }
  return got;
}

const PLANS = ["gemkeys-planner by the pool gemkeys-planner"];
const DEPLOYS = ["gemkeys-deployer by the pool gemkeys-deployer"];
const NOTHING: string[] = [];

describe("GitHub Actions", () => {
  const shared = {
    iss: "https://token.actions.githubusercontent.com",
    repository: "acme/gemini-keys",
    repository_id: "74",
    repository_owner: "acme",
    repository_owner_id: "65",
    actor: "jo",
    workflow: "keys",
    ref_type: "branch",
  };
  const pullRequest = {
    ...shared,
    sub: "repo:acme/gemini-keys:pull_request",
    event_name: "pull_request",
    ref: "refs/pull/7/merge",
    ref_protected: "false",
    base_ref: "main",
    head_ref: "new-key",
  };
  const push = {
    ...shared,
    sub: "repo:acme/gemini-keys:environment:production",
    event_name: "push",
    ref: "refs/heads/main",
    ref_protected: "true",
    environment: "production",
  };

  test.each<[string, TokenClaims, string[]]>([
    ["a pull request", pullRequest, PLANS],
    ["a pull request that names the environment", { ...pullRequest, environment: "production" }, PLANS],
    ["a push to the protected branch, in the environment", push, DEPLOYS],
    ["a push to another branch", { ...push, ref: "refs/heads/feature" }, NOTHING],
    ["a push to a branch that begins with its name", { ...push, ref: "refs/heads/main2" }, NOTHING],
    ["a push of a tag of the branch's name", { ...push, ref: "refs/tags/main", ref_type: "tag" }, NOTHING],
    ["a push to the branch while it is not protected", { ...push, ref_protected: "false" }, NOTHING],
    ["a push to the branch in another environment", { ...push, environment: "staging" }, NOTHING],
    ["a push to the branch without environment", without(push, "environment"), NOTHING],
    ["pull_request_target, which runs on the branch", { ...push, event_name: "pull_request_target" }, NOTHING],
    ["workflow_dispatch on the branch", { ...push, event_name: "workflow_dispatch" }, NOTHING],
    ["issue_comment on the branch", { ...push, event_name: "issue_comment" }, NOTHING],
    ["a pull request within a fork", { ...pullRequest, repository: "stranger/gemini-keys" }, NOTHING],
    ["a push within a fork", { ...push, repository: "stranger/gemini-keys" }, NOTHING],
    ["another repository of the owner", { ...push, repository: "acme/other" }, NOTHING],
    ["another spelling of the repository", { ...push, repository: "Acme/gemini-keys" }, NOTHING],
    ["another issuer", { ...push, iss: "https://gitlab.com" }, NOTHING],
    ["a token for another audience", { ...push, aud: "https://github.com/acme" }, NOTHING],
    ["a token without the claims", { iss: shared.iss, sub: push.sub }, NOTHING],
  ])("%s", async (_, claims, expected) => {
    expect(await identitiesOf("github", claims)).toEqual(expected);
  });

  test("its tokens are of no use at the provider of GitLab", async () => {
    expect(await identitiesOf("oidc-gitlab", { ...push, aud: "gemkeys" })).toEqual(NOTHING);
  });
});

describe("GitLab", () => {
  const shared = {
    iss: "https://gitlab.com",
    aud: "gemkeys",
    namespace_path: "acme",
    project_path: "acme/gemini-keys",
    project_id: "22",
    user_login: "jo",
    ref_type: "branch",
  };
  const mergeRequest = {
    ...shared,
    sub: "project_path:acme/gemini-keys:ref_type:branch:ref:new-key",
    pipeline_source: "merge_request_event",
    ref: "new-key",
    ref_protected: "false",
  };
  const push = {
    ...shared,
    sub: "project_path:acme/gemini-keys:ref_type:branch:ref:main",
    pipeline_source: "push",
    ref: "main",
    ref_protected: "true",
    environment: "production",
  };

  test.each<[string, TokenClaims, string[]]>([
    ["a merge request", mergeRequest, PLANS],
    ["a push to the protected branch, in the environment", push, DEPLOYS],
    ["a push to another branch", { ...push, ref: "feature" }, NOTHING],
    ["a push of a tag of the branch's name", { ...push, ref_type: "tag" }, NOTHING],
    ["a push to the branch while it is not protected", { ...push, ref_protected: "false" }, NOTHING],
    ["a push to the branch without environment", without(push, "environment"), NOTHING],
    ["a pipeline started by hand", { ...push, pipeline_source: "web" }, NOTHING],
    ["a schedule", { ...push, pipeline_source: "schedule" }, NOTHING],
    ["a merge request within a fork", { ...mergeRequest, project_path: "stranger/gemini-keys" }, NOTHING],
    ["another project", { ...push, project_path: "acme/other" }, NOTHING],
    ["a token for another audience", { ...push, aud: "https://gitlab.com" }, NOTHING],
    ["a GitLab of somebody else", { ...push, iss: "https://gitlab.example.com" }, NOTHING],
  ])("%s", async (_, claims, expected) => {
    expect(await identitiesOf("oidc-gitlab", claims)).toEqual(expected);
  });
});

function without(claims: TokenClaims, name: string): TokenClaims {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
}
