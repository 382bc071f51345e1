import type { Commands, ErrorCode, ErrorView } from "../generated";

/** One function per command, as the real core has one method per command. */
export type Handlers = {
  [K in keyof Commands]: (
    request: Commands[K]["request"],
  ) => Commands[K]["reply"] | Promise<Commands[K]["reply"]>;
};

export const wait = (millis: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, millis);
  });

export function refuse(code: ErrorCode, message: string, rest: Partial<ErrorView> = {}): ErrorView {
  return { code, message, problems: [], names: [], ...rest };
}
