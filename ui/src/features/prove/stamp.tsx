import { ShieldAlert, ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { Icon } from "../../components/icon";
import type { StampView } from "../../ipc/generated";
import { ago, fullMoment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/prove";

const t = texts.stamp;

/** What the last whole run of a connector proved, as its card carries it. */
export function Stamp({ stamp }: { stamp: StampView }) {
  const now = useNow();
  const past = ago(stamp.proved_at, Math.max(now, Date.parse(stamp.proved_at)));
  // Within a sentence; the name of a month stays as it is.
  const when = past.charAt(0).toLowerCase() + past.slice(1);
  const { failed } = stamp;
  const right = stamp.passed + stamp.refused;
  const [icon, tint, says] = !stamp.holds
    ? [ShieldQuestionMark, "t3", t.stale]
    : failed > 0
      ? [ShieldAlert, "t-warn", t.partly(right, right + failed, when)]
      : [ShieldCheck, "t-ok", t.proven(when)];
  return (
    <span
      className={`row stamp nowrap ${tint}`}
      title={(stamp.is_ready ? t.ofReady : t.ofDraft)(fullMoment(stamp.proved_at))}
    >
      <Icon of={icon} size={14} />
      {says}
    </span>
  );
}
