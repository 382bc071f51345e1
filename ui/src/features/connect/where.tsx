import { ChevronRight } from "lucide-react";
import { Icon } from "../../components/icon";
import { Select } from "../../components/select";
import type { ConnectFormView, WayView } from "../../ipc/generated";
import { texts } from "../../texts/connect";
import { texts as signIn } from "../../texts/sign-in";

type WhereProps = {
  view: ConnectFormView;
  environment: string;
  onEnvironment: (environment: string) => void;
  authentication: string | null;
  onAuthentication: (authentication: string) => void;
  /** For a connection that stands: its environment stays. */
  isAgain: boolean;
  choosesWay: boolean;
};

/** The environment, and the way to sign in where there are several. */
export function Where({
  view,
  environment,
  onEnvironment,
  authentication,
  onAuthentication,
  isAgain,
  choosesWay,
}: WhereProps) {
  const chosen = view.environments.find((each) => each.link_name === environment);
  const choosesEnvironment = !isAgain && view.environments.length > 1;
  const ways = choosesWay ? view.authentications : [];
  if (!choosesEnvironment && ways.length === 0) return null;
  return (
    <div className="f2">
      {choosesEnvironment && (
        <Select
          label={texts.environment}
          options={view.environments.map((each) => ({ id: each.link_name, name: each.name }))}
          value={environment}
          onChange={onEnvironment}
          hint={environment === "lab" ? texts.labHint : texts.environmentHint(chosen?.name ?? "")}
        />
      )}
      {ways.length > 0 && (
        <Select
          label={texts.authentication}
          options={ways.map(([id, label]) => ({ id, name: label }))}
          value={authentication ?? view.authentication ?? ways[0]?.[0] ?? null}
          onChange={onAuthentication}
        />
      )}
    </div>
  );
}

type WayBackProps = { way: WayView | null; onWay: (way: WayView | null) => void };

/** Another way back for this sign-in only, as where the usual one is blocked. */
export function WayBack({ way, onWay }: WayBackProps) {
  return (
    <details open={way !== null}>
      <summary className="more-line">
        <Icon of={ChevronRight} size={14} className="chev" />
        {signIn.backWay}
      </summary>
      <div className="f2 stacked">
        <Select
          label={signIn.redirect}
          options={(["said", "app", "loopback", "manual"] as const).map((id) => ({
            id,
            name: signIn.ways[id],
          }))}
          value={way ?? "said"}
          onChange={(next) => onWay(next === "said" ? null : next)}
          hint={signIn.backWayHint}
        />
      </div>
    </details>
  );
}
