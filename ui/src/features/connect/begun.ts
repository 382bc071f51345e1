import type { EnvironmentRef } from "../../ipc/generated";

/** What the form knew of an attempt that it began, for the words beside its timeline. */
export type Begun = {
  attempt: string;
  environment: EnvironmentRef | null;
  /** What people call the permissions, by their values. */
  names: ReadonlyMap<string, string>;
};
