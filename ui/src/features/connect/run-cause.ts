import type { ConnectorStepView, RunView, WayView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";

/** What a sign-in or a first check can do about a cause. */
export type Ways = {
  tryAgain: () => void;
  /** Renews the tokens of a connection that stands; else the same as asking again. */
  refresh?: () => void;
  /** Back to the form, for other values. */
  onBack: () => void;
  onWay: (way: WayView) => void;
  onConnector: (step: ConnectorStepView) => void;
  onRedirects: () => void;
  redirectUri: string | null;
};

/** Does what helps against a cause. */
export function runCause(run: RunView, ways: Ways) {
  switch (run.kind) {
    case "again":
      return ways.tryAgain();
    case "refresh":
      return (ways.refresh ?? ways.tryAgain)();
    case "type_again":
    case "reauthorize":
      return ways.onBack();
    case "redirect":
      return ways.onWay(run.way);
    case "copy_redirect":
      return void (ways.redirectUri && copyText(ways.redirectUri));
    case "connector":
      return ways.onConnector(run.step);
    case "redirect_settings":
      return ways.onRedirects();
    case "elsewhere":
      return;
  }
}
