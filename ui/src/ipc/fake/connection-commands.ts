import { asList, asObject, asText } from "../../lib/json";
import type {
  ConnectionRow,
  ConnectionView,
  DiagnosisView,
  HistoryRow,
  JsonObject,
  PermissionView,
  StatusKind,
} from "../generated";
import { verificationOf } from "./connect-commands";
import { type FakeConnection, linkName } from "./connections-data";
import { findConnector } from "./connector-commands";
import { canRevoke, endedOf } from "./ended";
import { promptsOf, sentOf, settingsOf, typeLabel } from "./documents";
import { type Handlers, refuse, wait } from "./handlers";
import { flowOf, permissionsOf } from "./sign-in-commands";
import { comparedAs } from "./signing";
import type { World } from "./world";

type ConnectionCommand =
  | "list_connections"
  | "find_connection"
  | "show_connection"
  | "rename_connection"
  | "disable_connection"
  | "enable_connection"
  | "duplicate_connection"
  | "delete_connection"
  | "verify_connection"
  | "connection_history"
  | "preview_call"
  | "send_call";

const order: StatusKind[] = [
  "needs_attention",
  "expiring",
  "waiting",
  "connected",
  "not_signed_in",
  "disabled",
];

// Many times faster than `localeCompare`, which counts with 100,000 rows.
const byName = new Intl.Collator("en").compare;

const sorters: Record<string, (a: ConnectionRow, b: ConnectionRow) => number> = {
  status: (a, b) =>
    order.indexOf(a.status.kind) - order.indexOf(b.status.kind) ||
    Number(a.environment.link_name === "lab") - Number(b.environment.link_name === "lab") ||
    byName(a.name, b.name),
  name: (a, b) => byName(a.name, b.name),
  connector: (a, b) => byName(a.connector.name, b.connector.name) || byName(a.name, b.name),
};

export function connectionCommands(world: World): Pick<Handlers, ConnectionCommand> {
  const find = (id: string): FakeConnection => {
    const found = world.connections.find(({ row }) => row.id === id);
    if (!found)
      throw refuse("not_found", "This connection is no longer here.", { action: "Go back to the list." });
    return found;
  };
  const note = (
    connection: FakeConnection,
    sentence: string,
    tone: HistoryRow["tone"],
    aside: HistoryRow["aside"] = null,
  ) => {
    connection.history.unshift({ at: new Date().toISOString(), sentence, tone, aside, exchange: null });
    world.changed(["connections", "activity"]);
  };
  return {
    list_connections: (request) => {
      const words = request.search.toLowerCase();
      const matching = world.connections
        .map(({ row }) => row)
        .filter(
          (row) =>
            (request.connector === null || row.connector.id === request.connector) &&
            (request.environment === null || row.environment.link_name === request.environment) &&
            `${row.name} ${row.link_name} ${row.account ?? ""} ${row.connector.name}`
              .toLowerCase()
              .includes(words),
        );
      const counts: Partial<Record<StatusKind, number>> = {};
      for (const row of matching) counts[row.status.kind] = (counts[row.status.kind] ?? 0) + 1;
      const chosen =
        request.statuses.length === 0
          ? matching
          : matching.filter((row) => request.statuses.includes(row.status.kind));
      const sorted = chosen.toSorted(sorters[request.sort]);
      return {
        rows: sorted.slice(request.offset, request.offset + (request.limit || 100)),
        total: chosen.length,
        counts,
      };
    },
    find_connection: ({ name }) => find(name).row,
    show_connection: ({ connection }) => detail(world, find(connection)),
    rename_connection: ({ connection, name }) => {
      if (!name.trim()) throw refuse("usage", "The name is empty.", { action: "Type one." });
      const found = find(connection);
      found.row.name = name;
      note(found, `Renamed to “${name}”`, "neutral");
      return {};
    },
    disable_connection: ({ connection }) => {
      const found = find(connection);
      found.before = found.row.status.kind;
      found.row.status = { kind: "disabled", sentence: "Switched off" };
      note(found, "Switched off", "neutral");
      return {};
    },
    enable_connection: ({ connection }) => {
      const found = find(connection);
      found.row.status = {
        kind: found.before ?? "connected",
        sentence: `Connected as ${found.row.account ?? ""}`,
      };
      note(found, "Switched on", "neutral");
      return {};
    },
    duplicate_connection: ({ connection }) => {
      const source = find(connection);
      const name = `${source.row.name} copy`;
      const copy = structuredClone(source);
      copy.row = { ...copy.row, id: `connection-${Date.now()}`, name, link_name: linkName(name, "-") };
      world.connections.push(copy);
      note(copy, `Duplicated from “${source.row.name}”`, "neutral");
      return copy.row;
    },
    delete_connection: ({ connection }) => {
      const found = find(connection);
      const deleted = endedOf([found], world);
      world.connections = world.connections.filter((each) => each !== found);
      world.changed(["connections"]);
      return deleted;
    },
    verify_connection: async ({ connection }) => {
      await wait(700);
      const found = find(connection);
      if (found.row.status.kind === "disabled")
        throw refuse("disabled", `“${found.row.name}” is switched off.`, { action: "Switch it on first." });
      const secrets =
        found.row.status.kind === "needs_attention" || found.revoked
          ? ["wrong"]
          : found.row.connector.name === "Amazon S3"
            ? ["offline"]
            : [];
      const result = verificationOf(secrets, found.row.account, found.row.connector.name);
      if (result.outcome === "works") {
        // What the Lab gave out is over: it is refused once, and renewed.
        if (found.row.environment.link_name === "lab" && world.tour && world.ahead > world.tour.ahead)
          note(found, "Token refreshed", "neutral", "Lasts 60 min");
        found.row.verified_at = new Date().toISOString();
        note(found, "Verified", "good", `${result.millis} ms`);
      } else {
        if (result.outcome === "refused")
          found.row.status = { kind: "needs_attention", sentence: "Sign-in rejected" };
        note(
          found,
          result.sentence,
          result.outcome === "refused" ? "bad" : "warning",
          result.millis === null ? "60 s" : `${result.millis} ms`,
        );
      }
      return result;
    },
    connection_history: ({ connection, before, limit }) => {
      const rows = find(connection).history;
      const start = before ?? 0;
      const end = start + (limit || 50);
      return { rows: rows.slice(start, end), next: rows.length > end ? end : null };
    },
    preview_call: ({ connection, call }) => {
      const found = find(connection);
      const { document } = findConnector(world, found.row.connector.id);
      return { sent: sentOf(document, call, { ...examples(document), ...found.settings }) };
    },
    send_call: async ({ connection, call }) => {
      await wait(400);
      const found = find(connection);
      const { document } = findConnector(world, found.row.connector.id);
      const compared = comparedAs(document, call.path);
      const refused = compared !== null || found.row.status.kind === "needs_attention";
      const body = refused
        ? { error: "not authorized" }
        : {
            items: [
              { id: found.row.account, summary: "Jane Okafor", timeZone: "Europe/Berlin", primary: true },
              { id: "team-onboarding@acme.test", summary: "Onboarding", timeZone: "Europe/Berlin" },
            ],
            nextPageToken: null,
          };
      const text = JSON.stringify(body, null, 2);
      note(
        found,
        `${call.method} ${call.path} answered ${refused ? 401 : 200}`,
        refused ? "warning" : "neutral",
        "184 ms",
      );
      return {
        status: refused ? 401 : 200,
        status_text: refused ? "Unauthorized" : "OK",
        headers: [
          ["Content-Type", "application/json"],
          ["Date", new Date().toUTCString()],
        ],
        body: text,
        bytes: text.length,
        cut: false,
        millis: 184,
        sent: sentOf(document, call, { ...examples(document), ...found.settings }),
        refused,
        compared,
      };
    },
  };
}

function examples(document: Parameters<typeof settingsOf>[0]): Record<string, string> {
  return Object.fromEntries(
    settingsOf(document).map((each) => [each.key, each.example ?? each.options[0] ?? ""]),
  );
}

export function detail(world: World, connection: FakeConnection): ConnectionView {
  const { row } = connection;
  const { document } = findConnector(world, row.connector.id);
  const values: Record<string, string> = { ...examples(document), ...connection.settings };
  const base = asText(document.base_url).replaceAll(
    /\{([a-z0-9_]+)\}/g,
    (whole, key: string) => values[key] ?? whole,
  );
  const signsIn = flowOf(document) !== null;
  const rejected = row.status.kind === "needs_attention";
  // What was found by a request was made with a version that names one, whatever the draft says by now.
  const verify = (document.verify ?? (rejected ? { method: "GET", path: "/me" } : undefined)) as
    | { method: string; path: string }
    | undefined;
  return {
    row,
    can_refresh: signsIn && row.expires_at !== null && row.status.kind !== "expiring",
    can_introspect: signsIn && row.status.kind !== "not_signed_in",
    can_revoke: canRevoke(world, connection),
    former: connection.former ?? null,
    created_at: connection.createdAt,
    authentication_label: typeLabel(document),
    agent_group: "System proxy",
    settings: settingsOf(document).map((each) => ({
      key: each.key,
      label: each.name,
      value: values[each.key] ?? "",
    })),
    captures: asList(document.captures)
      .map(asObject)
      .map((each) => ({ key: asText(each.key), value: "acme" })),
    prompts: promptsOf(document).map((each) => ({
      key: each.key,
      name: each.name,
      secret: each.secret,
      filled: row.status.kind !== "not_signed_in",
    })),
    base_url: base,
    origins: row.environment.link_name === "lab" ? [] : [new URL(base).origin],
    new_version: connection.newVersion ?? null,
    verify_request: verify ? `${verify.method} ${verify.path}` : null,
    trouble: rejected
      ? {
          title: `${row.connector.name} does not accept the sign-in any more`,
          explanation:
            "The key was most likely withdrawn or replaced there. Nothing else is affected, and calls through this connection wait.",
          action: "reauthorize",
        }
      : null,
    failed_at: rejected ? (connection.history[0]?.at ?? row.verified_at) : null,
    ...(rejected && { diagnosis: refusedDiagnosis(verify?.path ?? "/") }),
    permissions: permissions(document, row),
  };
}

/** Why a credential is not accepted, in the core's words. */
function refusedDiagnosis(path: string): DiagnosisView {
  return {
    causes: [
      {
        cause: "key_revoked",
        title: "The key was withdrawn or replaced at the service",
        safe: "Trying again unchanged cannot help. Keep what is stored until a new one works.",
        others: null,
        score: 82,
        likelihood: "most_likely",
        action: { fix: "reenter_key", label: "Enter the key again", run: { kind: "reauthorize" } },
      },
    ],
    evidence: {
      sent: [`GET ${path}`, "x-api-key: •••"],
      came: ["401", '{"error":"key revoked"}'],
      known: ["worked_before=true"],
      quotes: ["key revoked"],
    },
  };
}

/** What was asked for, in the connector's order; what was not given stands last. */
function permissions(document: JsonObject, row: ConnectionRow): PermissionView[] {
  if (!row.permissions) return [];
  const { requested, granted } = row.permissions;
  const known = permissionsOf(document);
  const named =
    known.length > 0
      ? known
      : [
          "Read accounts",
          "Read reports",
          "Write drafts",
          "Send messages",
          "Manage lists",
          "Stay signed in",
        ].map((name) => ({ name, value: name.toLowerCase().replaceAll(" ", ".") }));
  return named
    .slice(0, requested)
    .map(({ name, value }, index) => ({ name, value, granted: index < granted }));
}
