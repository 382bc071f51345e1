import { Copy } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "../../components/button";
import { Switch } from "../../components/toggles";
import type { LabStatus } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts } from "../../texts/lab";
import { useLab } from "./use-lab";

/** Whether it runs, and where. Another process's Lab is used as it is, and ends with that process. */
export function PowerCard({ status: { running, here, address } }: { status: LabStatus }) {
  const lab = useLab();
  const turning = useRef(false);
  const { power } = texts;
  const isElsewhere = running && !here;
  const turn = async (on: boolean) => {
    // A second press while the first one runs is no second wish.
    if (turning.current) return;
    turning.current = true;
    await (on ? lab.start(false) : lab.stop(false));
    turning.current = false;
  };
  return (
    <div className="card power section">
      <Switch label={power.label} checked={running} disabled={isElsewhere} onChange={(on) => void turn(on)} />
      <div className="grow" role="status">
        <p className="semi">{running ? power.on : power.off}</p>
        <p className="hint">{isElsewhere ? power.elsewhere : running ? power.onHint : power.offHint}</p>
      </div>
      {address && (
        <span className="power__address mono">
          <span className="sel">{address}</span>
          <IconButton size="sm" icon={Copy} label={power.copy} onPress={() => void copyText(address)} />
        </span>
      )}
    </div>
  );
}
