import type { Commands, Tag } from "./generated";

/** The seam to the core: everything the window knows and does goes through here. */
export interface Host {
  /** Runs one command of the core. Rejects with an `ErrorView`. */
  invoke<K extends keyof Commands>(
    command: K,
    request: Commands[K]["request"],
  ): Promise<Commands[K]["reply"]>;
  /** Calls `listener` with what changed, by whomever, for as long as the page stands. */
  onChanges(listener: (tags: Tag[]) => void): void;
}
