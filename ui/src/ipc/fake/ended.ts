import type { Deleted } from "../generated";
import type { FakeConnection } from "./connections-data";
import { flowOf } from "./sign-in-commands";
import type { World } from "./world";

/** Whether the service can be told to end it. */
export function canRevoke(world: World, { row }: FakeConnection): boolean {
  const connector = world.connectors.find(({ id }) => id === row.connector.id);
  return (
    connector !== undefined && flowOf(connector.document) !== null && row.status.kind !== "not_signed_in"
  );
}

/** What became of sign-ins at the service; one service never answers. */
export function endedOf(connections: readonly FakeConnection[], world: World): Deleted {
  const ending = connections.filter((each) => canRevoke(world, each));
  const answers = ({ row }: FakeConnection) => row.connector.id !== "harbour_erp";
  return {
    revoked: ending.filter(answers).map(({ row }) => row.name),
    not_revoked: ending
      .filter((each) => !answers(each))
      .map(({ row }) => ({ connections: [row.name], why: "The service did not answer in time." })),
  };
}
