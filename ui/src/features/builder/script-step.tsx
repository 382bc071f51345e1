import { CircleAlert, ChevronRight } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { useAsk } from "../../ipc/ask";
import type { ScriptGlobalView, ScriptReferenceView } from "../../ipc/generated";
import { useLive } from "../../lib/use-live";
import { texts } from "../../texts/scripts";
import { FieldSet } from "./draft-fields";
import { lineOf, withEvent } from "./script-source";
import { knowsPermissions } from "./steps";
import type { Draft } from "./use-draft";

const ScriptEditor = lazy(() =>
  import("./script-editor").then(({ ScriptEditor: loaded }) => ({ default: loaded })),
);

/** Events, editor, what a script can use. */
export function ScriptStep({ draft }: { draft: Draft }) {
  const reference = useAsk("script_reference", {}).data;
  const source = draft.text("/script");
  const { reply: check } = useLive("check_script", { source });
  const [goTo, setGoTo] = useState<{ line: number; column?: number | undefined } | null>(null);
  const set = (text: string) => draft.set("/script", text.trim() === "" ? undefined : text);
  const failure = source.trim() === "" ? undefined : check?.failure;
  return (
    <>
      <FieldSet title={texts.title} lead={texts.lead(reference?.most_millis ?? 50)}>
        <Events
          draft={draft}
          reference={reference}
          written={check?.events ?? []}
          onWrite={(event, hasReply) => {
            const next = withEvent(source, event, hasReply);
            set(next.source);
            setGoTo({ line: next.line });
          }}
          onShow={(event) => setGoTo({ line: lineOf(source, event) ?? 1 })}
        />
      </FieldSet>
      <div className="script">
        <div className="script__bar">
          <span className="grow">{texts.wanted}</span>
        </div>
        <Suspense fallback={<p className="script__loading t3">{texts.loading}</p>}>
          <ScriptEditor
            value={source}
            onChange={set}
            onBlur={() => draft.leave("/script")}
            reference={reference}
            failure={failure?.line === undefined ? undefined : { line: failure.line, column: failure.column }}
            goTo={goTo}
          />
        </Suspense>
        {failure && (
          <div className="script__said" role="alert">
            <Icon of={CircleAlert} size={14} />
            <span className="grow">
              <span className="med">{failure.sentence}</span> {failure.action}
            </span>
            {failure.line !== undefined && (
              <button
                type="button"
                className="link script__go"
                onClick={() => setGoTo({ line: failure.line ?? 1, column: failure.column })}
              >
                {texts.line(failure.line)}
              </button>
            )}
          </div>
        )}
        {!failure &&
          source.trim() !== "" &&
          check?.advice.map((advice) => (
            <p className="script__said script__said--advice" key={advice}>
              {advice}
            </p>
          ))}
      </div>
      {reference && <CanUse globals={reference.globals} />}
    </>
  );
}

type EventsProps = {
  draft: Draft;
  reference: ScriptReferenceView | undefined;
  written: readonly string[];
  onWrite: (event: string, hasReply: boolean) => void;
  onShow: (event: string) => void;
};

function Events({ draft, reference, written, onWrite, onShow }: EventsProps) {
  const withOAuth = knowsPermissions(draft);
  const events = (reference?.events ?? []).filter(
    (event) => withOAuth || !event.oauth || written.includes(event.name),
  );
  return (
    <ul className="card evl" aria-label={texts.eventsLabel}>
      {events.map((event) => {
        const isWritten = written.includes(event.name);
        return (
          <li key={event.name} className={isWritten ? "evl__written" : undefined}>
            <code className={isWritten ? "med" : "t2"}>{event.name}</code>
            <span className="t2">{event.when}</span>
            <Button
              kind="ghost"
              size="sm"
              aria-label={`${isWritten ? texts.show : texts.write} ${event.name}`}
              onPress={() => (isWritten ? onShow(event.name) : onWrite(event.name, event.has_reply))}
            >
              {isWritten ? texts.show : texts.write}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

const places = { always: "", before: texts.onlyBefore, after: texts.onlyAfter };

function CanUse({ globals }: { globals: readonly ScriptGlobalView[] }) {
  return (
    <details className="can-use" open>
      <summary className="more-line">
        <Icon of={ChevronRight} size={14} />
        {texts.canUse}
      </summary>
      <dl className="facts small facts--ruled can-use__list">
        {globals.map((each) => (
          <div className="can-use__row" key={each.name}>
            <dt>
              <code>{each.call ?? each.name}</code>
            </dt>
            <dd>
              {each.about} {places[each.there]}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
