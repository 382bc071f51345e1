import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ConfirmDialog, Dialog } from "../../components/dialog";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { ConnectionView } from "../../ipc/generated";
import { texts } from "../../texts/connect";
import { AttemptStep } from "./attempt-step";
import type { Begun, Kept } from "./begun";
import { ChooseStep } from "./choose-step";
import { DetailsStep } from "./details-step";
import { RunsCode } from "./runs-code";

type ConnectDialogProps = {
  /** Already chosen, as from a connector's card. */
  connector?: string;
  /** Where it begins, as in the Lab from the Lab's page; anyone can be chosen there. */
  environment?: string;
  /** Reauthorize: the connection whose values are typed again. */
  existing?: ConnectionView;
  /** Signs in with the newest version of the connector, which the connection uses from then on. */
  newVersion?: boolean;
  onClose: () => void;
};

/** Choose a connector, type what it asks, and see what verify finds. */
export function ConnectDialog({
  connector: offered,
  environment,
  existing,
  newVersion = false,
  onClose,
}: ConnectDialogProps) {
  const [connector, setConnector] = useState(offered ?? existing?.row.connector.id ?? null);
  const [begun, setBegun] = useState<Begun | null>(null);
  const attempt = begun?.attempt ?? null;
  const [kept, setKept] = useState<Kept | undefined>();
  const [typed, setTyped] = useState(false);
  const [asking, setAsking] = useState<"typed" | "attempt" | null>(null);
  const standing = useAsk("show_attempt", { attempt: attempt ?? "" }, { enabled: attempt !== null });
  const script = useAsk(
    "connector_script",
    { connector: connector ?? "" },
    { enabled: connector !== null },
  ).data;
  const discard = useAct("discard_attempt");
  const navigate = useNavigate();
  const state = standing.data?.state;
  const undecided = state === "refused" || state === "could_not_check" || state === "new_addresses";

  const signsIn = Boolean(standing.data?.sign_in);
  const isOver = state === "connected";

  const close = () => {
    if (attempt !== null && undecided) setAsking("attempt");
    else if (attempt === null && typed) setAsking("typed");
    // Nobody is left to finish a sign-in whose window was closed.
    else if (attempt !== null && signsIn && !isOver) void dropAttempt().then(onClose);
    else onClose();
  };
  const chooseAgain = () => {
    setConnector(null);
    setKept(undefined);
  };
  const dropAttempt = async () => {
    if (attempt) await discard.run({ attempt });
    setBegun(null);
    setTyped(false);
  };
  return (
    <>
      <Dialog
        isOpen
        onClose={onClose}
        mayClose={() => {
          close();
          return false;
        }}
        label={texts.add}
        size={standing.data?.state === "failed" ? "lg" : "md"}
      >
        {connector === null ? (
          <ChooseStep
            onChoose={setConnector}
            onClose={close}
            onCreate={(name) => {
              onClose();
              void navigate({ to: "/connectors/new", search: { name } });
            }}
          />
        ) : script && !script.agreed ? (
          <RunsCode connector={connector} script={script} onClose={close} />
        ) : begun === null ? (
          <DetailsStep
            connector={connector}
            environment={environment}
            existing={existing}
            newVersion={newVersion}
            kept={kept}
            onTyped={() => setTyped(true)}
            onBack={existing || offered ? undefined : chooseAgain}
            onClose={close}
            onBegun={(next) => {
              setBegun(next);
              setKept(next.kept);
            }}
          />
        ) : (
          <AttemptStep
            begun={begun}
            existing={existing}
            onDiscard={() => void dropAttempt().then(onClose)}
            onTypeAgain={() => void dropAttempt()}
            onAnother={() => {
              setBegun(null);
              setKept(undefined);
              setTyped(false);
              if (!offered) setConnector(null);
            }}
            onWay={(next) => {
              if (begun) setKept({ ...begun.kept, way: next });
              void dropAttempt();
            }}
            onConnector={(step) => {
              void dropAttempt().then(onClose);
              void navigate({ to: "/connectors/$connector/$step", params: { connector, step } });
            }}
            onRedirects={() => {
              void dropAttempt().then(onClose);
              void navigate({ to: "/settings", search: { section: "redirects" } });
            }}
            onClose={close}
          />
        )}
      </Dialog>
      {asking && (
        <ConfirmDialog
          isOpen
          title={asking === "typed" ? texts.leave.title : texts.leaveAttempt.title}
          message={asking === "typed" ? texts.leave.message : texts.leaveAttempt.message}
          keep={texts.leave.keep}
          confirm={asking === "typed" ? texts.leave.confirm : texts.leaveAttempt.confirm}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            if (asking === "attempt") void dropAttempt().then(onClose);
            else onClose();
          }}
        />
      )}
    </>
  );
}
