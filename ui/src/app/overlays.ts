import { createContext, useContext } from "react";

/** What lies over the screens: one dialog at a time, asked for from anywhere. */
export type Overlay =
  | { kind: "connect"; connector?: string; environment?: string }
  | { kind: "reauthorize"; connection: string; newVersion?: boolean }
  | { kind: "palette" }
  | { kind: "vault-setup" };

export type Overlays = { open: (overlay: Overlay) => void; close: () => void };

export const OverlaysContext = createContext<Overlays | null>(null);

export function useOverlays(): Overlays {
  const overlays = useContext(OverlaysContext);
  if (!overlays) throw new Error("no overlays above this component");
  return overlays;
}
