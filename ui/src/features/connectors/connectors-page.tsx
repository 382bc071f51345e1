import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, SearchX } from "lucide-react";
import { useCallback, useState } from "react";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import { ErrorNote } from "../../components/notes";
import { SearchField } from "../../components/search-field";
import { Segmented } from "../../components/segmented";
import { useAsk } from "../../ipc/ask";
import type { ConnectorCard as Card, ProvenanceView } from "../../ipc/generated";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/connectors";
import { ConnectorCard } from "./connector-card";
import { CardsLoading } from "./cards-loading";
import { DeleteConnectorDialog } from "./delete-connector";

/** Connectors as cards. A search without a match offers to create what was typed. */
export function ConnectorsPage() {
  const { q = "", show = "custom" } = useSearch({ from: "/connectors" });
  const navigate = useNavigate({ from: "/connectors" });
  const list = useAsk("list_connectors", { search: q, stage: null }, { keepPrevious: true });
  const [deleting, setDeleting] = useState<Card | null>(null);
  const create = (name?: string) => void navigate({ to: "/connectors/new", search: { name } });
  const find = useCallback(
    (words: string) => void navigate({ search: (now) => ({ ...now, q: words || undefined }), replace: true }),
    [navigate],
  );

  const all = list.data ?? [];
  const count = (whose: ProvenanceView) => all.filter((each) => each.provenance === whose).length;
  const hasBuiltIn = count("built_in") > 0 || show === "built_in";
  const shown = hasBuiltIn ? all.filter((each) => each.provenance === show) : all;
  return (
    <main className="main">
      <header className="top top--line">
        <h1>{texts.title}</h1>
        {hasBuiltIn && (
          <Segmented<ProvenanceView>
            label={texts.provenanceLabel}
            value={show}
            onChange={(whose) => void navigate({ search: (now) => ({ ...now, show: whose }), replace: true })}
            choices={[
              { id: "built_in", name: texts.provenance.built_in, count: count("built_in") },
              { id: "custom", name: texts.provenance.custom, count: count("custom") },
            ]}
          />
        )}
        <span className="push">
          <SearchField label={texts.search} value={q} onChange={find} />
        </span>
        <Button kind="primary" icon={Plus} onPress={() => create(q || undefined)}>
          {texts.create}
        </Button>
      </header>
      <div className="scroll pad">
        {list.error ? (
          <ErrorNote
            error={list.error}
            actions={
              <Button size="sm" onPress={() => void list.refetch()}>
                {common.retry}
              </Button>
            }
          />
        ) : list.isPending ? (
          <CardsLoading />
        ) : shown.length > 0 ? (
          <ul className="grid3">
            {shown.map((card) => (
              <ConnectorCard key={card.id} card={card} onDelete={() => setDeleting(card)} />
            ))}
            {!q && (
              <li>
                <Button kind="ghost" className="card cxcard--new" icon={Plus} onPress={() => create()}>
                  {texts.create}
                </Button>
              </li>
            )}
          </ul>
        ) : q ? (
          <Empty
            icon={SearchX}
            title={texts.notFound(q)}
            actions={<Button onPress={() => create(q)}>{texts.createCalled(q)}</Button>}
          >
            {texts.notFoundHint}
          </Empty>
        ) : (
          <Empty
            title={texts.noneTitle}
            actions={
              <Button icon={Plus} onPress={() => create()}>
                {texts.create}
              </Button>
            }
          >
            {texts.noneHint}
          </Empty>
        )}
      </div>
      {deleting && <DeleteConnectorDialog connector={deleting} onClose={() => setDeleting(null)} />}
    </main>
  );
}
