import { createContext, useContext } from "react";
import type { Commands } from "./contract";
import type { Host } from "./host";

export const HostContext = createContext<Host | null>(null);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("no host above this component");
  return host;
}

/** Whether the core has a command, so that what it cannot do does not show. */
export function useKnows(command: keyof Commands): boolean {
  return useHost().knows(command);
}
