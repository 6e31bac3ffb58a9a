import { alreadyExists, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  type JsonObject,
  maskPaths,
  rejectUnknownFields,
  stringField,
  stringListField,
  withoutDefaults,
} from "../fields";
import { paginate } from "../paging";
import {
  type AuditedMethod,
  type AuditType,
  type Call,
  type ParentKind,
  parentKinds,
  parentName,
  type Route,
  route,
  type Service,
} from "../service";
import type { PlainRecord } from "../store";

const api = "essentialcontacts.googleapis.com";

/** Essential Contacts v1. Nobody is written to. */
export const essentialContacts: Service = { api, errors: "full", routes: parentKinds.flatMap(routesOf) };

function routesOf(kind: ParentKind): Route[] {
  const on = (answer: (call: Call, parent: string) => object) => (call: Call) =>
    answer(call, parentName(call, kind, call.wildcards[0]!, api));
  return [
    route(
      "POST",
      `/v1/{parent=${kind}/*}/contacts`,
      on(createContact),
      audited(kind, "CreateContact", "create", "DATA_WRITE"),
    ),
    route(
      "GET",
      `/v1/{parent=${kind}/*}/contacts`,
      on(listContacts),
      audited(kind, "ListContacts", "list", "DATA_READ"),
    ),
    route(
      "GET",
      `/v1/{name=${kind}/*/contacts/*}`,
      on((call, parent) => contactJson(parent, contact(call, parent))),
      audited(kind, "GetContact", "get", "DATA_READ"),
    ),
    route(
      "PATCH",
      `/v1/{contact.name=${kind}/*/contacts/*}`,
      on(updateContact),
      audited(kind, "UpdateContact", "update", "DATA_WRITE"),
    ),
    route(
      "DELETE",
      `/v1/{name=${kind}/*/contacts/*}`,
      on(deleteContact),
      audited(kind, "DeleteContact", "delete", "DATA_WRITE"),
    ),
  ];
}

/**
 * Even changes are data access, so they are not logged unless the parent wants it.
 *
 * @see https://docs.cloud.google.com/resource-manager/docs/essential-contacts-audit-logging
 */
function audited(kind: ParentKind, method: string, permission: string, type: AuditType): AuditedMethod {
  return {
    method: `google.cloud.essentialcontacts.v1.EssentialContactsService.${method}`,
    type,
    permission: `essentialcontacts.contacts.${permission}`,
    owner: ({ wildcards: [id] }) => `${kind}/${id}`,
  };
}

/** @see https://docs.cloud.google.com/resource-manager/docs/managing-notification-contacts#notification-categories */
const categories = [
  "ALL",
  "SUSPENSION",
  "SECURITY",
  "TECHNICAL",
  "BILLING",
  "LEGAL",
  "PRODUCT_UPDATES",
  "TECHNICAL_INCIDENTS",
];
const fields = ["name", "email", "notificationCategorySubscriptions", "languageTag", "validationState", "validateTime"];
const changeable = ["notificationCategorySubscriptions", "languageTag"];

/** That a second contact of one address is refused is not known. */
function createContact(call: Call, parent: string): object {
  const { store } = call;
  const value = readContact(call.body);
  if (store.contacts.list(parent).some((entry) => entry.value["email"] === value["email"])) {
    throw alreadyExists("Requested entity already exists");
  }
  const state = { validationState: "VALID", validateTime: store.timestamp() };
  const record: PlainRecord = { id: String(store.next("contacts")), value: { ...value, ...state } };
  store.contacts.set(parent, record.id, record);
  return contactJson(parent, record);
}

function readContact(body: JsonObject): JsonObject {
  rejectUnknownFields(body, fields, "contact");
  const email = stringField(body, "email") ?? "";
  const languageTag = stringField(body, "languageTag") ?? "";
  const subscriptions = stringListField(body, "notificationCategorySubscriptions") ?? [];
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw invalidArgument(`The contact's e-mail address is not valid: ${JSON.stringify(email)}.`);
  }
  if (!/^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$/.test(languageTag)) {
    throw invalidArgument(`The contact's language tag is not valid: ${JSON.stringify(languageTag)}.`);
  }
  if (subscriptions.length === 0 || subscriptions.some((one) => !categories.includes(one))) {
    throw invalidArgument(`The contact's notification categories must be one or more of ${categories.join(", ")}.`);
  }
  return { email, notificationCategorySubscriptions: subscriptions, languageTag };
}

function updateContact(call: Call, parent: string): object {
  const target = contact(call, parent);
  const paths = maskPaths(call.query.get("updateMask")) ?? changeable;
  const wrong = paths.find((path) => !changeable.includes(path));
  if (wrong !== undefined) {
    throw invalidArgument(`update_mask: ${wrong} cannot be changed.`);
  }
  target.value = { ...target.value, ...readContact(applyMask(target.value, call.body, paths)) };
  return contactJson(parent, target);
}

function deleteContact(call: Call, parent: string): object {
  call.store.contacts.delete(parent, contact(call, parent).id);
  return {};
}

function listContacts(call: Call, parent: string): object {
  const page = paginate(call.store.contacts.list(parent), (entry) => entry.id, call.query, {
    scope: `${parent} contacts`,
    defaultSize: 100,
    maxSize: 100,
  });
  return withoutDefaults({
    contacts: page.items.map((entry) => contactJson(parent, entry)),
    nextPageToken: page.nextPageToken,
  });
}

function contact(call: Call, parent: string): PlainRecord {
  const found = call.store.contacts.get(parent, call.wildcards[1]!);
  if (!found) {
    throw notFound("Requested entity was not found.");
  }
  return found;
}

function contactJson(parent: string, { id, value }: PlainRecord): object {
  return { name: `${parent}/contacts/${id}`, ...value };
}
