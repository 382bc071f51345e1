import { Play } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { ErrorNote } from "../../components/notes";
import { Select } from "../../components/select";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { JsonValue } from "../../ipc/generated";
import { asText, valueAt } from "../../lib/json";
import { jsonLines } from "../../lib/json-lines";
import { texts } from "../../texts/builder";
import { texts as detail } from "../../texts/connection";
import { DraftText } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.verify;
const ACCOUNT = "/verify/account";

/** Names the account in the reply: typed as a pointer, or picked from a reply that a connection brings. */
export function AccountPicker({ draft, method, path }: { draft: Draft; method: string; path: string }) {
  const connections = useAsk("list_connections", {
    statuses: [],
    connector: draft.id,
    environment: null,
    search: "",
    sort: "name",
    offset: 0,
    limit: 50,
  });
  const rows = connections.data?.rows ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const connection = rows.find((row) => row.id === chosen)?.id ?? rows[0]?.id ?? null;
  const { run, busy, error } = useAct("send_call");
  const [reply, setReply] = useState<{ status: number; body: JsonValue | undefined } | null>(null);
  const read = async () => {
    if (!connection) return;
    const received = await run({ connection, call: { method, path, query: [], headers: [], body: null } });
    setReply(received ? { status: received.status, body: parsed(received.body) } : null);
  };
  const pointer = draft.text(ACCOUNT);
  const found = reply?.body !== undefined && pointer ? asText(valueAt(reply.body, pointer)) : "";
  return (
    <div className="col stack">
      {rows.length === 0 ? (
        <p className="hint">{t.needConnection}</p>
      ) : (
        <div className="row run">
          <Select
            label={t.readWith}
            className="grow"
            options={rows.map((row) => ({ id: row.id, name: row.name, hint: row.account ?? undefined }))}
            value={connection}
            onChange={setChosen}
          />
          <Button icon={Play} busy={busy} onPress={() => void read()}>
            {t.run}
          </Button>
        </div>
      )}
      {error && <ErrorNote error={error} />}
      {reply && (
        <div>
          <p className="hint pick-hint">
            {reply.body === undefined ? `${reply.status}. ${detail.try.noBody}` : t.pick}
          </p>
          {reply.body !== undefined && (
            <div className="http">
              {jsonLines(reply.body).map((line, index) =>
                line.pointer === null ? (
                  // oxlint-disable-next-line react/no-array-index-key -- lines of a text have no identity
                  <span className="ptr" key={index}>
                    <span>{line.text}</span>
                  </span>
                ) : (
                  <button
                    type="button"
                    className="ptr"
                    key={line.pointer}
                    aria-pressed={line.pointer === pointer}
                    onClick={() => draft.set(ACCOUNT, line.pointer ?? undefined)}
                  >
                    <span>{line.text}</span>
                    {line.pointer === pointer && <Badge kind="accent">{t.badge}</Badge>}
                  </button>
                ),
              )}
            </div>
          )}
        </div>
      )}
      <DraftText
        draft={draft}
        pointer={ACCOUNT}
        label={t.accountLabel}
        optional
        mono
        placeholder="/email"
        hint={
          reply?.body !== undefined && pointer ? (found ? t.reads(found) : t.readsNothing) : t.accountHint
        }
      />
    </div>
  );
}

function parsed(body: string | null): JsonValue | undefined {
  if (body === null) return undefined;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return undefined;
  }
}
