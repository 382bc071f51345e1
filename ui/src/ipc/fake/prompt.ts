import type { PromptView } from "../generated";

/** A prompt with all that is not said left as it usually is. */
export function prompt(fields: Partial<PromptView> & { key: string; name: string }): PromptView {
  return {
    secret: false,
    optional: false,
    help: null,
    looks_like: null,
    example: null,
    default: null,
    options: [],
    kind: fields.secret ? "password" : "text",
    ...fields,
  };
}
