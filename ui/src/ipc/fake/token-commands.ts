import { detail } from "./connection-commands";
import type { FakeConnection } from "./connections-data";
import { type Handlers, refuse, wait } from "./handlers";
import type { World } from "./world";

type TokenCommand =
  | "refresh_connection"
  | "introspect_connection"
  | "revoke_connection"
  | "undo_reauthorize"
  | "use_new_version"
  | "use_new_version_everywhere";

const HOUR_MS = 60 * 60_000;
const UNDO_MS = 10 * 60_000;

export function tokenCommands(world: World): Pick<Handlers, TokenCommand> {
  const find = (id: string) => {
    const found = world.connections.find(({ row }) => row.id === id);
    if (!found)
      throw refuse("not_found", "This connection is no longer here.", { action: "Go back to the list." });
    return found;
  };
  const move = (connections: readonly FakeConnection[]) => {
    const waiting = connections.filter(({ newVersion }) => newVersion);
    const moved = waiting.filter(({ newVersion }) => newVersion?.asks.length === 0);
    const left = waiting.filter(({ newVersion }) => newVersion?.asks.length);
    const reply = {
      moved: moved.map(({ row }) => row),
      left: left.map(({ row, newVersion }) => ({ connection: row, asks: newVersion?.asks ?? [] })),
    };
    for (const each of moved) each.newVersion = null;
    world.changed(["connections"]);
    return reply;
  };
  return {
    use_new_version: ({ connection }) => move([find(connection)]),
    use_new_version_everywhere: ({ connector }) =>
      move(world.connections.filter(({ row }) => row.connector.id === connector)),
    refresh_connection: async ({ connection }) => {
      await wait(500);
      const found = find(connection);
      found.row.expires_at = new Date(Date.now() + HOUR_MS).toISOString();
      found.history.unshift({
        at: new Date().toISOString(),
        sentence: "Token refreshed",
        tone: "neutral",
        aside: "Lasts 60 min",
        exchange: null,
      });
      world.changed(["connections", "authorizations", "activity"]);
      return detail(world, found);
    },
    introspect_connection: async ({ connection }) => {
      await wait(500);
      const { row } = find(connection);
      const service = row.connector.name;
      const works = row.status.kind === "connected" || row.status.kind === "expiring";
      return works
        ? {
            active: true,
            sentence: `${service} says that the access works.`,
            advice: null,
            account: row.account,
            permissions: null,
            expires_at: row.expires_at,
          }
        : {
            active: false,
            sentence: `${service} says that the access is over.`,
            advice: "Sign in again with Reauthorize.",
            account: null,
            permissions: null,
            expires_at: null,
          };
    },
    revoke_connection: async ({ connection }) => {
      await wait(500);
      const found = find(connection);
      found.row.status = { kind: "not_signed_in", sentence: "Not signed in" };
      found.row.expires_at = null;
      found.row.verified_at = null;
      world.changed(["connections", "authorizations", "activity"]);
      return detail(world, found);
    },
    undo_reauthorize: ({ connection }) => {
      const found = find(connection);
      if (!found.former)
        throw refuse("not_found", "There is nothing left to undo.", { safe: "Nothing was changed." });
      const newer = { account: found.row.account, until: new Date(Date.now() + UNDO_MS).toISOString() };
      found.row.account = found.former.account;
      found.row.status = { kind: "connected", sentence: `Connected as ${found.former.account ?? ""}` };
      found.former = newer;
      world.changed(["connections", "authorizations"]);
      return detail(world, found);
    },
  };
}
