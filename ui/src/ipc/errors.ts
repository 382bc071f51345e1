import { texts } from "../texts/errors";
import type { ErrorView } from "./generated";

/** What a command rejected with, as an `ErrorView`; a fault that is none of the core's gets our own words. */
export function asErrorView(cause: unknown): ErrorView {
  if (typeof cause === "object" && cause !== null && "code" in cause && "message" in cause) {
    return { problems: [], names: [], ...(cause as Partial<ErrorView>) } as ErrorView;
  }
  return {
    code: "internal",
    message: texts.coreUnreachable,
    safe: texts.nothingChanged,
    action: texts.restart,
    problems: [],
    names: [],
  };
}

/** Whether the vault has to be opened before the command can be tried again. */
export function needsVault(error: ErrorView): boolean {
  return error.code.startsWith("vault_") || error.code === "key_store";
}

/** What to say beside the field that an error is about: the core names what does not fit there as `key: reason`. */
export function reasonFor(error: ErrorView): string {
  const [named] = error.names;
  if (error.code === "missing" && named !== undefined) return named.replace(/^\w+: /, "");
  return [error.message, error.action].filter(Boolean).join(" ");
}
