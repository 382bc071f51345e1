import { Link, useNavigate } from "@tanstack/react-router";
import { Blocks, Cable, FlaskConical, Lock, LockOpen, type LucideIcon, Search, Settings } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Badge } from "../components/badge";
import { Icon } from "../components/icon";
import { Mark } from "../components/mark";
import { Tip } from "../components/tooltip";
import { say } from "../components/toast";
import { useAct } from "../ipc/act";
import { useAsk } from "../ipc/ask";
import type { AppView, VaultView } from "../ipc/generated";
import { commandKey } from "../lib/keys";
import { counted } from "../lib/numbers";
import { texts } from "../texts/frame";
import { useOverlays } from "./overlays";

type Section = {
  to: "/connections" | "/connectors" | "/lab" | "/settings";
  name: string;
  icon: LucideIcon;
  /** How many there are, or how it stands. */
  aside?: ReactNode;
};

const some = (count: number | undefined) => (count ? counted(count) : undefined);

export function Sidebar({ status }: { status: AppView | undefined }) {
  const overlays = useOverlays();
  const lab = useAsk("lab_status", {}).data;
  const sections: Section[] = [
    {
      to: "/connections",
      name: texts.sections.connections,
      icon: Cable,
      aside: some(status?.connections),
    },
    { to: "/connectors", name: texts.sections.connectors, icon: Blocks, aside: some(status?.connectors) },
    {
      to: "/lab",
      name: texts.sections.lab,
      icon: FlaskConical,
      aside: lab && (lab.running ? <Badge kind="lab">{texts.labOn}</Badge> : texts.labOff),
    },
    { to: "/settings", name: texts.sections.settings, icon: Settings },
  ];
  return (
    <aside className="side" aria-label={texts.frame}>
      <div className="side__brand">
        <Mark />
        <span>{texts.product}</span>
      </div>
      <Tip text={texts.searchLabel} shortcut={commandKey("K")}>
        <Button className="side__find" onPress={() => overlays.open({ kind: "palette" })}>
          <Icon of={Search} size={14} />
          <span>{texts.search}</span>
          <kbd aria-hidden>{commandKey("K")}</kbd>
        </Button>
      </Tip>
      <nav className="nav" aria-label={texts.navigation}>
        {sections.map(({ to, name, icon, aside }) => (
          <Link key={to} to={to} title={name}>
            <Icon of={icon} />
            <span>{name}</span>
            {aside && <span className="n">{aside}</span>}
          </Link>
        ))}
      </nav>
      <div className="side__foot">{status && <VaultButton vault={status.vault} />}</div>
    </aside>
  );
}

/** Where the vault stands; pressing it locks an open one, and leads to the way on from any other. */
function VaultButton({ vault }: { vault: VaultView }) {
  const navigate = useNavigate();
  const overlays = useOverlays();
  const lock = useAct("lock_vault");
  const { short, press } = texts.vault[vault.state];
  const isOpen = vault.state === "open" || vault.state === "closed";
  const onPress = async () => {
    if (vault.mode === null) overlays.open({ kind: "vault-setup" });
    else if (!isOpen) void navigate({ to: "/connections" });
    else if (await lock.run({})) say({ title: texts.vaultLocked, detail: texts.vaultLockedDetail });
  };
  return (
    <Tip text={press} shortcut={isOpen ? commandKey("L") : undefined}>
      <Button aria-label={press} onPress={() => void onPress()}>
        <Icon of={isOpen ? LockOpen : Lock} />
        <span className="lbl">{short}</span>
      </Button>
    </Tip>
  );
}
