import { Select } from "../../components/select";
import type { ConnectFormView } from "../../ipc/generated";
import { nameOf } from "../../lib/apps";
import { texts as t } from "../../texts/apps";
import type { Typed } from "./use-typed";

/** Key of the prompt that an app is chosen by. */
export const CLIENT_ID = "client_id";
const OTHER = "";

/** The app that a connection is made with; none while another one is typed. */
export function appOf(view: ConnectFormView, typed: Typed) {
  const prompt = view.prompts.find((each) => each.key === CLIENT_ID);
  return prompt && view.apps.find((app) => app.client_id === typed.valueOf(prompt));
}

/** Which app, where several are kept for the environment. */
export function AppChoice({ view, typed }: { view: ConnectFormView; typed: Typed }) {
  if (view.apps.length < 2) return null;
  const app = appOf(view, typed);
  return (
    <div className="f2">
      <Select
        label={t.choose}
        options={[
          ...view.apps.map((each) => ({
            id: each.client_id,
            name: nameOf(each),
            hint: [each.is_default ? t.default : "", t.uses(each.used_by.length)].filter(Boolean).join(" · "),
          })),
          { id: OTHER, name: t.chooseOther },
        ]}
        value={app?.client_id ?? OTHER}
        onChange={(id) => typed.set(CLIENT_ID, id)}
        hint={app ? t.chooseHint : t.otherHint}
      />
    </div>
  );
}
