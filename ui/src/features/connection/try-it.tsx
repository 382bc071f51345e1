import { Send } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import { TextField } from "../../components/field";
import { HttpPreview } from "../../components/http-preview";
import { KeyValueEditor, type Pair } from "../../components/key-value-editor";
import { ErrorNote } from "../../components/notes";
import { RequestLine } from "../../components/request-line";
import { SigningLens } from "../../components/signing-lens";
import { useAct } from "../../ipc/act";
import type { CallInput, ConnectionView, ReplyView } from "../../ipc/generated";
import { hasCommand } from "../../lib/keys";
import { useLive } from "../../lib/use-live";
import { texts } from "../../texts/connection";
import { Reply } from "./reply";

const takesBody = (method: string) => /^(POST|PUT|PATCH|DELETE)$/.test(method);

/** A request by hand: what is sent at the left, what comes back at the right. */
export function TryIt({ view }: { view: ConnectionView }) {
  const [method = "GET", path = ""] = view.verify_request?.split(" ") ?? [];
  const [call, setCall] = useState({ method, path, query: [] as Pair[], headers: [] as Pair[], body: "" });
  const [reply, setReply] = useState<ReplyView | null>(null);
  const { run, busy, error } = useAct("send_call");
  const named = (pairs: Pair[]) => pairs.filter(([name]) => name !== "");
  const input: CallInput = {
    ...call,
    query: named(call.query),
    headers: named(call.headers),
    body: takesBody(call.method) && call.body ? call.body : null,
  };
  const preview = useLive("preview_call", { connection: view.row.id, call: input });
  const send = async () => {
    const received = await run({ connection: view.row.id, call: input });
    setReply(received ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && hasCommand(event)) {
      event.preventDefault();
      void send();
    }
  };
  const t = texts.try;
  return (
    <div className="try">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl Enter sends from any field inside */}
      <form
        className="col try__form"
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div>
          <div className="row">
            <RequestLine
              method={call.method}
              path={call.path}
              onMethod={(next) => setCall({ ...call, method: next })}
              onPath={(next) => setCall({ ...call, path: next })}
            />
            <Button kind="primary" type="submit" icon={Send} busy={busy}>
              {t.send}
            </Button>
          </div>
          <p className="hint try__hint">
            {view.row.account ? t.startsAs(view.base_url, view.row.account) : t.startsWith(view.base_url)}
          </p>
        </div>
        <div className="field">
          <span className="label">{t.query}</span>
          <KeyValueEditor
            label={t.query}
            pairs={call.query}
            onChange={(query) => setCall({ ...call, query })}
            addText={t.addQuery}
          />
        </div>
        <div className="field">
          <span className="label">{t.headers}</span>
          <KeyValueEditor
            label={t.headers}
            pairs={call.headers}
            onChange={(headers) => setCall({ ...call, headers })}
            addText={t.addHeader}
          />
        </div>
        {takesBody(call.method) && (
          <TextField
            label={t.body}
            rows={5}
            mono
            optional
            value={call.body}
            onChange={(body) => setCall({ ...call, body })}
            hint={t.bodyHint}
          />
        )}
        <div className="field">
          {preview.error ? (
            <ErrorNote error={preview.error} />
          ) : (
            preview.reply && (
              <>
                <HttpPreview sent={preview.reply.sent} title={t.willBeSent} />
                <SigningLens steps={preview.reply.sent.signing} />
              </>
            )
          )}
        </div>
      </form>
      <section aria-label={t.reply} aria-live="polite">
        {error ? (
          <ErrorNote error={error} />
        ) : reply ? (
          <Reply reply={reply} />
        ) : (
          <Empty title={busy ? t.sending : t.noReply}>{busy ? undefined : t.noReplyHint}</Empty>
        )}
      </section>
    </div>
  );
}
