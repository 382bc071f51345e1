import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { MenuButton } from "../../components/menu";
import { Select } from "../../components/select";
import type { DialGroup, DialView, LabStatus, PersonView } from "../../ipc/generated";
import { texts } from "../../texts/lab";
import { ActLine } from "./act-line";
import { DialLine } from "./dial-line";
import { spanWords } from "./dial-words";
import { useLab } from "./use-lab";

/** Stands for all of them among the connectors to choose from; no link name is empty. */
const ALL = "";
const groups: readonly DialGroup[] = ["sign_in", "tokens", "trouble"];

type BehaviourProps = {
  status: LabStatus;
  /** Link name of the connector that the dials are for. */
  towards: string | null;
  onTowards: (connector: string | null) => void;
  dials: readonly DialView[];
  people: readonly PersonView[];
};

/** How the Lab behaves: each dial acts with the next request. */
export function Behaviour({ status, towards, onTowards, dials, people }: BehaviourProps) {
  const played = status.plays.find((each) => each.link_name === towards);
  return (
    <>
      {status.plays.length > 0 && (
        <div className="row lab__towards">
          <span className="t3" aria-hidden>
            {texts.behaviour.towards}
          </span>
          <Select
            label={texts.behaviour.towards}
            labelHidden
            className="lab__select"
            options={[
              { id: ALL, name: texts.behaviour.all },
              ...status.plays.map((each) => ({ id: each.link_name, name: each.name })),
            ]}
            value={towards ?? ALL}
            onChange={(next) => onTowards(next === ALL ? null : next)}
          />
        </div>
      )}
      {groups.map((group) => (
        <section className="section" key={group} aria-label={texts.groups[group]}>
          <header>
            <h2>{texts.groups[group]}</h2>
          </header>
          {dials
            .filter((dial) => dial.group === group)
            .map((dial) => (
              <DialLine key={dial.id} dial={dial} towards={towards} people={people} />
            ))}
          {group === "tokens" && <TokenActs status={status} towards={towards} name={played?.name} />}
        </section>
      ))}
    </>
  );
}

type TokenActsProps = { status: LabStatus; towards: string | null; name: string | undefined };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is done to all tokens at once. */
function TokenActs({ status: { ahead }, towards, name }: TokenActsProps) {
  const lab = useLab();
  const [busy, setBusy] = useState<"clock" | "revoke" | "rotate" | null>(null);
  const { clock, revoke, rotate } = texts;
  const during = async (what: NonNullable<typeof busy>, work: Promise<unknown>) => {
    setBusy(what);
    await work;
    setBusy(null);
  };
  const later = (id: string, title: string, seconds: number) => ({
    id,
    name: title,
    run: () => void during("clock", lab.advance(seconds)),
  });
  return (
    <>
      <ActLine name={clock.name} hint={ahead > 0 ? clock.ahead(spanWords(ahead)) : clock.hint}>
        <Button size="sm" busy={busy === "clock"} onPress={() => void during("clock", lab.advance(HOUR))}>
          {clock.hour}
        </Button>
        <MenuButton
          label={clock.others}
          entries={[
            later("minute", clock.steps.minute, MINUTE),
            later("ten", clock.steps.tenMinutes, 10 * MINUTE),
            later("day", clock.steps.day, DAY),
            later("month", clock.steps.month, 30 * DAY),
          ]}
        >
          <IconButton size="sm" kind="default" icon={ChevronDown} label={clock.others} tip={false} />
        </MenuButton>
      </ActLine>
      <ActLine name={revoke.name} hint={name ? revoke.hintFor(name) : revoke.hint}>
        <Button
          size="sm"
          kind="danger"
          busy={busy === "revoke"}
          onPress={() => void during("revoke", lab.revoke(towards))}
        >
          {revoke.run}
        </Button>
      </ActLine>
      <ActLine name={rotate.name} hint={rotate.hint}>
        <Button size="sm" busy={busy === "rotate"} onPress={() => void during("rotate", lab.rotate())}>
          {rotate.run}
        </Button>
      </ActLine>
    </>
  );
}
