import { ChevronRight } from "lucide-react";
import { Icon } from "../../components/icon";
import { PromptField } from "../../components/prompt-field";
import type { ConnectFormView, ConnectionView, PromptView } from "../../ipc/generated";
import { named } from "../../lib/apps";
import { texts as apps } from "../../texts/apps";
import { texts } from "../../texts/connect";
import { appOf, CLIENT_ID } from "./app-choice";
import type { Typed } from "./use-typed";

const isOfApp = (key: string) => key === "client_secret" || key === "private_key";

type PromptsProps = {
  view: ConnectFormView;
  typed: Typed;
  error: Parameters<Typed["problem"]>[2];
  existing?: ConnectionView;
};

/** What the person is asked, by parameter name: settings, sign-in, and what may stay empty. */
export function Prompts({ view, typed, error, existing }: PromptsProps) {
  const app = appOf(view, typed);
  const hintOf = ({ key, secret }: PromptView) => {
    if (secret && app?.has_secret && isOfApp(key) && app.used_by.length > 0)
      return apps.replacesFor(named(app.used_by));
    if (view.issued.includes(key)) return secret ? texts.issuedSecretHint : texts.issuedHint;
    const isSaved = existing?.prompts.some((each) => each.key === key && each.filled);
    return secret && isSaved ? texts.savedBefore : undefined;
  };
  const field = (prompt: PromptView, isFirst: boolean) => (
    <PromptField
      key={prompt.key}
      prompt={prompt}
      value={typed.valueOf(prompt)}
      onChange={(value) => typed.set(prompt.key, value)}
      onBlur={() => typed.leave(prompt.key)}
      problem={typed.problem(view, prompt, error)}
      autoFocus={isFirst && existing !== undefined}
      placeholder={prompt.secret && view.issued.includes(prompt.key) ? texts.issuedSecret : undefined}
      hint={hintOf(prompt)}
    />
  );
  const asked = view.prompts.filter((each) => each.key !== CLIENT_ID || view.apps.length < 2 || !app);
  const needed = asked.filter((each) => !each.optional);
  const optional = asked.filter((each) => each.optional);
  return (
    <>
      {view.settings.length > 0 && (
        <section className="col" aria-label={texts.about(view.connector_name)}>
          <h2>{texts.about(view.connector_name)}</h2>
          <div className="f2">{view.settings.map((each) => field(each, false))}</div>
        </section>
      )}
      {needed.length > 0 && (
        <section className="col" aria-label={texts.signIn}>
          {view.settings.length > 0 && <h2>{texts.signIn}</h2>}
          <div className={needed.length > 1 ? "f2" : "col"}>
            {needed.map((each, index) => field(each, index === 0))}
          </div>
        </section>
      )}
      {view.settings.length + view.prompts.length === 0 && !view.signs_in && (
        <p className="t3">{texts.nothingAsked}</p>
      )}
      {optional.length > 0 && (
        <details>
          <summary className="more-line">
            <Icon of={ChevronRight} size={14} className="chev" />
            {texts.advanced}
          </summary>
          <div className="f2 stacked">{optional.map((each) => field(each, false))}</div>
        </details>
      )}
    </>
  );
}
