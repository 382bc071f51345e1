import type { TourStep, TourView } from "../generated";
import { exampleConnector } from "./connectors-data";
import { asText } from "../../lib/json";
import { endedOf } from "./ended";
import type { Handlers } from "./handlers";
import type { World } from "./world";

type TourCommand = "begin_tour" | "show_tour" | "end_tour";

const EXAMPLE = "harbour_tour";

/** The first journey. Its step is read from what happened, as the core does. */
export function tourCommands(world: World): Pick<Handlers, TourCommand> {
  const view = (): TourView | null => {
    const { tour } = world;
    const connector = world.connectors.find((each) => each.id === EXAMPLE);
    if (!tour || !connector) return null;
    const connection = world.connections.findLast((each) => each.row.connector.id === EXAMPLE);
    const happened = (sentence: string) =>
      connection?.history.some((each) => each.sentence === sentence) ?? false;
    const step = (): TourStep => {
      if (!connection) return "connect";
      if (connection.row.status.kind === "not_signed_in") return "done";
      if (happened("Token refreshed")) return "revoke";
      return world.ahead > tour.ahead ? "refresh" : "expire";
    };
    return {
      step: step(),
      connector: EXAMPLE,
      connector_link_name: EXAMPLE,
      connector_name: asText(connector.document.name),
      connection: connection?.row.id ?? null,
      connection_link_name: connection?.row.link_name ?? null,
    };
  };
  return {
    begin_tour: () => {
      if (!world.connectors.some((each) => each.id === EXAMPLE))
        world.connectors.push(exampleConnector(EXAMPLE));
      world.tour ??= { ahead: world.ahead };
      world.changed(["settings", "connectors"]);
      return { tour: view() };
    },
    show_tour: () => ({ tour: view() }),
    end_tour: ({ remove }) => {
      const made = world.connections.filter((each) => each.row.connector.id === EXAMPLE);
      const deleted = remove ? endedOf(made, world) : { revoked: [], not_revoked: [] };
      if (remove) {
        world.connections = world.connections.filter((each) => !made.includes(each));
        world.connectors = world.connectors.filter((each) => each.id !== EXAMPLE);
      }
      world.tour = null;
      world.changed(["settings", "connectors", "connections"]);
      return deleted;
    },
  };
}
