import { useNavigate, useSearch } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { Button } from "../../components/button";
import { ErrorNote } from "../../components/notes";
import { useAsk } from "../../ipc/ask";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/lab";
import { Behaviour } from "./behaviour";
import { LabLoading } from "./lab-loading";
import { PeopleCard } from "./people-card";
import { PlaysCard } from "./plays-card";
import { PowerCard } from "./power-card";
import { RequestLog } from "./request-log";
import { useLab } from "./use-lab";

/** The Lab: run it, say what it plays and how it behaves, and see what arrives there. */
export function LabPage() {
  const { connector } = useSearch({ from: "/lab" });
  const navigate = useNavigate({ from: "/lab" });
  const lab = useLab();
  const status = useAsk("lab_status", {});
  const people = useAsk("lab_people", {});
  // What is not played any more is no choice, wherever the address came from.
  const played = status.data?.plays.find((each) => each.link_name === connector) ?? null;
  const towards = played?.link_name ?? null;
  const dials = useAsk("lab_dials", { connector: towards }, { keepPrevious: true });
  const own = dials.data?.filter((each) => each.own) ?? [];
  const error = status.error ?? people.error ?? dials.error;
  const retry = () => void Promise.all([status.refetch(), people.refetch(), dials.refetch()]);
  return (
    <main className="main">
      <header className="top top--line">
        <h1>{texts.title}</h1>
        <span className="t3 trunc lab__lead" title={texts.lead}>
          {texts.lead}
        </span>
        <Button
          className="push"
          icon={RotateCcw}
          unavailable={own.length === 0}
          aria-describedby={own.length === 0 ? "nothing-to-reset" : undefined}
          onPress={() =>
            void lab.reset(
              towards,
              own,
              played ? texts.behaviour.resetDoneFor(played.name) : texts.behaviour.resetDone,
            )
          }
        >
          {texts.behaviour.reset}
        </Button>
        {own.length === 0 && (
          <span className="sr" id="nothing-to-reset">
            {played ? texts.behaviour.nothingToResetFor(played.name) : texts.behaviour.nothingToReset}
          </span>
        )}
      </header>
      <div className="duo">
        <div className="pad duo__main">
          {error ? (
            <ErrorNote
              error={error}
              actions={
                <Button size="sm" onPress={retry}>
                  {common.retry}
                </Button>
              }
            />
          ) : status.data && people.data && dials.data ? (
            <>
              <PowerCard status={status.data} />
              <div className="section duo__cards">
                <PlaysCard plays={status.data.plays} />
                <PeopleCard people={people.data} />
              </div>
              <Behaviour
                status={status.data}
                towards={towards}
                onTowards={(next) =>
                  void navigate({ search: { connector: next ?? undefined }, replace: true })
                }
                dials={dials.data}
                people={people.data}
              />
            </>
          ) : (
            <LabLoading />
          )}
        </div>
        <RequestLog status={status.data} />
      </div>
    </main>
  );
}
