import { useState } from "react";
import type { ConnectFormView, ErrorView, PromptView } from "../../ipc/generated";
import { texts } from "../../texts/connect";

export type Typed = ReturnType<typeof useTyped>;

/** What is typed into the form of a connection. Secrets stand here and nowhere else, until they are sent. */
export function useTyped(onTyped: () => void, before: Record<string, string> = {}) {
  const [values, setValues] = useState(before);
  const [left, setLeft] = useState<ReadonlySet<string> | "all">(new Set());
  const valueOf = (prompt: PromptView) => values[prompt.key] ?? prompt.default ?? "";
  const isMissing = (form: ConnectFormView, prompt: PromptView) =>
    !prompt.optional && !form.issued.includes(prompt.key) && valueOf(prompt) === "";
  return {
    valueOf,
    /** What was typed for a key, an empty text too; nothing where its default stands. */
    given: (key: string): string | null => values[key] ?? null,
    /** Lets the default of a key stand again. */
    takeBack: (key: string) => setValues(({ [key]: _before, ...others }) => others),
    set: (key: string, value: string) => {
      setValues((now) => ({ ...now, [key]: value }));
      onTyped();
    },
    leave: (key: string) => setLeft((now) => (now === "all" ? now : new Set([...now, key]))),
    leaveAll: () => setLeft("all"),
    problem: (form: ConnectFormView, prompt: PromptView, error: ErrorView | null) => {
      if (error?.field === prompt.key) return [error.message, error.action].filter(Boolean).join(" ");
      if (!isMissing(form, prompt) || !(left === "all" || left.has(prompt.key))) return undefined;
      return prompt.kind === "list" || prompt.kind === "boolean"
        ? texts.choose(prompt.name)
        : texts.empty(prompt.name);
    },
    isComplete: (form: ConnectFormView) =>
      ![...form.settings, ...form.prompts].some((each) => isMissing(form, each)),
    /** Prompts and settings as the core takes them apart: plain ones, and secrets. */
    split: (form: ConnectFormView) => {
      const pick = (prompts: PromptView[]) =>
        Object.fromEntries(
          prompts
            .map((each): [string, string] => [each.key, valueOf(each)])
            .filter(([, value]) => value !== ""),
        );
      return {
        settings: pick(form.settings),
        values: pick(form.prompts.filter((each) => !each.secret)),
        secrets: pick(form.prompts.filter((each) => each.secret)),
      };
    },
    /** What was typed, without the secrets. */
    plain: (form: ConnectFormView) => withoutSecrets(values, form),
    forgetSecrets: (form: ConnectFormView) => setValues((now) => withoutSecrets(now, form)),
  };
}

function withoutSecrets(values: Record<string, string>, form: ConnectFormView): Record<string, string> {
  const secret = new Set(form.prompts.filter((each) => each.secret).map((each) => each.key));
  return Object.fromEntries(Object.entries(values).filter(([key]) => !secret.has(key)));
}
