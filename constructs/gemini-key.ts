import { ApikeysKey } from "@cdktf/provider-google/lib/apikeys-key";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { AddressSet, checkAddress } from "../values/address-set";
import { checkPhases, type Generation } from "../values/generations";
import { checkKeyName, checkProjectId, keyIdOf, MAX_GENERATION, serviceAccountIdOf } from "../values/google-ids";
import type { Problem } from "../values/problem";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** The only service a Gemini key may call. */
export const GEMINI_SERVICE = "generativelanguage.googleapis.com";

export interface GeminiKeyProps {
  /**
   * The id of the project that holds the key.
   * Cannot be changed later: the key is replaced.
   */
  readonly projectId: string;

  /**
   * The key's name: lower-case letters, digits and hyphens, at most 27 characters. The ids of its generations
   * (`<name>-g<number>`) and of its service account (`gk-<name>`) come from it.
   * Cannot be changed later: the key is replaced.
   */
  readonly keyName: string;

  /**
   * Addresses that may use the key, as the Gemini API sees them (after NAT): IPv4 or IPv6 addresses and CIDR ranges.
   * At least one; private and wide-open ranges are refused. They are merged and sorted: the order has no meaning.
   *
   * @see https://ai.google.dev/gemini-api/docs/api-key
   */
  readonly allowedIps: readonly string[];

  /**
   * The generations of the key, by rising number. Exactly one is serving. A number is never used again, since
   * Google keeps the id of a deleted key for 30 days.
   *
   * @see https://cloud.google.com/sdk/gcloud/reference/services/api-keys/undelete
   */
  readonly generations: readonly Generation[];

  /**
   * Refuse a plan that destroys the serving generation.
   *
   * @default false
   */
  readonly protect?: boolean;

  /**
   * What has to exist first, e.g. `project.enabled("apikeys", "iam")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A generation's number and its key string, a token that Terraform fills in. */
export interface PublishedKey {
  readonly number: number;
  readonly keyString: string;
}

/**
 * A Gemini key: a service account without any role, and one API key bound to it per generation. Each may call the
 * Generative Language API and nothing else, from the allowed addresses and nowhere else.
 *
 * The Gemini API accepts only keys bound to a service account.
 *
 * @see https://ai.google.dev/gemini-api/docs/api-key
 */
export class GeminiKey extends Construct {
  /** The e-mail address of the service account the key is bound to. */
  readonly serviceAccountEmail: string;

  /**
   * What stands for the serving key in the label `credential_id` of Google's metrics: the key's uid or its service account.
   * Which of the two Google writes for a key bound to a service account is not known.
   */
  readonly credentialIds: readonly string[];

  /** The generations to be stored for readers, the newest last. Prepared ones are not among them. */
  readonly published: readonly PublishedKey[];

  constructor(scope: Construct, id: string, props: GeminiKeyProps) {
    super(scope, id);
    this.validate(props);

    const account = new ServiceAccount(this, "service-account", {
      project: props.projectId,
      accountId: serviceAccountIdOf(props.keyName),
      displayName: `Gemini key ${props.keyName}`,
      description: "Identity of a Gemini API key. Holds no role, and must not be given one.",
      dependsOn: dependencies(props.dependsOn),
    });
    this.serviceAccountEmail = account.email;

    const keys = props.generations.map((generation) => ({
      generation,
      key: this.createGeneration(generation, account, props),
    }));
    const serving = keys.find(({ generation }) => generation.phase === "serving")!;
    this.credentialIds = [`apikey:${serving.key.uid}`, `serviceaccount:${account.uniqueId}`];
    this.published = keys
      .filter(({ generation }) => generation.phase !== "prepared")
      .map(({ generation, key }) => ({ number: generation.number, keyString: key.keyString }));
  }

  private validate(props: GeminiKeyProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("keyName", props.keyName, checkKeyName);
    if (!Token.isUnresolved(props.allowedIps)) {
      if (props.allowedIps.length === 0) {
        check.problem("allowedIps", {
          rule: "must name at least one address",
          got: "none",
          fix: "A key without addresses works from the whole internet.",
        });
      }
      props.allowedIps.forEach((entry, index) => {
        check.value(`allowedIps[${index}]`, entry, addressProblem);
      });
    }
    this.checkGenerations(check, props.generations);
    check.throwIfAny();
  }

  private checkGenerations(check: PropsCheck, generations: readonly Generation[]): void {
    const numbers = generations.map(({ number }) => numberProblem(number));
    numbers.forEach((problem, index) => {
      check.problem(`generations[${index}].number`, problem);
    });
    // The rules between generations compare numbers, so each has to be one.
    if (numbers.some((problem) => problem !== undefined)) return;
    for (const { index, field, problem } of checkPhases(generations)) {
      check.problem(index === undefined ? "generations" : `generations[${index}].${field}`, problem);
    }
  }

  private createGeneration(generation: Generation, account: ServiceAccount, props: GeminiKeyProps): ApikeysKey {
    const protect = props.protect === true && generation.phase === "serving";
    return new ApikeysKey(this, `g${generation.number}`, {
      project: props.projectId,
      name: keyIdOf(props.keyName, generation.number),
      displayName: `${props.keyName} g${generation.number}`,
      serviceAccountEmail: account.email,
      restrictions: {
        apiTargets: [{ service: GEMINI_SERVICE }],
        serverKeyRestrictions: { allowedIps: canonical(props.allowedIps) },
      },
      lifecycle: protect ? { preventDestroy: true } : undefined,
      dependsOn: dependencies(props.dependsOn),
    });
  }
}

function numberProblem(number: number): Problem | undefined {
  if (Number.isInteger(number) && number >= 1 && number <= MAX_GENERATION) return undefined;
  return {
    rule: `must be a whole number from 1 to ${MAX_GENERATION}`,
    got: Token.isUnresolved(number) ? "a token" : String(number),
    fix: "Write 1 for a new key, and one more with each rotation.",
  };
}

// Documentation ranges reach nobody, so a construct may name them; the configuration refuses them on its own.
function addressProblem(entry: string): Problem | undefined {
  return checkAddress(entry, { allowDocumentation: true });
}

// The provider keeps the addresses as an ordered list: another order would be an update of a live key.
function canonical(entries: readonly string[]): string[] {
  if (Token.isUnresolved(entries) || entries.some((entry) => Token.isUnresolved(entry))) return [...entries];
  return AddressSet.of(entries).toStrings();
}
