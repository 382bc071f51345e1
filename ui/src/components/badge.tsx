import { Check } from "lucide-react";
import type { ReactNode } from "react";
import type { StageView } from "../ipc/generated";
import { texts } from "../texts/common";
import { Icon } from "./icon";

type BadgeKind = "neutral" | "plain" | "line" | "ok" | "warn" | "bad" | "lab" | "accent";

export function Badge({ kind = "neutral", children }: { kind?: BadgeKind; children: ReactNode }) {
  return <span className={kind === "neutral" ? "badge" : `badge badge--${kind}`}>{children}</span>;
}

export function StageBadge({ stage }: { stage: StageView }) {
  return stage === "ready" ? (
    <Badge kind="ok">
      <Icon of={Check} size={12} />
      {texts.stage.ready}
    </Badge>
  ) : (
    <Badge kind="line">{texts.stage.draft}</Badge>
  );
}

/** Full square = Production, blue outline = Lab, half = any other. */
export function EnvironmentMark({ environment }: { environment: { link_name: string; name: string } }) {
  const shape = { production: "prod", lab: "lab" }[environment.link_name] ?? "stage";
  return (
    <span className={`env env--${shape}`}>
      <span>{environment.name}</span>
    </span>
  );
}
