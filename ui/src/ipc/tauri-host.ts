import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Tag } from "./generated";
import type { Host } from "./host";

/** The real core, behind Tauri's commands and its one event. */
export const tauriHost: Host = {
  invoke: (command, request) => invoke(command, { request }),
  onChanges(listener) {
    void listen<Tag[]>("changes", (event) => listener(event.payload));
  },
};
