import { type ReactNode, Suspense, lazy, startTransition, useEffect, useMemo, useState } from "react";
import { useAsk } from "../ipc/ask";
import { isNotSetUp } from "../features/vault/vault-lock";
import { type Overlay, type Overlays, OverlaysContext } from "./overlays";

const ConnectDialog = lazy(() =>
  import("../features/connect/connect-dialog").then((module) => ({ default: module.ConnectDialog })),
);
const ReauthorizeDialog = lazy(() =>
  import("../features/connect/reauthorize-dialog").then((module) => ({ default: module.ReauthorizeDialog })),
);
const loadPalette = () =>
  import("../features/palette/palette").then((module) => ({ default: module.Palette }));
const Palette = lazy(loadPalette);
const VaultSetup = lazy(() =>
  import("../features/vault/vault-setup").then((module) => ({ default: module.VaultSetup })),
);

/** The palette is fetched once the first screen stands. */
const PALETTE_AFTER_MS = 1000;

/** Holds the one dialog that lies over the screens. Before the first secret is typed, the vault is set up. */
export function OverlayLayer({ children }: { children: ReactNode }) {
  const vault = useAsk("vault_status", {}).data;
  const [overlay, show] = useState<Overlay | null>(null);
  const needsVault = vault !== undefined && isNotSetUp(vault);
  const cards = useAsk("list_connectors", { search: "", stage: null }, { enabled: needsVault }).data;
  const overlays = useMemo<Overlays>(
    () => ({
      open: (next) => {
        const card = next.kind === "connect" ? cards?.find(({ id }) => id === next.connector) : undefined;
        const takesSecrets =
          (next.kind === "connect" && card?.authentication !== "none") || next.kind === "reauthorize";
        const asked: Overlay = takesSecrets && needsVault ? { kind: "vault-setup", after: next } : next;
        // Nothing is shown until its code is there: React would keep a dialog back for 300 ms after an empty moment.
        startTransition(() => show(asked));
      },
      close: () => show(null),
    }),
    [needsVault, cards],
  );
  useEffect(() => {
    // People type on as soon as they have pressed Ctrl K.
    const timer = setTimeout(() => void loadPalette(), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <OverlaysContext value={overlays}>
      {children}
      <Suspense>{overlay && <Shown overlay={overlay} onClose={overlays.close} onNext={show} />}</Suspense>
    </OverlaysContext>
  );
}

function Shown({
  overlay,
  onClose,
  onNext,
}: {
  overlay: Overlay;
  onClose: () => void;
  onNext: (overlay: Overlay | null) => void;
}) {
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
    case "palette":
      return <Palette onClose={onClose} />;
    case "vault-setup":
      return <VaultSetup onClose={onClose} onReady={() => onNext(overlay.after ?? null)} />;
  }
}
