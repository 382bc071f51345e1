import { say, sayAndStay } from "../components/toast";
import { texts } from "../texts/clipboard";

/** Copies what is no secret. Secrets are copied by the core, which also clears the clipboard. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say({ title: texts.copied });
  } catch {
    sayAndStay({ title: texts.refused, detail: texts.select, jack: "bad" });
  }
}
