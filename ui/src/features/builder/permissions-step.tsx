import { ClipboardPaste, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { SearchField } from "../../components/search-field";
import { asList, asObject, asText } from "../../lib/json";
import { texts } from "../../texts/permissions";
import { DelimiterFields } from "./permissions/delimiter";
import { PasteList } from "./permissions/paste-list";
import { PermissionTable } from "./permissions/permission-table";
import type { Draft } from "./use-draft";

/** What a connection may do: the permissions that people choose from, and how they are sent. */
export function PermissionsStep({ draft }: { draft: Draft }) {
  const [words, setWords] = useState("");
  const [asking, setAsking] = useState<"new" | "paste" | null>(null);
  const rows = asList(draft.value("/scopes/items")).map(asObject);
  return (
    <>
      <section className="fs" aria-label={texts.title}>
        <h2>{texts.title}</h2>
        <p className="lead">{texts.lead}</p>
        <div className="row perms__bar">
          <div className="grow">
            <SearchField
              wide
              label={texts.search}
              value={words}
              onChange={setWords}
              disabled={rows.length === 0}
            />
          </div>
          <Button icon={ClipboardPaste} onPress={() => setAsking("paste")}>
            {texts.paste}
          </Button>
          <Button icon={Plus} onPress={() => setAsking("new")}>
            {texts.add}
          </Button>
        </div>
        {asking === "paste" && (
          <PasteList
            known={rows.map((row) => asText(row.value))}
            delimiter={draft.text("/scopes/delimiter")}
            onAdd={(added) => {
              draft.set("/scopes/items", [...rows, ...added]);
              setAsking(null);
            }}
            onClose={() => setAsking(null)}
          />
        )}
        <PermissionTable
          draft={draft}
          rows={rows}
          words={words}
          adding={asking === "new"}
          onAdded={() => setAsking(null)}
        />
      </section>
      <DelimiterFields draft={draft} rows={rows} />
    </>
  );
}
