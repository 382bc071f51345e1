import { Check, Play, X } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../components/badge";
import { Breakable } from "../../components/breakable";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { Select } from "../../components/select";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { ScriptTriedView } from "../../ipc/generated";
import { texts } from "../../texts/scripts";
import { changedLines } from "./script-source";
import { knowsPermissions } from "./steps";
import type { Draft } from "./use-draft";

/** One event, run for real on made-up data, and what it changed. */
export function ScriptExample({ draft }: { draft: Draft }) {
  const reference = useAsk("script_reference", {}).data;
  const { run, busy, error } = useAct("run_script_example");
  const [event, setEvent] = useState("before_action");
  const [given, setGiven] = useState({ method: "", path: "", body: "", status: "", reply: "" });
  const [tried, setTried] = useState<{ event: string; found: ScriptTriedView } | null>(null);
  const withOAuth = knowsPermissions(draft);
  const events = (reference?.events ?? []).filter((each) => withOAuth || !each.oauth);
  const hasReply = events.find((each) => each.name === event)?.has_reply ?? false;
  const isCall = ["before_action", "after_action", "after_error"].includes(event);
  const put = (key: keyof typeof given) => (text: string) => setGiven((now) => ({ ...now, [key]: text }));
  const start = async () => {
    const status = /^\d{3}$/.test(given.status) ? { status: Number(given.status) } : {};
    const { method, path, body, reply } = given;
    const found = await run({
      document: draft.document,
      event,
      method,
      path,
      body,
      ...status,
      reply: hasReply ? reply : "",
      values: {},
    });
    if (found) setTried({ event, found });
  };
  return (
    <div className="col stack">
      <Select
        label={texts.event}
        mono
        value={event}
        options={events.map((each) => ({ id: each.name, name: each.name }))}
        onChange={setEvent}
      />
      {isCall && !hasReply && (
        <>
          <div className="row row-3 example__line">
            <TextField
              label={texts.method}
              mono
              value={given.method}
              onChange={put("method")}
              placeholder="GET"
            />
            <TextField label={texts.path} mono value={given.path} onChange={put("path")} placeholder="/me" />
          </div>
          <TextField label={texts.body} mono rows={2} value={given.body} onChange={put("body")} />
        </>
      )}
      {hasReply && (
        <>
          <TextField
            label={texts.status}
            mono
            value={given.status}
            onChange={put("status")}
            placeholder="200"
          />
          <TextField
            label={texts.reply}
            mono
            rows={3}
            hint={texts.replyHint}
            value={given.reply}
            onChange={put("reply")}
          />
        </>
      )}
      <div>
        <Button icon={Play} busy={busy} onPress={() => void start()}>
          {texts.runNow}
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
      <div role="status">
        {tried ? <Result event={tried.event} tried={tried.found} /> : <p className="hint">{texts.runHint}</p>}
      </div>
    </div>
  );
}

function Result({ event, tried }: { event: string; tried: ScriptTriedView }) {
  const { run, failure } = tried;
  if (!run && !failure) return <p className="t2">{texts.noFunction(event)}</p>;
  const changed = changedLines(tried.before, tried.after);
  const gone = tried.after.length === 0 ? 0 : changedLines(tried.after, tried.before).filter(Boolean).length;
  const count = Math.max(changed.filter(Boolean).length, gone);
  const stopped = failure?.line === undefined ? texts.stopped : texts.stoppedAt(failure.line);
  return (
    <div className="col stack">
      <div className="row">
        <Badge kind={failure ? "bad" : "ok"}>
          <Icon of={failure ? X : Check} size={12} />
          {failure ? stopped : texts.ran}
        </Badge>
        {run && <span className="t3 small num">{texts.took(run.micros)}</span>}
        {!failure && <span className="t3 small push">{texts.changed(count)}</span>}
      </div>
      {failure ? (
        <div className="card example__failure">
          <p className="med">{failure.sentence}</p>
          <p className="t2 small">{failure.action}</p>
        </div>
      ) : (
        <div className="http example">
          <pre aria-label={texts.result}>
            {tried.after.map((line, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- lines are told apart by their place
              <span className={changed[index] ? "l l--live" : "l"} key={index}>
                <Line text={line} />
              </span>
            ))}
          </pre>
        </div>
      )}
      <div>
        <h3>{texts.printed}</h3>
        {run && run.log.length > 0 ? (
          <pre className="example__log">{run.log.join("\n")}</pre>
        ) : (
          <p className="hint">{texts.printedNothing}</p>
        )}
      </div>
      <p className="hint">{texts.nothingSent}</p>
    </div>
  );
}

/** `Name: value`, its name set apart; everything else as it is. */
function Line({ text }: { text: string }) {
  const header = /^([\w-]+:)( .*)$/.exec(text);
  if (!header) return <Breakable text={text === "" ? " " : text} />;
  return (
    <>
      <span className="hk">{header[1]}</span>
      <Breakable text={header[2] ?? ""} />
    </>
  );
}
