import { type ReactNode, useMemo, useState } from "react";
import { type Overlay, type Overlays, OverlaysContext } from "./overlays";

/** Holds the one dialog that lies over the screens. */
export function OverlayLayer({ children }: { children: ReactNode }) {
  const [, setOverlay] = useState<Overlay | null>(null);
  const overlays = useMemo<Overlays>(() => ({ open: setOverlay, close: () => setOverlay(null) }), []);
  return <OverlaysContext value={overlays}>{children}</OverlaysContext>;
}
