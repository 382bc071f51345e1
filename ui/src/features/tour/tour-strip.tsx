import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { useOverlays } from "../../app/overlays";
import { Button } from "../../components/button";
import { Jack } from "../../components/jack";
import { MenuButton } from "../../components/menu";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { TourStep, TourView } from "../../ipc/generated";
import { texts } from "../../texts/tour";
import { RevokeDialog } from "../connection/revoke-dialog";
import { useConnectionActions } from "../connections/connection-actions";
import { useLab } from "../lab/use-lab";
import { useTour } from "./use-tour";

const HOUR = 3600;
const steps = ["connect", "expire", "refresh", "revoke"] as const satisfies TourStep[];

/** The next step of *Try it offline*, below whatever screen is open; nothing for whoever does not take it. */
export function TourStrip() {
  const tour = useAsk("show_tour", {}).data?.tour;
  return tour ? <Strip key={tour.step} tour={tour} /> : null;
}

function Strip({ tour }: { tour: TourView }) {
  const { step, connector_name: service } = tour;
  const number = steps.indexOf(step as (typeof steps)[number]) + 1;
  const here = useRouterState({ select: ({ location }) => location.pathname });
  const connections = useConnectionActions();
  const elsewhere = tour.connection && here !== `/connections/${tour.connection}`;
  return (
    <section className="tour" aria-label={texts.label}>
      <Jack shape="lab" />
      <div className="grow" role="status">
        <p className="med">
          {texts.title[step]}
          {number > 0 && <span className="t3 small tour__count">{texts.count(number, steps.length)}</span>}
        </p>
        <p className="t2">{texts.says[step](service)}</p>
      </div>
      {elsewhere && step !== "done" && (
        <Button size="sm" kind="ghost" onPress={() => tour.connection && connections.open(tour.connection)}>
          {texts.showConnection}
        </Button>
      )}
      <Act tour={tour} />
      <Leave tour={tour} />
    </section>
  );
}

/** The button that does the step. */
function Act({ tour }: { tour: TourView }) {
  const overlays = useOverlays();
  const navigate = useNavigate();
  const connections = useConnectionActions();
  const lab = useLab();
  const verify = useAct("verify_connection");
  const [busy, setBusy] = useState(false);
  const [revoking, setRevoking] = useState(false);
  const { step, connection } = tour;
  const run = {
    connect: () => overlays.open({ kind: "connect", connector: tour.connector, environment: "lab" }),
    expire: async () => {
      setBusy(true);
      await lab.advance(HOUR);
      setBusy(false);
    },
    refresh: async () => {
      if (!connection) return;
      connections.open(connection);
      await verify.run({ connection });
    },
    revoke: () => setRevoking(true),
    done: () => void navigate({ to: "/lab", search: { connector: tour.connector_link_name } }),
  } satisfies Record<TourStep, () => void | Promise<void>>;
  return (
    <>
      <Button
        size="sm"
        busy={busy || verify.busy}
        onPress={() => void run[step]()}
        aria-label={texts.nextStep(texts.act[step])}
      >
        {texts.act[step]}
      </Button>
      {revoking && connection && <Revoke connection={connection} onClose={() => setRevoking(false)} />}
    </>
  );
}

function Revoke({ connection, onClose }: { connection: string; onClose: () => void }) {
  const view = useAsk("show_connection", { connection }).data;
  return view ? <RevokeDialog view={view} onClose={onClose} /> : null;
}

function Leave({ tour }: { tour: TourView }) {
  const { leave } = useTour();
  const name = tour.step === "done" ? texts.finish : texts.leave;
  return (
    <MenuButton
      label={name}
      entries={[
        { id: "keep", name: texts.leaveKeep, run: () => leave(tour, false) },
        { id: "remove", name: texts.leaveRemove, danger: true, run: () => leave(tour, true) },
      ]}
    >
      <Button size="sm" kind="ghost">
        {name}
      </Button>
    </MenuButton>
  );
}
