import type * as core from "./generated";

/** The contract as the window uses it: the commands of the core, and a few that it is about to have. What the core
 *  does not know yet shows only on a host that does (`Host.knows`). */

export type ConnectionView = core.ConnectionView & {
  /** What stood before the last Reauthorize, for as long as it can be brought back. */
  former?: { account: string | null; until: string } | null;
};

export type { RedirectCheck, RedirectWayView, RedirectWaysView } from "./generated";

type PlannedCommands = {
  undo_reauthorize: { request: { connection: string }; reply: core.Done };
};

type Changed = {
  refresh_connection: { request: core.RefreshConnection; reply: ConnectionView };
  revoke_connection: { request: core.RevokeConnection; reply: ConnectionView };
  show_connection: { request: core.ShowConnection; reply: ConnectionView };
};

export type Commands = Omit<core.Commands, keyof Changed> & Changed & PlannedCommands;

/** The commands that the core does not have yet. */
export const planned: readonly (keyof Commands)[] = ["undo_reauthorize"] satisfies (keyof PlannedCommands)[];
