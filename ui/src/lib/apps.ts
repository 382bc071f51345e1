import type { RegistrationView } from "../ipc/generated";
import { texts } from "../texts/apps";

const NAMED = 3;

/** What people call an app: the name that it was given, else its client ID. */
export const nameOf = (app: RegistrationView) => app.label || app.client_id;

/** A few names, and how many more there are. */
export function named(names: readonly string[]): string {
  const first = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? texts.andMore(first, names.length - NAMED) : first;
}
