import { serviceAccountEmail } from "../values/key-names";
import { isUnknown, type Maybe, UNKNOWN } from "./facts";
import { elements, maybeText } from "./known";
import type { RootModule, RootResource } from "./root-module";

/** What can be named by its id at Google, or by its address where the module makes it. */
export type Kind = "project" | "serviceAccount" | "secret" | "topic" | "bucket" | "role";

const KIND_OF_TYPE: Readonly<Record<string, Kind>> = {
  google_project: "project",
  google_service_account: "serviceAccount",
  google_secret_manager_secret: "secret",
  google_pubsub_topic: "topic",
  google_storage_bucket: "bucket",
  google_project_iam_custom_role: "role",
  google_organization_iam_custom_role: "role",
};

/**
 * Turns ids and references into the addresses of resources of the module, so that `acme-dev` and
 * `google_project.dev.project_id` are the same to a policy.
 */
export class Identities {
  /** Addresses by kind and id. Undefined if two resources claim an id. */
  private readonly byId = new Map<string, string | undefined>();
  /** The resources whose id is known: a known value that is not their id does not mean them. */
  private readonly known = new Set<string>();

  constructor({ resources }: RootModule) {
    for (const resource of resources) {
      const kind = KIND_OF_TYPE[resource.type];
      if (!kind) continue;
      for (const id of idsOf(kind, resource)) this.claim(kind, id, resource.address);
    }
  }

  /** The address that an attribute names, else its value. @param index the element of a list. */
  of(resource: RootResource, kind: Kind, attribute: string, index?: number): Maybe<string> {
    const whole = resource.attributes[attribute];
    const value = maybeText(index === undefined ? whole : elements(whole)[index]) ?? UNKNOWN;
    const project = maybeText(resource.attributes["project"]);
    const found = isUnknown(value) ? undefined : this.addressOf(kind, value, project);
    return found ?? this.byReference(resource, kind, value, attribute, index) ?? value;
  }

  /** A member of a grant: `serviceAccount:` and an e-mail address is the service account itself. */
  member(value: Maybe<string>): Maybe<string> {
    if (isUnknown(value) || !value.startsWith("serviceAccount:")) return value;
    return this.addressOf("serviceAccount", value.slice("serviceAccount:".length), undefined) ?? value;
  }

  memberOf(resource: RootResource, attribute: string, index?: number): Maybe<string> {
    const value = this.of(resource, "serviceAccount", attribute, index);
    return this.member(value);
  }

  /** The address of the resource with this id, if the module makes it. */
  addressOf(kind: Kind, id: string, project: Maybe<string> | undefined): string | undefined {
    const full = kind === "secret" || kind === "topic" ? fullId(kind, id, project) : plainId(kind, id);
    return this.byId.get(`${kind} ${full}`) ?? this.byId.get(`${kind} ${id}`);
  }

  private byReference(
    resource: RootResource,
    kind: Kind,
    value: Maybe<string>,
    attribute: string,
    index: number | undefined,
  ): string | undefined {
    const referred = resource.refers(attribute, index).filter(({ type }) => KIND_OF_TYPE[type] === kind);
    const [only] = referred;
    if (referred.length !== 1 || !only!.exact) return undefined;
    return isUnknown(value) || !this.known.has(only!.address) ? only!.address : undefined;
  }

  private claim(kind: Kind, id: string, address: string): void {
    const key = `${kind} ${id}`;
    this.byId.set(key, this.byId.has(key) && this.byId.get(key) !== address ? undefined : address);
    this.known.add(address);
  }
}

/** `account@project.iam.gserviceaccount.com`, before Google says so too. */
export function emailOf({ attributes }: RootResource): Maybe<string> {
  const email = maybeText(attributes["email"]) ?? UNKNOWN;
  const accountId = maybeText(attributes["account_id"]) ?? UNKNOWN;
  const project = maybeText(attributes["project"]) ?? UNKNOWN;
  if (!isUnknown(email) || isUnknown(accountId) || isUnknown(project)) return email;
  return project.includes(":") ? UNKNOWN : serviceAccountEmail(accountId, project);
}

function idsOf(kind: Kind, resource: RootResource): string[] {
  const { attributes } = resource;
  const text = (attribute: string): string[] => {
    const value = attributes[attribute];
    return typeof value === "string" && value !== "" ? [value] : [];
  };
  switch (kind) {
    case "project":
      return [...text("project_id"), ...text("number")];
    case "serviceAccount": {
      const email = emailOf(resource);
      return isUnknown(email) ? [] : [email];
    }
    case "secret":
    case "topic": {
      const project = maybeText(attributes["project"]);
      return text(kind === "secret" ? "secret_id" : "name").flatMap((id) => {
        const full = fullId(kind, id, project);
        return full === id ? [id] : [id, full];
      });
    }
    case "bucket":
      return text("name");
    case "role":
      return text("name").filter((name) => name.includes("/"));
  }
}

/** Secrets and topics of two projects may have the same short id. */
function fullId(kind: "secret" | "topic", id: string, project: Maybe<string> | undefined): string {
  if (id.includes("/") || project === undefined || isUnknown(project)) return id;
  return `projects/${project}/${kind}s/${id}`;
}

function plainId(kind: Kind, id: string): string {
  if (kind === "serviceAccount") return id.replace(/^projects\/[^/]+\/serviceAccounts\//, "");
  return id.replace(kind === "project" ? /^projects\// : kind === "bucket" ? /^b\// : /^$/, "");
}
