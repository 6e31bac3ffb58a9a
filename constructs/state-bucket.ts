import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { StorageBucket, type StorageBucketConfig } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { checkProjectId, checkRegion, checkStateBucketName, logBucketNameOf } from "../values/google-ids";
import type { Problem } from "../values/problem";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** Versions that stay however old they are: a state that nobody touched for a year still has its past. */
const VERSIONS_ALWAYS_KEPT = 10;

/** How long deleted objects, and the bucket itself, can be restored: Google's default, whatever the organization's is. */
const SOFT_DELETE_SECONDS = 7 * 86_400;

/** How long access logs are kept: who read the state is asked long after. */
const ACCESS_LOG_DAYS = 365;

/** Who delivers access logs. @see https://docs.cloud.google.com/storage/docs/access-logs#delivery */
const LOG_WRITER = "group:cloud-storage-analytics@google.com";

export interface StateBucketProps {
  /** The id of the project that holds the buckets and the key. */
  readonly projectId: string;

  /**
   * The bucket's name, at most 58 characters: access logs go to `<name>-logs`.
   * Cannot be changed later: the bucket is replaced, and the state with it.
   *
   * @see https://docs.cloud.google.com/storage/docs/buckets#naming
   */
  readonly bucketName: string;

  /**
   * The region of the buckets and of the key, e.g. `europe-west1`.
   * Cannot be changed later: the bucket is replaced, and the state with it.
   */
  readonly region: string;

  /** Days after which a replaced version of the state is deleted, unless it is one of the ten newest. */
  readonly keepVersionsDays: number;

  /**
   * Days between two versions of a customer-managed key that encrypts the state. Old versions stay: what they
   * encrypted is read with them. A key ring can never be deleted at Google, only its project can.
   *
   * @default - encrypted with a key of Google
   * @see https://docs.cloud.google.com/storage/docs/encryption/customer-managed-keys
   */
  readonly encryptionRotationDays?: number;

  /**
   * Refuse plans that destroy the bucket or its key.
   *
   * @default false
   */
  readonly protect?: boolean;

  /**
   * What has to exist first, e.g. `project.enabled("storage", "cloudkms")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The bucket for Terraform's state, and a second one for the log of who accessed it. Key strings are in the state, so
 * nothing of it can be public, and access is given by IAM alone. Neither bucket is deleted while it holds an object.
 */
export class StateBucket extends Construct {
  /** The bucket's name, known once it exists: what refers to it comes after it. */
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    this.validate(props);

    const logs = this.createLogBucket(props);
    const key = props.encryptionRotationDays === undefined ? undefined : this.createKey(props);
    const bucket = new StorageBucket(this, "Resource", {
      ...hardened(props, props.bucketName),
      versioning: { enabled: true },
      lifecycleRule: [
        {
          action: { type: "Delete" },
          condition: {
            daysSinceNoncurrentTime: props.keepVersionsDays,
            numNewerVersions: VERSIONS_ALWAYS_KEPT,
            withState: "ARCHIVED",
          },
        },
      ],
      encryption: key && { defaultKmsKeyName: key.id },
      logging: { logBucket: logs.name, logObjectPrefix: props.bucketName },
      lifecycle: protection(props),
      dependsOn: key ? [...(dependencies(props.dependsOn) ?? []), key.user] : dependencies(props.dependsOn),
    });
    this.bucketName = bucket.name;
  }

  private createLogBucket(props: StateBucketProps): StorageBucket {
    const logs = new StorageBucket(this, "logs", {
      ...hardened(props, logBucketNameOf(props.bucketName)),
      lifecycleRule: [{ action: { type: "Delete" }, condition: { age: ACCESS_LOG_DAYS } }],
      dependsOn: dependencies(props.dependsOn),
    });
    new StorageBucketIamMember(this, "logs-writer", {
      bucket: logs.name,
      role: "roles/storage.objectCreator",
      member: LOG_WRITER,
    });
    return logs;
  }

  private createKey(props: StateBucketProps) {
    const ring = new KmsKeyRing(this, "key-ring", {
      project: props.projectId,
      name: "gemkeys",
      location: props.region,
      dependsOn: dependencies(props.dependsOn),
    });
    const key = new KmsCryptoKey(this, "key", {
      keyRing: ring.id,
      name: "state",
      rotationPeriod: `${props.encryptionRotationDays! * 86_400}s`,
      lifecycle: protection(props),
    });
    // Reading its address makes Google create it: a policy cannot name an account that does not exist.
    const agent = new DataGoogleStorageProjectServiceAccount(this, "storage-agent", {
      project: props.projectId,
      dependsOn: dependencies(props.dependsOn),
    });
    const user = new KmsCryptoKeyIamMember(this, "key-user", {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: agent.member,
    });
    return { id: key.id, user };
  }

  private validate(props: StateBucketProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("bucketName", props.bucketName, checkStateBucketName);
    check.value("region", props.region, checkRegion);
    check.value("keepVersionsDays", props.keepVersionsDays, checkDays);
    check.value("encryptionRotationDays", props.encryptionRotationDays, checkDays);
    check.throwIfAny();
  }
}

/** What both buckets have: no ACLs, nothing public, and no deletion while they hold something. */
function hardened({ projectId, region }: StateBucketProps, name: string): StorageBucketConfig {
  return {
    // Given, since the provider asks the Compute API for it otherwise.
    project: projectId,
    name,
    location: region,
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    softDeletePolicy: { retentionDurationSeconds: SOFT_DELETE_SECONDS },
    forceDestroy: false,
  };
}

function protection({ protect }: StateBucketProps): TerraformResourceLifecycle | undefined {
  return protect ? { preventDestroy: true } : undefined;
}

function checkDays(days: number): Problem | undefined {
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return undefined;
  return { rule: "must be a whole number of days from 1 to 3650", got: String(days), fix: "Write 90 for a quarter." };
}
