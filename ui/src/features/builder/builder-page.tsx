import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Check, ChevronRight, Ellipsis, ListTodo, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useOverlays } from "../../app/overlays";
import { StageBadge } from "../../components/badge";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { MenuButton } from "../../components/menu";
import { ErrorNote } from "../../components/notes";
import { Tile } from "../../components/tile";
import { say } from "../../components/toast";
import { Tip } from "../../components/tooltip";
import { useAct } from "../../ipc/act";
import { copyText } from "../../lib/clipboard";
import { ago } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/builder";
import { texts as newVersion } from "../../texts/new-version";
import { texts as list } from "../../texts/connectors";
import { texts as proving } from "../../texts/prove";
import { sayUsed } from "../connection/new-version";
import { DeleteConnectorDialog } from "../connectors/delete-connector";
import { Stamp } from "../prove/stamp";
import { GeneralStep } from "./general-step";
import { PermissionsStep } from "./permissions-step";
import { Preview } from "./preview";
import { RequestsStep } from "./requests-step";
import { ScriptStep } from "./script-step";
import { SecurityStep } from "./security-step";
import { type Step, asStep, markOf, stepOf, stepsOf, thingsLeft } from "./steps";
import { type Draft, useDraft } from "./use-draft";
import { VerifyStep } from "./verify-step";

const forms = {
  general: GeneralStep,
  security: SecurityStep,
  permissions: PermissionsStep,
  requests: RequestsStep,
  verify: VerifyStep,
  script: ScriptStep,
};

export function BuilderPage() {
  const { connector, step } = useParams({ from: "/connectors/$connector/$step" });
  return <Builder key={connector} connector={connector} step={asStep(step)} />;
}

function Builder({ connector, step: asked }: { connector: string; step: Step }) {
  const { draft, error } = useDraft(connector);
  const navigate = useNavigate();
  if (!draft) {
    return (
      <main className="main">
        <header className="top top--line">
          <nav className="crumb" aria-label={list.title}>
            <Link to="/connectors">{list.title}</Link>
          </nav>
        </header>
        {error && (
          <div className="pad">
            <ErrorNote error={error} />
          </div>
        )}
      </main>
    );
  }
  const open = (next: Step) =>
    void navigate({ to: "/connectors/$connector/$step", params: { connector, step: next } });
  const steps = stepsOf(draft);
  // As after another authentication type was chosen elsewhere.
  const step = steps.includes(asked) ? asked : "security";
  const Form = forms[step];
  const following = steps[steps.indexOf(step) + 1];
  return (
    <main className="main">
      <BuilderTop draft={draft} onStep={open} />
      {draft.saving === "conflict" && draft.error && (
        <div className="build__conflict">
          <ErrorNote
            error={{
              ...draft.error,
              message: texts.changedElsewhere,
              safe: texts.changedElsewhereDetail,
              action: undefined,
            }}
            actions={
              <>
                <Button size="sm" onPress={() => draft.reload()}>
                  {texts.reload}
                </Button>
                <Button size="sm" onPress={draft.keepMine}>
                  {texts.keepMine}
                </Button>
              </>
            }
          />
        </div>
      )}
      {draft.saving === "failed" && draft.error && (
        <div className="build__conflict">
          <ErrorNote
            error={draft.error}
            actions={
              <Button size="sm" onPress={() => void draft.flush()}>
                {texts.retry}
              </Button>
            }
          />
        </div>
      )}
      <div className="build">
        <nav className="build__steps" aria-label={texts.stepsLabel}>
          <div className="vlist">
            {steps.map((each) => (
              <Link
                key={each}
                to="/connectors/$connector/$step"
                params={{ connector, step: each }}
                aria-current={each === step ? "step" : undefined}
              >
                <StepMark draft={draft} step={each} />
                {texts.steps[each]}
                {isAdvised(draft, each) && <span className="push small t3">{texts.advised}</span>}
              </Link>
            ))}
          </div>
          <p className="hint build__hint">{texts.saveHint}</p>
        </nav>
        <div className="build__form" key={step}>
          <Form draft={draft} />
          {following && (
            <Button iconAfter={ChevronRight} onPress={() => open(following)}>
              {texts.continue(texts.steps[following])}
            </Button>
          )}
        </div>
        <Preview
          draft={draft}
          first={firstOf(step)}
          withScript={step === "script"}
          key={`preview-${firstOf(step)}`}
        />
      </div>
    </main>
  );
}

/** What the preview opens on. */
function firstOf(step: Step): "asked" | "sent" | "run" {
  if (step === "script") return "run";
  return step === "requests" || step === "verify" ? "sent" : "asked";
}

function isAdvised(draft: Draft, step: Step): boolean {
  return step === "verify" && draft.value("/verify") === undefined;
}

function StepMark({ draft, step }: { draft: Draft; step: Step }) {
  const mark = markOf(draft, step);
  if (mark === "needed") return <Jack shape="off" label={texts.mark.needed} />;
  return (
    <span
      className={mark === "done" ? "step-mark t-ok" : "step-mark step-mark--dash"}
      role="img"
      aria-label={texts.mark[mark]}
    >
      {mark === "done" && <Icon of={Check} />}
    </span>
  );
}

function BuilderTop({ draft, onStep }: { draft: Draft; onStep: (step: Step) => void }) {
  const overlays = useOverlays();
  const navigate = useNavigate();
  const markReady = useAct("mark_ready");
  const backToDraft = useAct("back_to_draft");
  const exportFile = useAct("export_connector");
  const everywhere = useAct("use_new_version_everywhere");
  const [deleting, setDeleting] = useState(false);
  const name = draft.text("/name");
  const left = thingsLeft(draft.check);
  const { stage, differs_from_ready: differs } = draft.view;
  const isReady = stage === "ready";
  const connect = () => overlays.open({ kind: "connect", connector: draft.id });
  const ready = async () => {
    draft.leaveAll();
    if (!(await draft.flush()) || !(await markReady.run({ connector: draft.id }))) return;
    say({
      title: texts.readyDone(name),
      detail: texts.readyDetail,
      jack: "ok",
      action: { name: texts.connect, run: connect },
    });
  };
  const back = async () => {
    if (await backToDraft.run({ connector: draft.id }))
      say({ title: texts.draftDone(name), detail: texts.draftDetail });
  };
  const copy = async () => {
    if (!(await draft.flush())) return;
    const file = await exportFile.run({ connector: draft.id });
    if (file) await copyText(file.text);
  };
  const prove = async () => {
    draft.leaveAll();
    if (await draft.flush()) void navigate({ to: "/lab/prove/$connector", params: { connector: draft.id } });
  };
  const stamp = draft.view.stamp;
  const isProven = stamp?.holds === true && stamp.failed === 0;
  const moveAll = async () => {
    const used = await everywhere.run({ connector: draft.id });
    if (used) sayUsed(used);
  };
  const error = markReady.error ?? backToDraft.error ?? exportFile.error ?? everywhere.error;
  return (
    <>
      <header className="top top--line">
        <nav className="crumb crumb--short" aria-label={list.title}>
          <Link to="/connectors">{list.title}</Link>
          <Icon of={ChevronRight} size={14} />
        </nav>
        <Tile name={name || "?"} logo={draft.text("/logo")} />
        <h1 className="trunc" title={name}>
          {name}
        </h1>
        <StageBadge stage={stage} />
        <span className="push row row-3 build__state">
          <SaveState draft={draft} />
          {left.length > 0 && (!isReady || differs) && <ThingsLeft draft={draft} onStep={onStep} />}
          {isReady && differs && left.length === 0 && (
            <span className="small t-warn hide-md">{texts.differs}</span>
          )}
          {stamp && (
            <span className="small hide-md">
              <Stamp stamp={stamp} />
            </span>
          )}
        </span>
        {left.length === 0 && !isProven && (!isReady || differs) && (
          <Tip text={proving.proveHint}>
            <Button icon={ShieldCheck} onPress={() => void prove()}>
              {proving.prove}
            </Button>
          </Tip>
        )}
        {isReady ? (
          <>
            <Button busy={backToDraft.busy} onPress={() => void back()}>
              {texts.draft}
            </Button>
            {differs ? (
              <Button
                kind={left.length === 0 ? "primary" : "default"}
                unavailable={left.length > 0}
                aria-describedby="things-left"
                busy={markReady.busy}
                onPress={() => void ready()}
              >
                {texts.readyAgain}
              </Button>
            ) : (
              <Button kind="primary" onPress={connect}>
                {texts.connect}
              </Button>
            )}
          </>
        ) : (
          <Button
            kind={left.length === 0 ? "primary" : "default"}
            unavailable={left.length > 0}
            aria-describedby="things-left"
            busy={markReady.busy}
            onPress={() => void ready()}
          >
            {texts.ready}
          </Button>
        )}
        <MenuButton
          label={texts.more}
          entries={[
            ...(left.length === 0 ? [{ id: "prove", name: proving.prove, run: () => void prove() }] : []),
            { id: "copy", name: texts.copyFile, run: () => void copy() },
            ...(isReady && draft.view.connections > 0
              ? [{ id: "use", name: newVersion.fromBuilder, run: () => void moveAll() }]
              : []),
            "line",
            { id: "delete", name: texts.delete, danger: true, run: () => setDeleting(true) },
          ]}
        >
          <IconButton icon={Ellipsis} label={texts.more} tip={false} />
        </MenuButton>
      </header>
      {error && (
        <div className="build__conflict">
          <ErrorNote error={error} />
        </div>
      )}
      {deleting && (
        <DeleteConnectorDialog
          connector={{ id: draft.id, name }}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate({ to: "/connectors" })}
        />
      )}
    </>
  );
}

function SaveState({ draft }: { draft: Draft }) {
  const now = useNow();
  const says = {
    saved: texts.saved(ago(draft.savedAt, Math.max(now, Date.parse(draft.savedAt)))),
    typing: texts.saving,
    saving: texts.saving,
    failed: texts.unsaved,
    conflict: texts.unsaved,
  };
  return (
    <span className="t3 small hide-md nowrap" role="status">
      {says[draft.saving]}
    </span>
  );
}

/** What is missing before Ready; a press on a line leads to its step. */
function ThingsLeft({ draft, onStep }: { draft: Draft; onStep: (step: Step) => void }) {
  const left = thingsLeft(draft.check);
  return (
    <MenuButton
      label={texts.leftLabel}
      entries={left.map((each) => ({
        id: each.pointer + each.code,
        name: each.message,
        hint: `${texts.steps[stepOf(each.pointer)]}. ${each.remedy}`,
        run: () => {
          draft.leave(each.pointer);
          onStep(stepOf(each.pointer));
        },
      }))}
    >
      <AriaButton className="t-warn small row nowrap left-button" id="things-left">
        <Icon of={ListTodo} size={14} />
        {texts.left(left.length)}
      </AriaButton>
    </MenuButton>
  );
}
