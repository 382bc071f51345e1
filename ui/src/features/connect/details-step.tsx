import { ExternalLink, Lock } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote, Note } from "../../components/notes";
import { Stepper } from "../../components/stepper";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import { needsVault } from "../../ipc/errors";
import type { ConnectFormView, ConnectionView, ScopeView } from "../../ipc/generated";
import { linkNameOf } from "../../lib/link-name";
import { texts } from "../../texts/connect";
import { texts as signIn } from "../../texts/sign-in";
import { VaultBefore } from "../vault/vault-before";
import { UnlockVault } from "../vault/unlock-vault";
import { canUseSecrets, isNotSetUp } from "../vault/vault-lock";
import { AppChoice, appOf, CLIENT_ID } from "./app-choice";
import type { Begun, Kept } from "./begun";
import { PermissionChoice, usualOf } from "./permission-choice";
import { Prompts } from "./prompts";
import { useTyped } from "./use-typed";
import { Where, WayBack } from "./where";

type DetailsStepProps = {
  connector: string;
  /** Where it begins. */
  environment?: string;
  existing?: ConnectionView;
  newVersion: boolean;
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
  environment: offered,
  existing,
  newVersion,
  kept,
  onTyped,
  onBack,
  onClose,
  onBegun,
}: DetailsStepProps) {
  const [name, setName] = useState(kept?.name ?? null);
  const [environment, setEnvironment] = useState(
    kept?.environment ?? existing?.row.environment.link_name ?? offered ?? "production",
  );
  const [authentication, setAuthentication] = useState(kept?.authentication ?? null);
  const [chosen, setChosen] = useState(kept?.chosen ?? null);
  const [way, setWay] = useState(kept?.way ?? null);
  const again = { connection: existing?.row.id ?? null, new_version: newVersion };
  const typed = useTyped(onTyped, kept?.values);
  const form = useAsk(
    "connect_form",
    { connector, environment, authentication, ...again, client_id: typed.given(CLIENT_ID) },
    { keepPrevious: true },
  );
  const vault = useAsk("vault_status", {}).data;
  const { run, busy, error } = useAct("begin_connect");
  const agree = useAct("agree_to_inside");
  const view = form.data;
  const scopes = view?.scopes ?? [];
  const permissions = chosen ?? askedBefore(scopes, existing, newVersion) ?? usualOf(scopes);
  const inBrowser = Boolean(view?.way);
  const takesSecrets = view?.needs_vault ?? false;
  const locked = takesSecrets && vault !== undefined && !canUseSecrets(vault) && !isNotSetUp(vault);

  const begin = async () => {
    typed.leaveAll();
    if (!view || !typed.isComplete(view)) return;
    const attempt = await run({
      connector,
      ...again,
      name: (name ?? existing?.row.name ?? view.default_name).trim(),
      environment,
      authentication,
      ...typed.split(view),
      scopes:
        scopes.length > 0 ? scopes.map((each) => each.value).filter((value) => permissions.has(value)) : null,
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void begin();
  };
  const agreeAndBegin = async (addresses: string[]) => {
    if (await agree.run({ connector, addresses })) await begin();
  };
  const title = existing ? texts.again(existing.row.name) : view ? texts.to(view.connector_name) : texts.add;
  return (
    <>
      <DialogHead
        title={title}
        subtitle={subtitleOf(view)}
        before={
          <ConnectorTile
            connector={connector}
            name={view?.connector_name ?? existing?.row.connector.name ?? "?"}
            size={32}
          />
        }
        onClose={onClose}
      >
        <Stepper steps={stepsOf(view, existing !== undefined)} current={existing ? 0 : 1} />
      </DialogHead>
      <VaultBefore needed={takesSecrets} onGiveUp={onBack ?? onClose} />
      {locked && vault && (
        <div className="dialog__body">
          <UnlockVault vault={vault} />
        </div>
      )}
      <form className="dialog__form" hidden={locked} onSubmit={submit}>
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
          {error?.code === "inside_not_agreed" && (
            <ErrorNote
              error={error}
              actions={
                <Button size="sm" busy={agree.busy} onPress={() => void agreeAndBegin(error.names)}>
                  {texts.agreeToInside}
                </Button>
              }
            />
          )}
          {agree.error && <ErrorNote error={agree.error} />}
          {error && !error.field && !needsVault(error) && error.code !== "inside_not_agreed" && (
            <ErrorNote error={error} />
          )}
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
                onEnvironment={(next) => {
                  // An app is kept for one environment.
                  if (appOf(view, typed)) typed.takeBack(CLIENT_ID);
                  setEnvironment(next);
                }}
                authentication={authentication}
                onAuthentication={setAuthentication}
                isAgain={existing !== undefined}
                choosesWay={existing === undefined || newVersion}
              />
              <AppChoice view={view} typed={typed} />
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
              {inBrowser && <WayBack way={way} onWay={setWay} />}
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

/** Reauthorize asks for what was asked for before; with a new version also for what that asks besides. */
function askedBefore(
  scopes: readonly ScopeView[],
  existing: ConnectionView | undefined,
  newVersion: boolean,
): ReadonlySet<string> | null {
  if (!existing || existing.permissions.length === 0) return null;
  const before = existing.permissions.map((each) => each.value);
  const besides = newVersion ? (existing.new_version?.permissions ?? []) : [];
  const offered = new Set(scopes.map((each) => each.value));
  return new Set([...before, ...besides].filter((value) => offered.has(value)));
}
