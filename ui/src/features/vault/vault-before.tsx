import { Suspense, lazy, useState } from "react";
import { useAsk } from "../../ipc/ask";
import { isNotSetUp } from "./vault-lock";

const VaultSetup = lazy(() => import("./vault-setup").then((module) => ({ default: module.VaultSetup })));

/** Lays the setting up of the vault over a form that takes secrets, where there is no vault yet. */
export function VaultBefore({ needed, onGiveUp }: { needed: boolean; onGiveUp: () => void }) {
  const vault = useAsk("vault_status", {}).data;
  const [stands, setStands] = useState<"not yet" | "open" | "done">("not yet");
  // It stays until the person leaves it, and then is over: the vault is there before its recovery key is, and the status
  // may be read again only later.
  if (stands === "not yet" && needed && vault && isNotSetUp(vault)) setStands("open");
  if (stands !== "open") return null;
  return (
    <Suspense>
      <VaultSetup onClose={onGiveUp} onReady={() => setStands("done")} />
    </Suspense>
  );
}
