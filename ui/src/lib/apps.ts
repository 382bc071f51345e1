import type { RegistrationView } from "../ipc/generated";
import { texts } from "../texts/apps";

/** As many are named in a sentence. */
export const NAMED = 3;

/** What people call an app: the name that it was given, else its client ID. */
export const nameOf = (app: RegistrationView) => app.label || app.client_id;

/** A few names, and how many more there are of `total`. */
export function named(names: readonly string[], total = names.length): string {
  const first = names.slice(0, NAMED);
  const more = total - first.length;
  return more > 0 ? texts.andMore(first.join(", "), more) : first.join(", ");
}
