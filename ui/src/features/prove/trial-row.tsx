import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronDown, ChevronRight, CircleX, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Causes, Exchanged } from "../../components/causes";
import { Icon } from "../../components/icon";
import type { RunView, TrialResult, TrialView } from "../../ipc/generated";
import { texts } from "../../texts/prove";

/** One thing that the Lab does, and how it went. What failed tells why, and opens by itself. */
export function TrialRow({ trial, connector }: { trial: TrialView; connector: string }) {
  const navigate = useNavigate();
  const [closed, setClosed] = useState(false);
  const hasWhy = trial.result === "failed";
  const open = hasWhy && !closed;
  const run = (what: RunView) =>
    void navigate({
      to: "/connectors/$connector/$step",
      params: { connector, step: what.kind === "connector" ? what.step : "security" },
    });
  return (
    <>
      <tr className={open ? "open" : undefined}>
        <td>
          {hasWhy ? (
            <AriaButton
              className="rs prove__toggle"
              aria-expanded={open}
              aria-label={texts.why(trial.does)}
              onPress={() => setClosed(open)}
            >
              <Icon of={open ? ChevronDown : ChevronRight} size={14} />
              <span className="med">{trial.does}</span>
            </AriaButton>
          ) : (
            <span className="prove__does">{trial.does}</span>
          )}
        </td>
        <td className="t2">{trial.has_to}</td>
        <td>
          <Result result={trial.result} />
        </td>
        <td className="t3 small num end">{trial.millis !== null && texts.millis(trial.millis)}</td>
      </tr>
      {open && (
        <tr className="why">
          <td colSpan={4}>
            {trial.found && <p className="t2 prove__found">{trial.found}</p>}
            {trial.diagnosis && (
              <>
                <Causes
                  causes={trial.diagnosis.causes.map(inConnector)}
                  busy={false}
                  focuses={false}
                  onRun={run}
                />
                <Exchanged evidence={trial.diagnosis.evidence} />
              </>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

/** Here nobody signs in: what helps is done in the connector, or told. */
function inConnector(cause: NonNullable<TrialView["diagnosis"]>["causes"][number]) {
  const { action } = cause;
  if (action.run.kind === "connector" || action.run.kind === "elsewhere") return cause;
  return { ...cause, action: { ...action, run: { kind: "elsewhere" } as const } };
}

function Result({ result }: { result: TrialResult }) {
  const says = texts.results[result];
  switch (result) {
    case "passed":
      return (
        <span className="rs t-ok">
          <Icon of={Check} />
          {says}
        </span>
      );
    case "refused":
      return (
        <span className="rs t-ok">
          <Icon of={ShieldCheck} />
          {says}
        </span>
      );
    case "failed":
      return (
        <span className="rs t-bad">
          <Icon of={CircleX} />
          {says}
        </span>
      );
    case "running":
      return (
        <span className="rs t2">
          <span className="spin spin--cable" />
          {says}
        </span>
      );
    case "waiting":
      return <span className="t3">{says}</span>;
  }
}
