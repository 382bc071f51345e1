import { Note } from "../../components/notes";
import { texts } from "../../texts/builder";
import { DraftSwitch } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.general;

/** Shows where one of the addresses is without encryption: what that means, and the switch that allows it. */
export function InsecureAllowance({ draft, addresses }: { draft: Draft; addresses: readonly string[] }) {
  if (!addresses.some(isPlainHttp)) return null;
  return (
    <div>
      {draft.value("/allow_insecure_http") === true && <Note kind="warn">{t.insecureWarning}</Note>}
      <DraftSwitch draft={draft} pointer="/allow_insecure_http" label={t.insecure} hint={t.insecureHint} />
    </div>
  );
}

function isPlainHttp(address: string): boolean {
  return (
    /^http:\/\//i.test(address) && !/^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/i.test(address)
  );
}
