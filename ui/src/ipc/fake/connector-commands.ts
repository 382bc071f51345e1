import { asText } from "../../lib/json";
import type { ConnectorCard, DraftView, JsonObject } from "../generated";
import { linkName } from "./connections-data";
import { canRevoke, endedOf } from "./ended";
import type { FakeConnector } from "./connectors-data";
import { checkOf, previewOf, typeLabel, typeOf } from "./documents";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

type ConnectorCommand =
  | "list_connectors"
  | "find_connector"
  | "create_connector"
  | "open_draft"
  | "save_draft"
  | "preview_draft"
  | "read_discovery"
  | "mark_ready"
  | "back_to_draft"
  | "connector_uses"
  | "delete_connector"
  | "import_connector"
  | "agree_to_inside"
  | "check_connector_file"
  | "aws_names"
  | "export_connector";

/** Some of the names that AWS has. */
const awsNames = {
  regions: [
    { name: "eu-central-1", title: "Europe (Frankfurt)" },
    { name: "eu-west-1", title: "Europe (Ireland)" },
    { name: "eu-west-2", title: "Europe (London)" },
    { name: "us-east-1", title: "US East (N. Virginia)" },
    { name: "us-west-2", title: "US West (Oregon)" },
  ],
  services: [
    { name: "dynamodb", title: "Amazon DynamoDB" },
    { name: "execute-api", title: "Amazon API Gateway (calls of deployed APIs)" },
    { name: "s3", title: "Amazon Simple Storage Service" },
    { name: "sqs", title: "Amazon Simple Queue Service" },
    { name: "sts", title: "AWS Security Token Service" },
  ],
};

export function findConnector(world: World, id: string): FakeConnector {
  const found = world.connectors.find((each) => each.id === id);
  if (!found)
    throw refuse("not_found", "This connector is no longer here.", { action: "Go back to the list." });
  return found;
}

function uses(world: World, connector: FakeConnector) {
  return world.connections.filter(({ row }) => row.connector.id === connector.id);
}

function card(world: World, connector: FakeConnector): ConnectorCard {
  const { document } = connector;
  return {
    id: connector.id,
    link_name: asText(document.link_name),
    name: asText(document.name),
    description: asText(document.description),
    stage: connector.stage,
    provenance: "custom",
    authentication: typeOf(document),
    authentication_label: typeLabel(document),
    connections: uses(world, connector).length,
    changed_at: connector.savedAt,
    stamp: connector.stamp,
  };
}

function draft(world: World, connector: FakeConnector): DraftView {
  return {
    connector: connector.id,
    stage: connector.stage,
    document: connector.document,
    version: connector.version,
    saved_at: connector.savedAt,
    connections: uses(world, connector).length,
    differs_from_ready:
      connector.readyDocument !== null && connector.readyDocument !== JSON.stringify(connector.document),
    check: checkOf(connector.document),
    stamp: connector.stamp,
  };
}

export function connectorCommands(world: World): Pick<Handlers, ConnectorCommand> {
  const put = (document: JsonObject) => {
    const base = asText(document.link_name) || linkName(asText(document.name), "_");
    const taken = new Set(world.connectors.map((each) => each.id));
    let id = base;
    for (let number = 2; taken.has(id); number += 1) id = `${base}_${number}`;
    const made: FakeConnector = {
      id,
      stage: "draft",
      document: { ...document, link_name: id },
      version: 1,
      savedAt: new Date().toISOString(),
      readyDocument: null,
      stamp: null,
    };
    world.connectors.push(made);
    world.changed(["connectors"]);
    return draft(world, made);
  };
  return {
    list_connectors: ({ search, stage }) => {
      const words = search.toLowerCase();
      return world.connectors
        .map((each) => card(world, each))
        .filter(
          (each) =>
            (stage === null || each.stage === stage) &&
            `${each.name} ${each.link_name} ${each.description}`.toLowerCase().includes(words),
        );
    },
    find_connector: ({ name }) => card(world, findConnector(world, name)),
    create_connector: ({ name, description }) => put({ name, ...(description && { description }) }),
    open_draft: ({ connector }) => draft(world, findConnector(world, connector)),
    save_draft: ({ connector, version, document }) => {
      const found = findConnector(world, connector);
      if (version !== found.version)
        throw refuse("changed_elsewhere", "This connector was changed elsewhere.", {
          safe: "What you typed is still here.",
          action: "Load the other version, or keep yours.",
        });
      Object.assign(found, { document, version: version + 1, savedAt: new Date().toISOString() });
      if (found.stamp) found.stamp = { ...found.stamp, holds: false };
      for (const { row } of uses(world, found)) row.connector.name = asText(document.name);
      world.changed(["connectors"]);
      return { version: found.version, saved_at: found.savedAt, check: checkOf(document) };
    },
    preview_draft: ({ document, values }) => previewOf(document, values),
    read_discovery: ({ issuer }) => {
      if (!/^https:\/\/[^/?#]+/.test(issuer))
        throw refuse("could_not_check", "The service did not say what it is.", {
          safe: "Nothing was filled in.",
          action: "Compare the issuer with the service’s documentation, or fill the addresses in by hand.",
        });
      const origin = issuer.replace(/\/$/, "");
      return {
        issuer,
        addresses: {
          authorize_url: `${origin}/authorize`,
          token_url: `${origin}/token`,
          userinfo_url: `${origin}/userinfo`,
          jwks_url: `${origin}/keys`,
        },
        scopes: ["openid", "profile", "email"],
        takes_pkce: true,
      };
    },
    mark_ready: ({ connector }) => {
      const found = findConnector(world, connector);
      const { missing_for_ready } = checkOf(found.document);
      if (missing_for_ready.length > 0)
        throw refuse("not_valid", "This connector is not complete yet.", {
          problems: missing_for_ready,
          action: "Mend what is listed.",
        });
      Object.assign(found, { stage: "ready", readyDocument: JSON.stringify(found.document) });
      world.changed(["connectors"]);
      return draft(world, found);
    },
    back_to_draft: ({ connector }) => {
      const found = findConnector(world, connector);
      found.stage = "draft";
      world.changed(["connectors"]);
      return draft(world, found);
    },
    connector_uses: ({ connector }) => {
      const used = uses(world, findConnector(world, connector));
      return {
        connections: used.map(({ row }) => row.name),
        sign_ins: used.filter((each) => canRevoke(world, each)).length,
      };
    },
    delete_connector: ({ connector, confirm_name }) => {
      const found = findConnector(world, connector);
      const used = uses(world, found);
      if (used.length > 0 && confirm_name !== asText(found.document.name))
        throw refuse("not_confirmed", "The name does not match.", {
          action: "Type the connector’s name as it is shown.",
        });
      const deleted = endedOf(used, world);
      world.connectors = world.connectors.filter((each) => each !== found);
      world.connections = world.connections.filter((each) => !used.includes(each));
      world.changed(["connectors", "connections"]);
      return deleted;
    },
    import_connector: ({ text }) => put(JSON.parse(text) as JsonObject),
    agree_to_inside: ({ connector }) => {
      world.agreedInside.add(findConnector(world, connector).id);
      return {};
    },
    aws_names: () => awsNames,
    check_connector_file: ({ text }) => checkOf(JSON.parse(text) as JsonObject),
    export_connector: ({ connector }) => {
      const found = findConnector(world, connector);
      return { file_name: `${found.id}.yaml`, text: JSON.stringify(found.document, null, 2) };
    },
  };
}
