import { ChevronRight } from "lucide-react";
import { Icon } from "../../components/icon";
import type { ConnectionRow } from "../../ipc/generated";
import { fullMoment, left } from "../../lib/time";
import { texts } from "../../texts/connections";
import type { RowActs } from "./connection-row";

type ExpiresCellProps = { row: ConnectionRow; now: number; acts: Pick<RowActs, "open" | "finish"> };

/** When the credential ends, or the next step where a person is needed. */
export function ExpiresCell({ row, now, acts }: ExpiresCellProps) {
  switch (row.status.kind) {
    case "needs_attention":
      return (
        <button type="button" className="link fixlink t-bad" tabIndex={-1} onClick={() => acts.open(row)}>
          <span className="trunc" title={row.status.sentence}>
            {row.status.sentence}
          </span>
          <Icon of={ChevronRight} size={14} />
        </button>
      );
    case "not_signed_in":
      return (
        <button type="button" className="link fixlink" tabIndex={-1} onClick={() => acts.finish(row)}>
          {texts.finishSetup}
        </button>
      );
    case "waiting":
      return <span className="t2">{texts.waiting}</span>;
    case "disabled":
      return <span className="t3">{texts.switchedOff}</span>;
    default:
      return row.expires_at ? (
        <span
          className={row.status.kind === "expiring" ? "t-warn med num" : "t2 num"}
          title={fullMoment(row.expires_at)}
        >
          {left(row.expires_at, now)}
        </span>
      ) : (
        <span className="t3">{texts.doesNotExpire}</span>
      );
  }
}
