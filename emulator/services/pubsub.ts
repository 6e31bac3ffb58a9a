import { alreadyExists, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  type JsonObject,
  maskPaths,
  objectField,
  stringField,
  stringMapField,
  validLabels,
} from "../fields";
import { deletePolicy, getPolicy, setPolicyFromBody } from "../iam-policy";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, route, type Service } from "../service";
import type { Project, Store, Topic } from "../store";

const api = "pubsub.googleapis.com";

/** Pub/Sub v1, as far as topics and their policies. Nothing is delivered. */
export const pubsub: Service = {
  api,
  errors: "full",
  routes: [
    route("PUT", "/v1/{name=projects/*/topics/*}", createTopicCall, audited("Publisher.CreateTopic", "create")),
    route("GET", "/v1/{topic=projects/*/topics/*}", (call) => topicJson(topic(call))),
    route("PATCH", "/v1/{topic.name=projects/*/topics/*}", updateTopic, audited("Publisher.UpdateTopic", "update")),
    route("DELETE", "/v1/{topic=projects/*/topics/*}", deleteTopic, audited("Publisher.DeleteTopic", "delete")),
    route("GET", "/v1/{project=projects/*}/topics", listTopics),
    route("GET", "/v1/{resource=projects/*/topics/*}:getIamPolicy", (call) =>
      getPolicy(call.store, topicResource(topic(call))),
    ),
    route(
      "POST",
      "/v1/{resource=projects/*/topics/*}:setIamPolicy",
      (call) => setPolicyFromBody(call.store, topicResource(topic(call)), call.body),
      {
        ...audited("", "setIamPolicy"),
        method: "google.iam.v1.IAMPolicy.SetIamPolicy",
        policyOf: (call) => topicResource(topic(call)),
      },
    ),
  ],
};

/** @see https://docs.cloud.google.com/pubsub/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.pubsub.v1.${method}`,
    permission: `pubsub.topics.${permission}`,
    monitored: (call, project) => ({
      type: "pubsub_topic",
      labels: { project_id: project.projectId, topic_id: `projects/${project.projectId}/topics/${call.wildcards[1]}` },
    }),
  };
}

/** @see https://docs.cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
const idPattern = /^(?!goog)[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;
const fields = [
  "labels",
  "kmsKeyName",
  "messageStoragePolicy",
  "schemaSettings",
  "messageRetentionDuration",
  "ingestionDataSourceSettings",
  "messageTransforms",
];

export function createTopic(store: Store, project: Project, id: string, body: JsonObject): Topic {
  if (store.topics.get(project.projectId, id)) {
    throw alreadyExists(`Resource already exists in the project (resource=${id}).`);
  }
  const record: Topic = { id, projectId: project.projectId, value: readValue(body) };
  store.topics.set(project.projectId, id, record);
  return record;
}

export function topicName({ projectId, id }: Topic): string {
  return `projects/${projectId}/topics/${id}`;
}

export function topicResource(target: Topic): string {
  return `//pubsub.googleapis.com/${topicName(target)}`;
}

function createTopicCall(call: Call): object {
  const project = topicProject(call);
  const id = call.wildcards[1]!;
  if (!idPattern.test(id)) {
    throw invalidArgument(
      `Invalid [topics] name: (name=projects/${call.wildcards[0]}/topics/${id}). It must match ${idPattern.source}.`,
    );
  }
  return topicJson(createTopic(call.store, project, id, call.body));
}

function readValue(body: JsonObject): JsonObject {
  validLabels(stringMapField(body, "labels"));
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => fields.includes(name) && value !== null));
}

function updateTopic(call: Call): object {
  const target = topic(call);
  const body = objectField(call.body, "topic") ?? {};
  const paths = maskPaths(call.query.get("updateMask") ?? stringField(call.body, "updateMask"));
  if (!paths) {
    throw invalidArgument(
      "The update_mask in the UpdateTopicRequest must be set, and must contain a non-empty paths list.",
    );
  }
  target.value = readValue(applyMask(target.value, body, paths));
  return topicJson(target);
}

function deleteTopic(call: Call): object {
  const target = topic(call);
  call.store.topics.delete(target.projectId, target.id);
  deletePolicy(call.store, topicResource(target));
  return {};
}

function listTopics(call: Call): object {
  const project = topicProject(call);
  const page = paginate(call.store.topics.list(project.projectId), (entry) => entry.id, call.query, {
    scope: `${project.projectId} topics`,
    defaultSize: 100,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { topics: page.items.map(topicJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function topicProject(call: Call): Project {
  return enabledProject(call, call.wildcards[0]!, api);
}

function topic(call: Call): Topic {
  const found = call.store.topics.get(topicProject(call).projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(`Resource not found (resource=${call.wildcards[1]}).`);
  }
  return found;
}

function topicJson(target: Topic): object {
  return { name: topicName(target), ...target.value };
}
