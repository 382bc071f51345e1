import { Jack, type JackShape } from "../../components/jack";
import type { ConnectionRow, StatusKind } from "../../ipc/generated";
import { isLab } from "../../lib/environment";
import { texts } from "../../texts/connections";
import { useIsVerifying } from "./verifying";

const shapes: Record<StatusKind, JackShape> = {
  needs_attention: "bad",
  expiring: "warn",
  waiting: "waiting",
  connected: "ok",
  not_signed_in: "off",
  disabled: "disabled",
};

export function statusShape(kind: StatusKind): JackShape {
  return shapes[kind];
}

/** A connection's jack: its status, or that it is being verified; the Lab's own shape while all is well there. */
export function StatusJack({ row, labelled = true }: { row: ConnectionRow; labelled?: boolean }) {
  const verifying = useIsVerifying(row.id);
  const inLab = isLab(row.environment) && row.status.kind === "connected";
  const shape = verifying ? "busy" : inLab ? "lab" : shapes[row.status.kind];
  const label = verifying ? texts.verifying : inLab ? texts.lab : texts.status[row.status.kind];
  return <Jack shape={shape} label={labelled ? label : undefined} />;
}
