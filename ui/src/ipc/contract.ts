import type * as core from "./generated";

/** The contract as the window uses it: the commands of the core, and those of signing in that it is about to have.
 *  What the core does not know yet shows only on a host that does (`Host.knows`). */

export type ScopeView = { name: string; value: string; default: boolean; description: string | null };

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

export type ConnectFormView = core.ConnectFormView & {
  scopes?: ScopeView[];
  /** How the browser comes back; none where there is no browser. */
  way?: core.WayView | null;
  /** Whether a person signs in at the service. */
  signs_in?: boolean;
};

export type BeginConnect = core.BeginConnect & {
  scopes?: string[] | null;
  way?: core.WayView | null;
  no_browser?: boolean;
};

export type TokenView = {
  issued_at: string;
  expires_at: string | null;
  /** Whether the service told the expiry, we assume it, or there is none. */
  expiry: "told" | "assumed" | "never";
  renews: boolean;
  refreshed: number;
  can_revoke: boolean;
};

export type ConnectionView = core.ConnectionView & {
  token?: TokenView | null;
  /** What stood before the last Reauthorize, for as long as it can be brought back. */
  former?: { account: string | null; until: string } | null;
};

export type RegistrationView = {
  client_id: string;
  secret_saved: boolean;
  /** Names of the connections that use it. */
  used_by: string[];
};

export type RedirectCheck = { says: string; ok: boolean };
export type RedirectWayView = {
  way: core.WayView;
  address: string | null;
  state: "untested" | "works" | "fails";
  recommended: boolean;
  checks: RedirectCheck[];
};
export type RedirectWaysView = { tested_at: string | null; ways: RedirectWayView[] };

type AttemptOnly = { attempt: string };

type SignInCommands = {
  open_sign_in: { request: AttemptOnly; reply: core.Done };
  copy_sign_in_link: { request: AttemptOnly; reply: core.Done };
  paste_redirect: { request: { address: core.TypedSecret }; reply: AttemptView };
  registration_of: {
    request: { connector: string; environment: string };
    reply: RegistrationView | null;
  };
  save_registration: {
    request: {
      connector: string;
      environment: string;
      client_id: string;
      client_secret: core.TypedSecret | null;
    };
    reply: RegistrationView;
  };
  refresh_connection: { request: { connection: string }; reply: core.Done };
  revoke_connection: { request: { connection: string }; reply: core.Done };
  undo_reauthorize: { request: { connection: string }; reply: core.Done };
  redirect_ways: { request: Record<symbol, never>; reply: RedirectWaysView };
  test_redirect_ways: { request: Record<symbol, never>; reply: RedirectWaysView };
};

type Changed = {
  begin_connect: { request: BeginConnect; reply: AttemptView };
  show_attempt: { request: core.ShowAttempt; reply: AttemptView };
  keep_attempt: { request: core.KeepAttempt; reply: AttemptView };
  retry_attempt: { request: core.RetryAttempt; reply: AttemptView };
  connect_form: { request: core.ConnectForm; reply: ConnectFormView };
  show_connection: { request: core.ShowConnection; reply: ConnectionView };
};

export type Commands = Omit<core.Commands, keyof Changed> & Changed & SignInCommands;

/** The commands that the core does not have yet. */
export const planned: readonly (keyof Commands)[] = [
  "open_sign_in",
  "copy_sign_in_link",
  "paste_redirect",
  "registration_of",
  "save_registration",
  "refresh_connection",
  "revoke_connection",
  "undo_reauthorize",
  "redirect_ways",
  "test_redirect_ways",
] satisfies (keyof SignInCommands)[];
