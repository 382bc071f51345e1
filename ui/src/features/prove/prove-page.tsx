import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight, ClipboardCopy, Play, RotateCw, Square } from "lucide-react";
import { Fragment } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { ConnectorCard, ProofView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts as common } from "../../texts/common";
import { texts as lab } from "../../texts/lab";
import { texts } from "../../texts/prove";
import { ProofSide } from "./proof-side";
import { ended, groupsOf, reportOf } from "./report";
import { TrialRow } from "./trial-row";

/** Does this connector survive? Every behaviour of the Lab that fits it, and how it went. */
export function ProvePage() {
  const { connector } = useParams({ from: "/lab/prove/$connector" });
  const proof = useAsk("show_proof", { connector }, { keepPrevious: true });
  const cards = useAsk("list_connectors", { search: "", stage: null });
  const prove = useAct("prove_connector");
  const stop = useAct("stop_proof");
  const card = cards.data?.find((each) => each.id === connector || each.link_name === connector);
  const name = proof.data?.connector.name ?? card?.name ?? connector;
  const error = prove.error ?? stop.error ?? proof.error;
  const begin = async () => {
    if (await prove.run({ connector })) void proof.refetch();
  };
  const end = async () => {
    if (await stop.run({ connector })) void proof.refetch();
  };
  return (
    <main className="main">
      <header className="top top--line">
        <nav className="crumb crumb--short" aria-label={lab.title}>
          <Link to="/lab">{lab.title}</Link>
          <Icon of={ChevronRight} size={14} />
        </nav>
        <ConnectorTile connector={card?.id} name={name} />
        <h1 className="trunc" title={texts.title(name)}>
          {texts.title(name)}
        </h1>
        {proof.data && (
          <Acts
            proof={proof.data}
            beginning={prove.busy}
            stopping={stop.busy}
            onBegin={() => void begin()}
            onStop={() => void end()}
          />
        )}
      </header>
      {error && (
        <div className="build__conflict">
          <ErrorNote
            error={error}
            actions={
              proof.error ? (
                <Button size="sm" onPress={() => void proof.refetch()}>
                  {common.retry}
                </Button>
              ) : undefined
            }
          />
        </div>
      )}
      {proof.data ? (
        <Proved proof={proof.data} card={card} connector={card?.id ?? connector} />
      ) : (
        !proof.error && (
          <p className="sr" role="status">
            {texts.loading}
          </p>
        )
      )}
    </main>
  );
}

type ActsProps = {
  proof: ProofView;
  beginning: boolean;
  stopping: boolean;
  onBegin: () => void;
  onStop: () => void;
};

/** Stop stands where *Run again* will be. */
function Acts({ proof, beginning, stopping, onBegin, onStop }: ActsProps) {
  const done = ended(proof);
  const all = proof.trials.length;
  if (proof.stage === "running") {
    const share = Math.round((100 * done) / all);
    return (
      <span className="push row">
        <span className="t2 small num nowrap" role="status">
          {texts.count(done, all)}
        </span>
        <span
          className="progress prove__progress"
          role="progressbar"
          aria-label={texts.progress}
          aria-valuenow={done}
          aria-valuemin={0}
          aria-valuemax={all}
          style={{ "--v": `${share}%` }}
        >
          <i />
        </span>
        <Button icon={Square} busy={stopping} onPress={onStop}>
          {texts.stop}
        </Button>
      </span>
    );
  }
  const isNew = proof.stage === "not_run";
  return (
    <span className="push row">
      {proof.stage === "stopped" && (
        <span className="t3 small nowrap hide-md" role="status">
          {texts.stopped}
        </span>
      )}
      {!isNew && (
        <Button icon={ClipboardCopy} onPress={() => void copyText(reportOf(proof))}>
          {texts.copyReport}
        </Button>
      )}
      <Button kind="primary" icon={isNew ? Play : RotateCw} busy={beginning} onPress={onBegin}>
        {isNew ? texts.prove : texts.again}
      </Button>
    </span>
  );
}

type ProvedProps = { proof: ProofView; card: ConnectorCard | undefined; connector: string };

function Proved({ proof, card, connector }: ProvedProps) {
  return (
    <div className="duo duo--side">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the keyboard, though nothing in it may take the focus */}
      <section tabIndex={0} aria-label={texts.table}>
        <table className="tbl prove" aria-label={texts.table}>
          <colgroup>
            <col />
            <col className="prove__has-to" />
            <col className="prove__result" />
            <col className="prove__time" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{texts.does}</th>
              <th scope="col">{texts.hasTo(proof.connector.name)}</th>
              <th scope="col">{texts.result}</th>
              <th scope="col" className="end">
                {texts.time}
              </th>
            </tr>
          </thead>
          <tbody>
            {groupsOf(proof.trials).map(({ name, trials }) => (
              <Fragment key={name}>
                <tr className="grp">
                  <th scope="colgroup" colSpan={4}>
                    {name}
                  </th>
                </tr>
                {trials.map((trial) => (
                  <TrialRow
                    key={`${proof.began_at} ${name} ${trial.id}`}
                    trial={trial}
                    connector={connector}
                  />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
      <ProofSide proof={proof} card={card} />
    </div>
  );
}
