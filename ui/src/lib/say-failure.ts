import { sayAndStay } from "../components/toast";
import { asErrorView } from "../ipc/errors";

/** Says why a command failed that no form stands for: what happened, what is safe, what to do. */
export function sayFailure(cause: unknown): void {
  const { message, safe, action } = asErrorView(cause);
  sayAndStay({ title: message, detail: [safe, action].filter(Boolean).join(" "), jack: "bad" });
}
