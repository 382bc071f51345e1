import type * as core from "./generated";

/** The contract as the window uses it: the commands of the core, and a few that it is about to have. What the core
 *  does not know yet shows only on a host that does (`Host.knows`). */

export type CauseAction =
  | { kind: "redirect"; way: core.WayView }
  | { kind: "copy_redirect" }
  | { kind: "connector" }
  | { kind: "again" };

export type Cause = {
  title: string;
  detail: string;
  likelihood: "most_likely" | "possible" | "less_likely";
  action: CauseAction;
};

/** Why a sign-in failed; with ranked causes and the exchanges that show them, where the core has some. */
export type FailureView = core.FailureView & { causes?: Cause[]; evidence?: core.ExchangeView[] };

export type SignInView = Omit<core.SignInView, "failure"> & { failure: FailureView | null };

export type AttemptView = Omit<core.AttemptView, "sign_in"> & { sign_in: SignInView | null };

export type ConnectionView = core.ConnectionView & {
  /** What stood before the last Reauthorize, for as long as it can be brought back. */
  former?: { account: string | null; until: string } | null;
};

export type { RedirectCheck, RedirectWayView, RedirectWaysView } from "./generated";

type PlannedCommands = {
  undo_reauthorize: { request: { connection: string }; reply: core.Done };
};

type Changed = {
  begin_connect: { request: core.BeginConnect; reply: AttemptView };
  paste_redirect: { request: core.PasteRedirect; reply: AttemptView };
  show_attempt: { request: core.ShowAttempt; reply: AttemptView };
  keep_attempt: { request: core.KeepAttempt; reply: AttemptView };
  retry_attempt: { request: core.RetryAttempt; reply: AttemptView };
  refresh_connection: { request: core.RefreshConnection; reply: ConnectionView };
  revoke_connection: { request: core.RevokeConnection; reply: ConnectionView };
  show_connection: { request: core.ShowConnection; reply: ConnectionView };
};

export type Commands = Omit<core.Commands, keyof Changed> & Changed & PlannedCommands;

/** The commands that the core does not have yet. */
export const planned: readonly (keyof Commands)[] = ["undo_reauthorize"] satisfies (keyof PlannedCommands)[];
