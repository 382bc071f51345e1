import { Cable, Lock } from "lucide-react";
import { useState } from "react";
import { Breakable } from "../../components/breakable";
import { Badge, StageBadge } from "../../components/badge";
import { Button } from "../../components/button";
import { HttpPreview } from "../../components/http-preview";
import { Icon } from "../../components/icon";
import { PermissionCheck } from "../../components/permission-check";
import { PromptField } from "../../components/prompt-field";
import { TextField } from "../../components/field";
import { SigningLens } from "../../components/signing-lens";
import { Tabs } from "../../components/tabs";
import { Tile } from "../../components/tile";
import type { JsonObject, PlannedView, PromptView } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { useLive } from "../../lib/use-live";
import { texts } from "../../texts/builder";
import { texts as permissionTexts } from "../../texts/permissions";
import { texts as scriptTexts } from "../../texts/scripts";
import { shownName } from "./scope-list";
import { ScriptExample } from "./script-example";
import { knowsPermissions } from "./steps";
import type { Draft } from "./use-draft";

const t = texts.preview;
const nothing = () => {};

type Tab = "asked" | "sent" | "run";
type PreviewProps = {
  draft: Draft;
  first: Tab;
  /** Whether its script can be run on an example, in place of what is asked. */
  withScript?: boolean;
};

/** What the connector will ask and send, rendered by the code that later does. */
export function Preview({ draft, first, withScript = false }: PreviewProps) {
  const [tab, setTab] = useState<Tab | null>(null);
  const { settings, prompts } = draft.check;
  const values = Object.fromEntries(
    [...settings, ...prompts]
      .filter((each) => !each.secret)
      .map((each): [string, string] => [each.key, each.example ?? each.default ?? each.options[0] ?? ""])
      .filter(([, value]) => value !== ""),
  );
  const { reply, error } = useLive("preview_draft", {
    document: draft.document,
    values,
    connector: draft.view.connector,
  });
  return (
    <aside className="build__view" aria-label={t.label}>
      <Tabs
        label={t.label}
        value={tab ?? first}
        onChange={setTab}
        panelClassName="tabpanel body"
        tabs={[
          withScript
            ? { id: "run" as const, name: scriptTexts.run, panel: <ScriptExample draft={draft} /> }
            : {
                id: "asked" as const,
                name: t.asked,
                panel: (
                  <Asked
                    draft={draft}
                    settings={reply?.settings ?? settings}
                    prompts={reply?.prompts ?? prompts}
                  />
                ),
              },
          {
            id: "sent",
            name: t.sent,
            panel: (
              <div className="col stack">
                {reply && reply.sign_in.length > 0 && <SignIn steps={reply.sign_in} />}
                {reply && reply.sign_in.length > 0 && <h3 className="med">{t.withToken}</h3>}
                {reply?.sent ? (
                  <>
                    <HttpPreview sent={reply.sent} title={t.examples} />
                    <SigningLens steps={reply.sent.signing} />
                  </>
                ) : (
                  <p className="t3">{reply?.why_not ?? error?.message ?? t.nothingYet}</p>
                )}
                {reply && reply.origins.length > 0 && (
                  <div>
                    <p className="hint">{t.origins}</p>
                    {reply.origins.map((origin) => (
                      <code className="sel wrap facts__origin" key={origin}>
                        <Breakable text={origin} />
                      </code>
                    ))}
                  </div>
                )}
                <p className="hint row">
                  <Icon of={Lock} size={14} />
                  {t.noSecrets}
                </p>
              </div>
            ),
          },
        ]}
      />
    </aside>
  );
}

/** The requests of a sign-in in the order in which they will be sent. */
function SignIn({ steps }: { steps: readonly PlannedView[] }) {
  return (
    <section className="col stack" aria-label={t.signIn}>
      <h3 className="med">{t.signIn}</h3>
      <ol className="col stack">
        {steps.map(({ title, sent }, index) => (
          <li key={title}>
            <HttpPreview sent={sent} title={t.step(index + 1, title)} />
            <SigningLens steps={sent.signing} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Asked({
  draft,
  settings,
  prompts,
}: {
  draft: Draft;
  settings: PromptView[];
  prompts: PromptView[];
}) {
  const name = draft.text("/name");
  const type = asText(draft.value("/authentication/type"));
  const permissions = knowsPermissions(draft) ? asList(draft.value("/scopes/items")).map(asObject) : [];
  const label = texts.security.types[type as keyof typeof texts.security.types]?.name;
  return (
    <>
      <p className="hint preview__head">{t.inList}</p>
      <div className="card cxcard">
        <Tile name={name || "?"} size={32} logo={draft.text("/logo")} />
        <div className="cxcard__text">
          <h3 className="trunc">{name}</h3>
          <p className="hint trunc">{draft.text("/link_name")}</p>
        </div>
        <StageBadge stage={draft.view.stage} />
        {draft.text("/description") && (
          <p className="hint preview__description">{draft.text("/description")}</p>
        )}
        <footer>
          <Badge kind="plain">{label ?? t.noType}</Badge>
          {draft.view.connections > 0 && (
            <span className="push row row-1">
              <Icon of={Cable} size={14} />
              {draft.view.connections}
            </span>
          )}
        </footer>
      </div>
      <p className="hint preview__head">{t.whenAdding}</p>
      {/* Only a picture of the form: it takes no focus and no typing. */}
      <div className="card" inert>
        <div className="card__body col stack">
          <TextField label={t.name} value={name} onChange={nothing} />
          {[...settings, ...prompts].map((prompt) => (
            <PromptField key={prompt.key} prompt={prompt} value={prompt.default ?? ""} onChange={nothing} />
          ))}
          {settings.length + prompts.length + permissions.length === 0 && (
            <p className="hint">{t.nothingAsked}</p>
          )}
          {permissions.length > 0 && <Permissions rows={permissions} />}
          <Button>{t.submit}</Button>
        </div>
      </div>
    </>
  );
}

/** Those that are on by default are ticked for a new connection. */
function Permissions({ rows }: { rows: readonly JsonObject[] }) {
  const chosen = rows.filter((row) => row.default === true).length;
  return (
    <div>
      <p className="row">
        <span className="med grow">{permissionTexts.asked}</span>
        <span className="t3 small num">{permissionTexts.chosen(chosen, rows.length)}</span>
      </p>
      {rows.map((row, index) => (
        <PermissionCheck
          // oxlint-disable-next-line react/no-array-index-key -- rows are told apart by their place
          key={index}
          name={shownName(row)}
          description={asText(row.description)}
          checked={row.default === true}
          onChange={nothing}
        />
      ))}
    </div>
  );
}
