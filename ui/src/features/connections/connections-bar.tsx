import { ArrowDownWideNarrow } from "lucide-react";
import { Jack } from "../../components/jack";
import { Strip } from "../../components/segmented";
import { useAsk } from "../../ipc/ask";
import type { ConnectionPage, EnvironmentRef, StatusKind } from "../../ipc/generated";
import { texts } from "../../texts/connections";
import { FilterMenu } from "./filter-menu";
import { type ListSearch, sorts, statusKinds } from "./list-search";
import { statusShape } from "./status-jack";

type ConnectionsBarProps = {
  search: ListSearch;
  counts: ConnectionPage["counts"];
  environments: readonly EnvironmentRef[];
  onChange: (change: Partial<ListSearch>) => void;
};

const ANY = "";

/** Status with counts at the left; connector, environment and order at the right. */
export function ConnectionsBar({ search, counts, environments, onChange }: ConnectionsBarProps) {
  const connectors = useAsk("list_connectors", { search: "", stage: null });
  const shown = statusKinds.filter((kind) => counts[kind] || kind === search.status);
  const all = statusKinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  const used = (connectors.data ?? []).filter((each) => each.connections > 0 || each.id === search.connector);
  const sort = search.sort ?? "status";
  return (
    <div className="bar">
      <Strip<StatusKind | "all">
        label={texts.statusLabel}
        value={search.status ?? "all"}
        onChange={(value) => onChange({ status: value === "all" ? undefined : value })}
        choices={[
          { id: "all", name: texts.all, count: all },
          ...shown.map((kind) => ({
            id: kind,
            name: texts.statusFilter[kind],
            count: counts[kind] ?? 0,
            glyph: <Jack shape={statusShape(kind)} />,
          })),
        ]}
      />
      <span className="push row">
        <FilterMenu
          label={texts.filterConnector}
          chosen={used.find((each) => each.id === search.connector)?.name ?? texts.any}
          value={search.connector ?? ANY}
          choices={[{ id: ANY, name: texts.any }, ...used]}
          onChange={(value) => onChange({ connector: value || undefined })}
        />
        <FilterMenu
          label={texts.filterEnvironment}
          chosen={environments.find((each) => each.link_name === search.environment)?.name ?? texts.any}
          value={search.environment ?? ANY}
          choices={[
            { id: ANY, name: texts.any },
            ...environments.map((each) => ({ id: each.link_name, name: each.name })),
          ]}
          onChange={(value) => onChange({ environment: value || undefined })}
        />
        <FilterMenu
          label={texts.sortLabel("")}
          icon={ArrowDownWideNarrow}
          chosen={texts.sort[sort].name}
          value={sort}
          choices={sorts.map((id) => ({ id, ...texts.sort[id] }))}
          onChange={(value) => onChange({ sort: sorts.find((each) => each === value) })}
        />
      </span>
    </div>
  );
}
