import * as fs from "node:fs";

/** A plan of 10,000 resources that takes 20 MB: half of it keys of modules, half of it what is around them. */
export function planOf(resources: number): string {
  const quarter = Math.ceil(resources / 4);
  const numbers = Array.from({ length: quarter }, (_, index) => index);
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    resource_changes: numbers.flatMap(changesOf),
    configuration: {
      provider_config: {
        google: { name: "google", full_name: "registry.terraform.io/hashicorp/google", expressions: {} },
      },
      root_module: {
        module_calls: {
          key: {
            source: "./key",
            for_each_expression: { references: ["local.keys"] },
            expressions: { name: { references: ["each.key"] } },
            module: {
              resources: [
                configured("google_service_account", { account_id: { references: ["var.name"] } }),
                configured("google_apikeys_key", {
                  name: { references: ["var.name"] },
                  service_account_email: references("google_service_account.all", "email"),
                }),
                configured("google_secret_manager_secret", { secret_id: { references: ["var.name"] } }),
                configured("google_secret_manager_secret_version", {
                  secret: references("google_secret_manager_secret.all", "id"),
                  secret_data_wo: references("google_apikeys_key.all", "key_string"),
                }),
              ],
            },
          },
        },
      },
    },
  });
}

function references(resource: string, attribute: string) {
  return { references: [`${resource}.${attribute}`, resource] };
}

function configured(type: string, expressions: object) {
  return { address: `${type}.all`, mode: "managed", type, name: "all", provider_config_key: "google", expressions };
}

function changesOf(index: number) {
  const name = `key-${index}`;
  // Real resources of other kinds have longer texts.
  const padding = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`annotation-${n}`, `${name} `.repeat(8)]));
  const change = (type: string, after: object, afterUnknown: object) => ({
    address: `module.key["${name}"].${type}.all`,
    module_address: `module.key["${name}"]`,
    mode: "managed",
    type,
    name: "all",
    provider_name: "registry.terraform.io/hashicorp/google",
    change: {
      actions: ["create"],
      before: null,
      after: { project: "acme-gemini-dev", ...after, annotations: padding },
      after_unknown: { id: true, annotations: {}, ...afterUnknown },
      before_sensitive: false,
      after_sensitive: { annotations: {} },
    },
  });
  return [
    change("google_service_account", { account_id: name }, { email: true }),
    change(
      "google_apikeys_key",
      {
        name,
        restrictions: [
          {
            api_targets: [{ service: "generativelanguage.googleapis.com", methods: null }],
            server_key_restrictions: [{ allowed_ips: ["8.8.8.8", null] }],
          },
        ],
      },
      {
        key_string: true,
        service_account_email: true,
        restrictions: [{ api_targets: [{}], server_key_restrictions: [{ allowed_ips: [false, true] }] }],
      },
    ),
    change("google_secret_manager_secret", { secret_id: name, labels: { owner: "search" } }, {}),
    change("google_secret_manager_secret_version", { secret_data: null, secret_data_wo_version: 1 }, { secret: true }),
  ];
}

if (require.main === module) {
  const [file = "plan.json", resources = "10000"] = process.argv.slice(2);
  fs.writeFileSync(file, planOf(Number(resources)));
}
