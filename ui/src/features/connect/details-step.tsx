import { ChevronRight, ExternalLink, Lock } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote, Note } from "../../components/notes";
import { PromptField } from "../../components/prompt-field";
import { Select } from "../../components/select";
import { Stepper } from "../../components/stepper";
import { Tile } from "../../components/tile";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import { needsVault } from "../../ipc/errors";
import type { ConnectFormView, ConnectionView } from "../../ipc/contract";
import type { PromptView, WayView } from "../../ipc/generated";
import { linkNameOf } from "../../lib/link-name";
import { texts } from "../../texts/connect";
import { texts as signIn } from "../../texts/sign-in";
import { UnlockVault } from "../vault/unlock-vault";
import { canUseSecrets, isNotSetUp } from "../vault/vault-lock";
import type { Begun, Kept } from "./begun";
import { PermissionChoice, usualOf } from "./permission-choice";
import { type Typed, useTyped } from "./use-typed";

type DetailsStepProps = {
  connector: string;
  existing?: ConnectionView;
  /** What stood in the form before an attempt that was given up. */
  kept?: Kept;
  onTyped: () => void;
  onBack?: () => void;
  onClose: () => void;
  onBegun: (begun: Begun) => void;
};

/** What the connector asks, by the names that people know. */
export function DetailsStep({
  connector,
  existing,
  kept,
  onTyped,
  onBack,
  onClose,
  onBegun,
}: DetailsStepProps) {
  const [name, setName] = useState(kept?.name ?? null);
  const [environment, setEnvironment] = useState(
    kept?.environment ?? existing?.row.environment.link_name ?? "production",
  );
  const [authentication, setAuthentication] = useState(kept?.authentication ?? null);
  const [chosen, setChosen] = useState(kept?.chosen ?? null);
  const [way, setWay] = useState(kept?.way ?? null);
  const form = useAsk("connect_form", { connector, environment, authentication }, { keepPrevious: true });
  const vault = useAsk("vault_status", {}).data;
  const typed = useTyped(onTyped, kept?.values);
  const { run, busy, error } = useAct("begin_connect");
  const view = form.data && withKnownSettings(form.data, existing);
  const scopes = view?.scopes ?? [];
  const permissions = chosen ?? givenBefore(existing) ?? usualOf(scopes);
  const inBrowser = Boolean(view?.way);
  const locked = vault !== undefined && !canUseSecrets(vault) && !isNotSetUp(vault);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    typed.leaveAll();
    if (!view || !typed.isComplete(view)) return;
    const attempt = await run({
      connector,
      connection: existing?.row.id ?? null,
      name: (name ?? existing?.row.name ?? view.default_name).trim(),
      environment,
      authentication,
      ...typed.split(view),
      scopes: scopes.map((each) => each.value).filter((value) => permissions.has(value)),
      way,
      no_browser: false,
    });
    if (!attempt) return;
    typed.forgetSecrets(view);
    onBegun({
      attempt: attempt.attempt,
      environment: view.environments.find((each) => each.link_name === environment) ?? null,
      kept: { name, environment, authentication, values: typed.plain(view), chosen, way },
      names: new Map(scopes.map((each) => [each.value, each.name || each.value])),
    });
  };
  const title = existing ? texts.again(existing.row.name) : view ? texts.to(view.connector_name) : texts.add;
  return (
    <>
      <DialogHead
        title={title}
        subtitle={subtitleOf(view)}
        before={<Tile name={view?.connector_name ?? existing?.row.connector.name ?? "?"} size={32} />}
        onClose={onClose}
      >
        <Stepper steps={stepsOf(view, existing !== undefined)} current={existing ? 0 : 1} />
      </DialogHead>
      {locked && vault && (
        <div className="dialog__body">
          <UnlockVault vault={vault} />
        </div>
      )}
      <form className="dialog__form" hidden={locked} onSubmit={(event) => void submit(event)}>
        <div className="dialog__body col details">
          {form.error && (
            <ErrorNote
              error={form.error}
              actions={
                environment !== "production" && !existing ? (
                  <Button size="sm" onPress={() => setEnvironment("production")}>
                    {texts.toProduction}
                  </Button>
                ) : undefined
              }
            />
          )}
          {error && !error.field && !needsVault(error) && <ErrorNote error={error} />}
          {error && needsVault(error) && !locked && <ErrorNote error={error} />}
          {view && (
            <>
              {!existing && (
                <TextField
                  label={texts.name}
                  value={name ?? view.default_name}
                  onChange={(text) => {
                    setName(text);
                    onTyped();
                  }}
                  autoFocus
                  hint={
                    <>
                      {texts.nameHint} <code>{linkNameOf(name ?? view.default_name)}</code>.
                    </>
                  }
                />
              )}
              <Where
                view={view}
                environment={environment}
                onEnvironment={setEnvironment}
                authentication={authentication}
                onAuthentication={setAuthentication}
                fixed={existing !== undefined}
              />
              {view.setup_help && environment !== "lab" && <Note>{view.setup_help}</Note>}
              <Prompts view={view} typed={typed} error={error} existing={existing} />
              {scopes.length > 0 && (
                <PermissionChoice
                  scopes={scopes}
                  chosen={permissions}
                  onChange={(next) => {
                    setChosen(next);
                    onTyped();
                  }}
                />
              )}
              {inBrowser && <Advanced way={way} onWay={setWay} />}
            </>
          )}
        </div>
        <footer className="dialog__foot">
          <span className="t3 small row">
            <Icon of={Lock} size={14} />
            {texts.sealed}
          </span>
          <span className="push" />
          {onBack && <Button onPress={onBack}>{texts.back}</Button>}
          <Button
            kind="primary"
            type="submit"
            busy={busy}
            isDisabled={!view}
            iconAfter={inBrowser ? ExternalLink : undefined}
          >
            {view?.signs_in
              ? signIn.continueTo(view.connector_name)
              : view?.can_verify === false
                ? texts.saveOnly
                : texts.save}
          </Button>
        </footer>
      </form>
    </>
  );
}

function stepsOf(view: ConnectFormView | undefined, again: boolean): readonly string[] {
  if (view?.signs_in) return again ? signIn.stepsAgain : signIn.steps;
  return again ? texts.stepsAgain : texts.steps;
}

function subtitleOf(view: ConnectFormView | undefined): string | undefined {
  if (!view?.way) return view?.authentication_label;
  return `${view.authentication_label}. ${signIn.signsInBrowser}`;
}

/** Reauthorize asks for what was asked for before. */
function givenBefore(existing: ConnectionView | undefined): ReadonlySet<string> | null {
  if (!existing || existing.permissions.length === 0) return null;
  return new Set(existing.permissions.map((each) => each.value));
}

type AdvancedProps = { way: WayView | null; onWay: (way: WayView | null) => void };

/** Another way back for this sign-in only, as where the usual one is blocked. */
function Advanced({ way, onWay }: AdvancedProps) {
  return (
    <details open={way !== null}>
      <summary className="more-line">
        <Icon of={ChevronRight} size={14} className="chev" />
        {texts.advanced}
      </summary>
      <div className="f2 stacked">
        <Select
          label={signIn.backWay}
          options={(["said", "app", "loopback", "manual"] as const).map((id) => ({
            id,
            name: signIn.ways[id],
          }))}
          value={way ?? "said"}
          onChange={(next) => onWay(next === "said" ? null : next)}
          hint={signIn.backWayHint}
        />
      </div>
    </details>
  );
}

type WhereProps = {
  view: ConnectFormView;
  environment: string;
  onEnvironment: (environment: string) => void;
  authentication: string | null;
  onAuthentication: (authentication: string) => void;
  fixed: boolean;
};

/** The environment, and the way to sign in where there are several. */
function Where({ view, environment, onEnvironment, authentication, onAuthentication, fixed }: WhereProps) {
  const chosen = view.environments.find((each) => each.link_name === environment);
  const choosesEnvironment = !fixed && view.environments.length > 1;
  const ways = view.authentications;
  if (!choosesEnvironment && ways.length === 0) return null;
  return (
    <div className="f2">
      {choosesEnvironment && (
        <Select
          label={texts.environment}
          options={view.environments.map((each) => ({ id: each.link_name, name: each.name }))}
          value={environment}
          onChange={onEnvironment}
          hint={environment === "lab" ? texts.labHint : texts.environmentHint(chosen?.name ?? "")}
        />
      )}
      {ways.length > 0 && (
        <Select
          label={texts.authentication}
          options={ways.map(([id, label]) => ({ id, name: label }))}
          value={authentication ?? ways[0]?.[0] ?? null}
          onChange={onAuthentication}
        />
      )}
    </div>
  );
}

type PromptsProps = {
  view: ConnectFormView;
  typed: Typed;
  error: Parameters<Typed["problem"]>[2];
  existing?: ConnectionView;
};

function Prompts({ view, typed, error, existing }: PromptsProps) {
  const hintOf = ({ key, secret }: PromptView) => {
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
  const needed = view.prompts.filter((each) => !each.optional);
  const optional = view.prompts.filter((each) => each.optional);
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

/** Reauthorize begins with the settings that the connection has. */
function withKnownSettings(form: ConnectFormView, existing: ConnectionView | undefined): ConnectFormView {
  if (!existing) return form;
  const known = new Map(existing.settings.map((each) => [each.key, each.value]));
  return {
    ...form,
    settings: form.settings.map((each) => ({ ...each, default: known.get(each.key) ?? each.default })),
  };
}
