import type { ReactNode } from "react";
import { useAsk } from "../../ipc/ask";
import { texts as list } from "../../texts/connections";
import { UnlockVault } from "./unlock-vault";
import { canUseSecrets, isNotSetUp } from "./vault-lock";

/** Shows the way to open a locked vault in place of what needs it. Never waits to know: until then it shows the screen. */
export function VaultGate({ children }: { children: ReactNode }) {
  const vault = useAsk("vault_status", {}).data;
  if (!vault || isNotSetUp(vault) || canUseSecrets(vault)) return children;
  return (
    <main className="main">
      <header className="top">
        <h1>{list.title}</h1>
      </header>
      <div className="mid">
        <div className="mid__box">
          <UnlockVault vault={vault} />
        </div>
      </div>
    </main>
  );
}
