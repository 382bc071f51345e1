import type { EnvironmentRef, WayView } from "../../ipc/generated";

/** What was put into the form, secrets left out: it stands there again when the person goes back. */
export type Kept = {
  name: string | null;
  environment: string;
  authentication: string | null;
  values: Record<string, string>;
  /** The permissions that were chosen; none while the usual ones stand. */
  chosen: ReadonlySet<string> | null;
  /** Another way back from the browser than the connector's. */
  way: WayView | null;
};

/** What the form knew of an attempt that it began, for the words beside its timeline. */
export type Begun = {
  attempt: string;
  environment: EnvironmentRef | null;
  /** What people call the permissions, by their values. */
  names: ReadonlyMap<string, string>;
  kept: Kept;
};
