import { useNavigate } from "@tanstack/react-router";
import { ArrowRight, Cable, FlaskConical, SquarePen, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Badge } from "../../components/badge";
import { Icon } from "../../components/icon";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAsk } from "../../ipc/ask";
import { texts } from "../../texts/first-run";
import { useTour } from "../tour/use-tour";
import { PatchField } from "./patch-field";

/** What stands in place of an empty list: three ways on. */
export function FirstRun({ onAdd }: { onAdd: () => void }) {
  const navigate = useNavigate();
  const tour = useTour();
  const ready = useAsk("list_connectors", { search: "", stage: "ready" }).data ?? [];
  return (
    <main className="main">
      <div className="scroll first__page">
        <div className="first">
          <PatchField />
          <h1>{texts.title}</h1>
          <p className="t2 first__lead">{texts.lead}</p>
          <div className="first__choices">
            {ready.length > 0 && (
              <Choice icon={Cable} title={texts.add} hint={texts.addHint(ready.length)} onPress={onAdd}>
                {ready.slice(0, 6).map((each) => (
                  <ConnectorTile key={each.id} connector={each.id} name={each.name} />
                ))}
              </Choice>
            )}
            <Choice
              icon={FlaskConical}
              title={texts.tryOffline}
              hint={texts.tryOfflineHint}
              onPress={tour.begin}
            >
              <Badge kind="lab">{texts.lab}</Badge>
            </Choice>
            <Choice
              icon={SquarePen}
              title={texts.build}
              hint={texts.buildHint}
              onPress={() => void navigate({ to: "/connectors/new" })}
            >
              {texts.kinds.map((kind) => (
                <Badge key={kind}>{kind}</Badge>
              ))}
            </Choice>
          </div>
        </div>
      </div>
    </main>
  );
}

type ChoiceProps = {
  icon: LucideIcon;
  title: string;
  hint: string;
  onPress: () => void;
  children: ReactNode;
};

function Choice({ icon, title, hint, onPress, children }: ChoiceProps) {
  return (
    <Button className="card card--link choice" onPress={onPress}>
      <span className="row choice__top">
        <Icon of={icon} size={20} className="choice__icon" />
        <Icon of={ArrowRight} className="t3 push" />
      </span>
      <span className="choice__title">{title}</span>
      <span className="t2">{hint}</span>
      <span className="row choice__kinds">{children}</span>
    </Button>
  );
}
