import { createHash } from "node:crypto";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { CloudBackend, GcsBackend, NamedCloudWorkspace, TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { Organization } from "../declaration/model";
import type { PolicyCheck } from "./policy-check";
import { synthesizeOnce } from "./synthesize-once";

/** What every stack shares: readable addresses, the state, the provider, the policies. No stack refers to another. */
export abstract class GemkeysStack extends TerraformStack {
  /** What the policies have seen, until it is written. */
  private resolved?: Record<string, unknown>;

  constructor(scope: Construct, id: string, organization: Organization, policies: PolicyCheck) {
    super(scope, id);
    policies.watch(this);
    this.addOverride("terraform.required_version", ">= 1.11");
    this.addOverride("terraform.required_providers.google", {
      source: "hashicorp/google",
      version: organization.googleProvider,
    });
  }

  /**
   * Addresses are readable in a plan: the path of ids joined by `_`, without the hash cdktf adds. They are a contract:
   * a changed one replaces a live key.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return ids
      .filter((id) => id !== "Resource")
      .map(addressPart)
      .join("_");
  }

  /** No stack refers to another, so there is nothing to prepare, and resolving every resource once more is left out. */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  /** Faster than cdktf's own, with the same result. */
  override toTerraform(): Record<string, unknown> {
    const resolved = this.resolved ?? synthesizeOnce(this, this["rawOverrides"]);
    this.resolved = undefined;
    return resolved;
  }

  /** Resolves the stack, once for the policies and for the file that is written right after. */
  resolveAhead(): Record<string, unknown> {
    this.resolved = synthesizeOnce(this, this["rawOverrides"]);
    return this.resolved;
  }

  /** Keeps the state where the organization says. */
  protected keepState({ state }: Organization): void {
    if (state.kind === "gcs") {
      new GcsBackend(this, { bucket: state.bucket, prefix: `gemkeys/${this.node.id}` });
    } else {
      new CloudBackend(this, {
        organization: state.organization,
        workspaces: new NamedCloudWorkspace(`gemkeys-${this.node.id}`, state.project),
      });
    }
  }

  /** @param quotaProject whose quota every call counts against; left out, that of the project a call is about. */
  protected configureProvider(quotaProject: string | undefined): void {
    new GoogleProvider(this, "google", {
      userProjectOverride: quotaProject ? true : undefined,
      billingProject: quotaProject,
    });
  }

  /** Takes over the project that the construct `project` stands for. */
  // An override: cdktf's own importFrom runs `terraform version` at synth.
  protected importProject(projectId: string): void {
    this.addOverride("import", [{ to: "google_project.project", id: projectId }]);
  }
}

/** An id as part of an address. Where characters are lost, a hash keeps two ids apart. */
function addressPart(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9_-]+/g, "-");
  return plain === id ? id : `${plain}-${createHash("sha256").update(id).digest("hex").slice(0, 8)}`;
}
