import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import {
  checkAnnotationKey,
  checkIamMember,
  checkLabelKey,
  checkLabelValue,
  checkProjectId,
  checkSecretId,
} from "../values/google-ids";
import type { Problem } from "../values/problem";
import { dependencies } from "./dependencies";
import type { PublishedKey } from "./gemini-key";
import { PropsCheck } from "./validation-error";

export interface KeySecretProps {
  /**
   * The id of the project that holds the secret.
   * Cannot be changed later: the secret is replaced, and with it the place readers look at.
   */
  readonly projectId: string;

  /**
   * The secret's id: 1 to 255 letters, digits, hyphens and underscores.
   * Cannot be changed later: the secret is replaced.
   *
   * @see https://cloud.google.com/secret-manager/docs/creating-and-accessing-secrets
   */
  readonly secretId: string;

  /** What to store, the newest last: `GeminiKey.published`. */
  readonly versions: readonly PublishedKey[];

  /**
   * IAM members that may read the secret, known at synthesis. The order has no meaning.
   *
   * @default - nobody
   */
  readonly readers?: readonly string[];

  /**
   * Labels of the secret.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Annotations of the secret: free text, not searchable.
   *
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;

  /**
   * What has to exist first, e.g. `project.enabled("secretmanager")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A secret that hands a key to its readers: one version per published generation, so that `latest` is always the
 * serving key, and one IAM member per reader.
 *
 * The versions are write-only: the secret adds no second copy of the key string to the Terraform state (the key
 * itself is in it, see the README). A version that is removed is disabled, not destroyed.
 */
export class KeySecret extends Construct {
  /** The secret's id, as given. */
  readonly secretId: string;

  constructor(scope: Construct, id: string, props: KeySecretProps) {
    super(scope, id);
    this.validate(props);
    this.secretId = props.secretId;

    const secret = new SecretManagerSecret(this, "Resource", {
      project: props.projectId,
      secretId: props.secretId,
      replication: { auto: {} },
      labels: props.labels,
      annotations: props.annotations,
      dependsOn: dependencies(props.dependsOn),
    });
    this.createVersions(secret, props.versions);
    for (const member of [...new Set(props.readers ?? [])].sort()) {
      new SecretManagerSecretIamMember(this, `reader-${member}`, {
        project: props.projectId,
        secretId: secret.secretId,
        role: "roles/secretmanager.secretAccessor",
        member,
      });
    }
  }

  private createVersions(secret: SecretManagerSecret, versions: readonly PublishedKey[]): void {
    let older: SecretManagerSecretVersion | undefined;
    for (const { number, keyString } of versions) {
      older = new SecretManagerSecretVersion(this, `g${number}`, {
        secret: secret.id,
        secretDataWo: keyString,
        secretDataWoVersion: number,
        deletionPolicy: "DISABLE",
        // Versions are numbered in the order they are made, and `latest` has to be the serving key.
        dependsOn: older ? [older] : undefined,
      });
    }
  }

  private validate(props: KeySecretProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("secretId", props.secretId, checkSecretId);
    props.versions.forEach(({ number, keyString }, index) => {
      check.problem(`versions[${index}].number`, orderProblem(number, props.versions[index - 1]?.number));
      check.problem(`versions[${index}].keyString`, literalProblem(keyString));
    });
    check.knownList("readers", props.readers, checkIamMember);
    check.map("labels", props.labels, checkLabelKey, checkLabelValue);
    check.map("annotations", props.annotations, checkAnnotationKey);
    check.throwIfAny();
  }
}

function orderProblem(number: number, before: number | undefined): Problem | undefined {
  if (before === undefined || number > before) return undefined;
  return {
    rule: `must be higher than ${before}, the number before it`,
    got: String(number),
    fix: "Pass `GeminiKey.published` as it is: the last version is what readers of `latest` are given.",
  };
}

/** A key that is written out would be in the synthesized files, and whatever it is, it is not shown. */
function literalProblem(keyString: string): Problem | undefined {
  if (Token.isUnresolved(keyString)) return undefined;
  return {
    rule: "must be a token that Terraform fills in",
    got: `${keyString.length} characters of text`,
    fix: "Pass `GeminiKey.published` as it is: a key written out would be in the synthesized files.",
  };
}
