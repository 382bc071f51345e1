import { ChevronRight } from "lucide-react";
import { Button } from "react-aria-components";
import { Icon } from "../../components/icon";
import type { ConnectionRow } from "../../ipc/generated";
import { fullMoment, left } from "../../lib/time";
import { texts } from "../../texts/connections";

type ExpiresCellProps = { row: ConnectionRow; now: number; onOpen: () => void; onFinish: () => void };

/** When the credential ends, or the next step where a person is needed. */
export function ExpiresCell({ row, now, onOpen, onFinish }: ExpiresCellProps) {
  switch (row.status.kind) {
    case "needs_attention":
      return (
        <Button className="link fixlink t-bad" excludeFromTabOrder onPress={onOpen}>
          <span className="trunc" title={row.status.sentence}>
            {row.status.sentence}
          </span>
          <Icon of={ChevronRight} size={14} />
        </Button>
      );
    case "not_signed_in":
      return (
        <Button className="link fixlink" excludeFromTabOrder onPress={onFinish}>
          {texts.finishSetup}
        </Button>
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
