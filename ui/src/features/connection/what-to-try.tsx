import { useNavigate } from "@tanstack/react-router";
import { Causes, Exchanged } from "../../components/causes";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { ConnectionView, ConnectorStepView, DiagnosisView } from "../../ipc/generated";
import { runCause } from "../connect/run-cause";
import type { Verifying } from "./use-verification";

type WhatToTryProps = {
  view: ConnectionView;
  diagnosis: DiagnosisView;
  verification: Verifying;
  onReauthorize: () => void;
};

/** Why the connection failed last, the likeliest cause first, and what helps against it from here. */
export function WhatToTry({ view, diagnosis, verification, onReauthorize }: WhatToTryProps) {
  const navigate = useNavigate();
  const refresh = useAct("refresh_connection");
  const { row } = view;
  const toRedirects = () => void navigate({ to: "/settings", search: { section: "redirects" } });
  const ways = {
    tryAgain: () => void verification.run(),
    refresh: () => void refresh.run({ connection: row.id }),
    onBack: onReauthorize,
    onWay: onReauthorize,
    onConnector: (step: ConnectorStepView) =>
      void navigate({
        to: "/connectors/$connector/$step",
        params: { connector: row.connector.id, step },
      }),
    onRedirects: toRedirects,
    redirectUri: null,
  };
  return (
    <>
      <Causes
        causes={diagnosis.causes}
        busy={verification.busy || refresh.busy}
        focuses={false}
        onRun={(run) => runCause(run, ways)}
      />
      {refresh.error && <ErrorNote error={refresh.error} />}
      <Exchanged evidence={diagnosis.evidence} at={verification.result ? null : view.failed_at} />
    </>
  );
}
