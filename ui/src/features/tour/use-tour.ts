import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useOverlays } from "../../app/overlays";
import type { TourView } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { sayDeleted } from "../../lib/say-deleted";
import { sayFailure } from "../../lib/say-failure";
import { texts } from "../../texts/tour";

/** Beginning *Try it offline*, and leaving it. What fails is said. */
export function useTour() {
  const host = useHost();
  const overlays = useOverlays();
  const navigate = useNavigate();
  return useMemo(() => {
    const attempt = (work: () => Promise<void>) => void work().catch(sayFailure);
    return {
      /** Opens the first step, or goes back to where it was left. */
      begin: () =>
        attempt(async () => {
          const { tour } = await host.invoke("begin_tour", {});
          if (tour?.step === "connect")
            overlays.open({ kind: "connect", connector: tour.connector, environment: "lab" });
        }),
      leave: ({ connector_name }: TourView, remove: boolean) =>
        attempt(async () => {
          // What is removed is not looked at any more.
          if (remove) await navigate({ to: "/connections" });
          const deleted = await host.invoke("end_tour", { remove });
          if (remove) sayDeleted(texts.removed(connector_name), [deleted]);
        }),
    };
  }, [host, overlays, navigate]);
}
