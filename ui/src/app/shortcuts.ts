import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useHost } from "../ipc/host-context";
import { hasCommand } from "../lib/keys";
import { useOverlays } from "./overlays";
import { focusNextPane } from "./panes";

/** The keys that work everywhere (Ctrl, on macOS Cmd). */
export function useShortcuts(): void {
  const navigate = useNavigate();
  const router = useRouter();
  const overlays = useOverlays();
  const host = useHost();
  useEffect(() => {
    const shortcuts: Record<string, () => void> = {
      k: () => overlays.open({ kind: "palette" }),
      n: () => overlays.open({ kind: "connect" }),
      "shift+n": () => void navigate({ to: "/connectors/new" }),
      "1": () => void navigate({ to: "/connections" }),
      "2": () => void navigate({ to: "/connectors" }),
      "3": () => void navigate({ to: "/lab" }),
      "4": () => void navigate({ to: "/settings" }),
      ",": () => void navigate({ to: "/settings" }),
      "[": () => router.history.back(),
      l: () =>
        void host
          .invoke("lock_vault", {})
          .catch(() => void navigate({ to: "/settings", search: { section: "security" } })),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "F6") {
        event.preventDefault();
        focusNextPane(event.shiftKey);
        return;
      }
      // A dialog has the keys to itself, but for the palette.
      const behindDialog =
        document.querySelector('dialog[open], [role="dialog"], [role="alertdialog"]:not(.toast)') !== null;
      if (!hasCommand(event) || event.altKey || behindDialog) return;
      const run = shortcuts[(event.shiftKey ? "shift+" : "") + event.key.toLowerCase()];
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [navigate, router, overlays, host]);
}
