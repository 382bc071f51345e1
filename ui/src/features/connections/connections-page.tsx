import { useNavigate, useSearch } from "@tanstack/react-router";
import {
  BadgeCheck,
  Copy,
  KeyRound,
  Pencil,
  Plus,
  Power,
  PowerOff,
  SearchX,
  ShieldCheck,
  Trash2,
} from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useOverlays } from "../../app/overlays";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import { Icon } from "../../components/icon";
import type { MenuEntry } from "../../components/menu";
import { ErrorNote } from "../../components/notes";
import { SearchField } from "../../components/search-field";
import type { ConnectionRow, EnvironmentRef } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { counted } from "../../lib/numbers";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/connections";
import { FirstRun } from "../first-run/first-run";
import { VaultGate } from "../vault/vault-gate";
import { BulkBar } from "./bulk-bar";
import { useConnectionActions } from "./connection-actions";
import { DeleteDialog, RenameDialog } from "./connection-dialogs";
import { ConnectionGrid } from "./connection-grid";
import { ConnectionsLoading, StripSkeleton } from "./connection-skeleton";
import { ConnectionsBar } from "./connections-bar";
import { everyRow } from "./every-row";
import { type ListSearch, isFiltered } from "./list-search";
import { useRows } from "./use-rows";
import { useSelection } from "./use-selection";

type Asking = { kind: "rename"; row: ConnectionRow } | { kind: "delete"; rows: ConnectionRow[] };

export function ConnectionsPage() {
  return (
    <VaultGate>
      <Connections />
    </VaultGate>
  );
}

function Connections() {
  const search = useSearch({ from: "/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const host = useHost();
  const overlays = useOverlays();
  const rows = useRows(search);
  const selection = useSelection();
  const actions = useConnectionActions();
  const [asking, setAsking] = useState<Asking | null>(null);
  const environments = useSeenEnvironments(rows);

  const change = useCallback(
    (next: Partial<ListSearch>) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true }),
    [navigate],
  );
  const find = useCallback((q: string) => change({ q: q || undefined }), [change]);
  const add = () => overlays.open({ kind: "connect", connector: search.connector });
  const reauthorize = (row: ConnectionRow) => overlays.open({ kind: "reauthorize", connection: row.id });
  const withTicked = async (work: (ticked: ConnectionRow[]) => void) => {
    const everything = await everyRow(host, search);
    work(everything.filter((row) => selection.ids.has(row.id)));
  };

  const entries = (row: ConnectionRow): MenuEntry[] => {
    const { menu } = texts;
    const off = row.status.kind === "disabled";
    return [
      { id: "verify", name: menu.verify, icon: BadgeCheck, shortcut: "V", run: () => actions.verify(row) },
      {
        id: "reauthorize",
        name: menu.reauthorize,
        icon: KeyRound,
        shortcut: "R",
        run: () => reauthorize(row),
      },
      "line",
      {
        id: "rename",
        name: menu.rename,
        icon: Pencil,
        shortcut: "F2",
        run: () => setAsking({ kind: "rename", row }),
      },
      { id: "duplicate", name: menu.duplicate, icon: Copy, run: () => void actions.duplicate(row) },
      off
        ? { id: "enable", name: menu.enable, icon: Power, run: () => actions.enable(row) }
        : { id: "disable", name: menu.disable, icon: PowerOff, run: () => actions.disable(row) },
      "line",
      {
        id: "delete",
        name: menu.delete,
        icon: Trash2,
        shortcut: "Del",
        danger: true,
        run: () => setAsking({ kind: "delete", rows: [row] }),
      },
    ];
  };

  if (!rows.isLoading && !rows.error && rows.total === 0 && !isFiltered(search))
    return <FirstRun onAdd={add} />;
  const all = Object.values(rows.counts ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <main className="main">
      <header className="top">
        <h1>{texts.title}</h1>
        <span className="push">
          <SearchField
            label={texts.search}
            value={search.q ?? ""}
            onChange={find}
            disabled={rows.isLoading}
          />
        </span>
        <Button
          icon={BadgeCheck}
          isDisabled={rows.total === 0}
          onPress={() =>
            void everyRow(host, search).then((every) =>
              actions.verifyMany(every.filter((row) => row.status.kind !== "disabled")),
            )
          }
        >
          {texts.verifyAll}
        </Button>
        <Button kind="primary" icon={Plus} onPress={add}>
          {texts.add}
        </Button>
      </header>
      {rows.counts ? (
        <ConnectionsBar search={search} counts={rows.counts} environments={environments} onChange={change} />
      ) : (
        <div className="bar" aria-hidden>
          {rows.isLoading && <StripSkeleton />}
        </div>
      )}
      {rows.isLoading ? (
        <ConnectionsLoading />
      ) : rows.error ? (
        <div className="scroll pad">
          <ErrorNote
            error={rows.error}
            actions={
              <Button size="sm" onPress={rows.retry}>
                {common.retry}
              </Button>
            }
          />
        </div>
      ) : rows.total === 0 ? (
        <div className="scroll">
          <Empty
            icon={SearchX}
            title={texts.nothingFound}
            actions={
              <Button
                onPress={() =>
                  change({ status: undefined, connector: undefined, environment: undefined, q: undefined })
                }
              >
                {texts.clearFilters}
              </Button>
            }
          >
            {texts.nothingFoundHint}
          </Empty>
        </div>
      ) : (
        <ConnectionGrid
          // A changed filter begins at the top again.
          key={JSON.stringify(search)}
          rows={rows}
          selection={selection}
          allTicked={selection.ids.size >= rows.total}
          onTickAll={() =>
            void everyRow(host, search).then((every) => selection.add(every.map((row) => row.id)))
          }
          actions={{
            open: (row) => actions.open(row.id),
            finish: reauthorize,
            entries,
            shortcuts: {
              v: actions.verify,
              r: reauthorize,
              F2: (row) => setAsking({ kind: "rename", row }),
              Delete: (row) =>
                selection.ids.size > 0
                  ? void withTicked((ticked) => setAsking({ kind: "delete", rows: ticked }))
                  : setAsking({ kind: "delete", rows: [row] }),
            },
          }}
        />
      )}
      <footer className="statusline">
        <span>{rows.counts && texts.shown(counted(rows.total), counted(all))}</span>
        <span className="push row">
          <Icon of={ShieldCheck} size={14} />
          {texts.sealed}
        </span>
      </footer>
      {selection.ids.size > 0 && (
        <BulkBar
          count={selection.ids.size}
          onVerify={() => void withTicked(actions.verifyMany)}
          onDelete={() => void withTicked((ticked) => setAsking({ kind: "delete", rows: ticked }))}
          onClear={selection.clear}
        />
      )}
      {asking?.kind === "rename" && <RenameDialog target={asking.row} onClose={() => setAsking(null)} />}
      {asking?.kind === "delete" && (
        <DeleteDialog targets={asking.rows} onClose={() => setAsking(null)} onDone={selection.clear} />
      )}
    </main>
  );
}

/** The environments to filter by: Production, and those that the rows seen so far are in. */
function useSeenEnvironments(rows: ReturnType<typeof useRows>): EnvironmentRef[] {
  const [seen] = useState(() => new Map<string, EnvironmentRef>());
  const { total, row } = rows;
  return useMemo(() => {
    for (let index = 0; index < Math.min(total, 100); index += 1) {
      const environment = row(index)?.environment;
      if (environment) seen.set(environment.link_name, environment);
    }
    return [...seen.values()].toSorted(
      (a, b) => Number(a.link_name === "lab") - Number(b.link_name === "lab") || a.name.localeCompare(b.name),
    );
    // oxlint-disable-next-line react/exhaustive-deps -- `row` is new with every render; new rows come with a new total or page
  }, [total, seen, rows.counts]);
}
