import { type ReactNode, Suspense, lazy, startTransition, useEffect, useMemo, useState } from "react";
import { type Overlay, type Overlays, OverlaysContext } from "./overlays";

const ConnectDialog = lazy(() =>
  import("../features/connect/connect-dialog").then((module) => ({ default: module.ConnectDialog })),
);
const ReauthorizeDialog = lazy(() =>
  import("../features/connect/reauthorize-dialog").then((module) => ({ default: module.ReauthorizeDialog })),
);
const Palette = lazy(() =>
  import("../features/palette/palette").then((module) => ({ default: module.Palette })),
);
const VaultSetup = lazy(() =>
  import("../features/vault/vault-setup").then((module) => ({ default: module.VaultSetup })),
);

/** The palette stands by once the first screen stands. */
const PALETTE_AFTER_MS = 1000;

/** Holds the one dialog that lies over the screens. */
export function OverlayLayer({ children }: { children: ReactNode }) {
  const [overlay, show] = useState<Overlay | null>(null);
  const [hasPalette, bringPalette] = useState(false);
  const overlays = useMemo<Overlays>(
    () => ({
      // Nothing is shown until its code is there: React would keep a dialog back for 300 ms after an empty moment.
      open: (next) => startTransition(() => show(next)),
      close: () => show(null),
    }),
    [],
  );
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => bringPalette(true)), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <OverlaysContext value={overlays}>
      {children}
      <Suspense>
        {(hasPalette || overlay?.kind === "palette") && (
          <Palette isOpen={overlay?.kind === "palette"} onClose={overlays.close} />
        )}
      </Suspense>
      <Suspense>
        {overlay && overlay.kind !== "palette" && <Shown overlay={overlay} onClose={overlays.close} />}
      </Suspense>
    </OverlaysContext>
  );
}

type Dialogue = Exclude<Overlay, { kind: "palette" }>;

function Shown({ overlay, onClose }: { overlay: Dialogue; onClose: () => void }) {
  switch (overlay.kind) {
    case "connect":
      return (
        <ConnectDialog connector={overlay.connector} environment={overlay.environment} onClose={onClose} />
      );
    case "reauthorize":
      return (
        <ReauthorizeDialog
          connection={overlay.connection}
          newVersion={overlay.newVersion ?? false}
          onClose={onClose}
        />
      );
    case "vault-setup":
      return <VaultSetup onClose={onClose} onReady={onClose} />;
  }
}
