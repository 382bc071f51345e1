import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import {
  BadgeCheck,
  Ban,
  ChevronRight,
  Copy,
  Ellipsis,
  KeyRound,
  Pencil,
  Power,
  PowerOff,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { useOverlays } from "../../app/overlays";
import { EnvironmentMark } from "../../components/badge";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { MenuButton } from "../../components/menu";
import { ErrorNote } from "../../components/notes";
import { Tabs } from "../../components/tabs";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAsk } from "../../ipc/ask";
import type { ConnectionView } from "../../ipc/generated";
import { left } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/connection";
import { texts as list } from "../../texts/connections";
import { useConnectionActions } from "../connections/connection-actions";
import { DeleteDialog, RenameDialog } from "../connections/connection-dialogs";
import { StatusJack } from "../connections/status-jack";
import { VaultGate } from "../vault/vault-gate";
import { History } from "./history";
import { Overview } from "./overview";
import { RevokeDialog } from "./revoke-dialog";
import { TryIt } from "./try-it";
import { useVerification } from "./use-verification";

export function ConnectionPage() {
  const { connection } = useParams({ from: "/connections/$connection" });
  return (
    <VaultGate>
      <Connection key={connection} connection={connection} />
    </VaultGate>
  );
}

function Connection({ connection }: { connection: string }) {
  const view = useAsk("show_connection", { connection });
  return (
    <main className="main">
      <header className="top">
        <nav className="crumb" aria-label={texts.crumb}>
          <Link to="/connections">{list.title}</Link>
          <Icon of={ChevronRight} size={14} />
          <b className="trunc">{view.data?.row.name}</b>
        </nav>
      </header>
      {view.error && (
        <div className="pad">
          <ErrorNote
            error={view.error}
            actions={
              <Button size="sm" onPress={() => void view.refetch()}>
                {common.retry}
              </Button>
            }
          />
        </div>
      )}
      {view.data && <Detail view={view.data} onLook={() => void view.refetch()} />}
    </main>
  );
}

function Detail({ view, onLook }: { view: ConnectionView; onLook: () => void }) {
  const { row } = view;
  const now = useNow();
  const { tab } = useSearch({ from: "/connections/$connection" });
  const navigate = useNavigate({ from: "/connections/$connection" });
  const overlays = useOverlays();
  const actions = useConnectionActions();
  const verification = useVerification(row.id);
  const [asking, setAsking] = useState<"rename" | "delete" | "revoke" | null>(null);
  const reauthorize = () => overlays.open({ kind: "reauthorize", connection: row.id });
  const off = row.status.kind === "disabled";
  return (
    <>
      <div className="hero">
        <ConnectorTile connector={row.connector.id} name={row.connector.name} size={40} />
        <div className="grow">
          <h1>
            <span className="trunc" title={row.name}>
              {row.name}
            </span>
            <IconButton
              size="sm"
              icon={Pencil}
              label={texts.rename}
              shortcut="F2"
              onPress={() => setAsking("rename")}
            />
          </h1>
          <p className="say">
            <StatusJack row={row} labelled={false} />
            {row.status.sentence}
            {row.status.kind === "connected" &&
              row.expires_at !== null &&
              Date.parse(row.expires_at) > now &&
              texts.goesOn(left(row.expires_at, now), view.can_refresh)}
          </p>
        </div>
        <div className="acts">
          <Button
            icon={BadgeCheck}
            busy={verification.busy}
            isDisabled={off}
            onPress={() => void verification.run()}
          >
            {texts.verify}
          </Button>
          <Button icon={KeyRound} onPress={reauthorize}>
            {texts.reauthorize}
          </Button>
          <MenuButton
            label={texts.more}
            entries={[
              {
                id: "duplicate",
                name: list.menu.duplicate,
                icon: Copy,
                run: () => void actions.duplicate(row),
              },
              off
                ? { id: "enable", name: list.menu.enable, icon: Power, run: () => actions.enable(row) }
                : { id: "disable", name: list.menu.disable, icon: PowerOff, run: () => actions.disable(row) },
              "line",
              ...(view.can_revoke
                ? [
                    {
                      id: "revoke",
                      name: texts.revoke.menu,
                      icon: Ban,
                      danger: true,
                      run: () => setAsking("revoke"),
                    },
                  ]
                : []),
              {
                id: "delete",
                name: list.menu.delete,
                icon: Trash2,
                danger: true,
                run: () => setAsking("delete"),
              },
            ]}
          >
            <IconButton icon={Ellipsis} label={texts.more} tip={false} />
          </MenuButton>
        </div>
      </div>
      <Tabs
        label={texts.tabsLabel}
        className="tabset tabset--page"
        listClassName="tabs--page"
        panelClassName="tabpanel scroll"
        value={tab ?? "overview"}
        onChange={(next) =>
          void navigate({ search: { tab: next === "overview" ? undefined : next }, replace: true })
        }
        aside={
          <span className="push row row-4 small t3 tabs__aside">
            <Link
              to="/connectors/$connector/$step"
              params={{ connector: row.connector.id, step: "general" }}
              className="row aside-link"
              title={row.connector.name}
            >
              <ConnectorTile connector={row.connector.id} name={row.connector.name} size={20} />
              <span className="trunc">{row.connector.name}</span>
            </Link>
            <EnvironmentMark environment={row.environment} />
          </span>
        }
        tabs={[
          {
            id: "overview",
            name: texts.tabs.overview,
            panel: <Overview {...{ view, verification, onLook }} onReauthorize={reauthorize} />,
          },
          { id: "try", name: texts.tabs.try, panel: <TryIt view={view} /> },
          { id: "history", name: texts.tabs.history, panel: <History connection={row.id} /> },
        ]}
      />
      {asking === "revoke" && <RevokeDialog view={view} onClose={() => setAsking(null)} />}
      {asking === "rename" && <RenameDialog target={row} onClose={() => setAsking(null)} />}
      {asking === "delete" && (
        <DeleteDialog
          targets={[row]}
          onClose={() => setAsking(null)}
          onDone={() => void navigate({ to: "/connections" })}
        />
      )}
    </>
  );
}
