import { useState } from "react";
import { Select } from "../../../components/select";
import { asObject } from "../../../lib/json";
import { texts } from "../../../texts/oauth";
import { DraftSelect, FieldSet, problemText } from "../draft-fields";
import type { Draft } from "../use-draft";
import { Discovery } from "./discovery";
import { type Aside, type Grant, grants, responseTypesOf, withGrant } from "./flow";

const at = "/authentication";

/** What was typed under another grant, by connector and type, for as long as the window is open. */
const asides = new Map<string, Aside>();

function asideOf(key: string): Aside {
  const found = asides.get(key) ?? new Map();
  asides.set(key, found);
  return found;
}

type SignInProps = { draft: Draft; grant: Grant; hasCode: boolean };

/** Who gives permission, and how. */
export function SignIn({ draft, grant, hasCode }: SignInProps) {
  const type = draft.text(`${at}/type`);
  const isOpenId = type === "openid_connect";
  const [aside] = useState(() => asideOf(`${draft.id}/${type}`));
  const choosesResponse = isOpenId
    ? grant === "authorization_code" || grant === "implicit"
    : grant === "implicit";
  return (
    <FieldSet title={texts.signIn} lead={texts.signInLead}>
      <div className="f2">
        {isOpenId && <Discovery draft={draft} />}
        <Select
          label={texts.grant}
          options={grants.map((id) => ({ id, name: texts.grants[id].name, hint: texts.grants[id].hint }))}
          value={grant}
          onChange={(next) => draft.set(at, withGrant(asObject(draft.value(at)), next, aside))}
          onBlur={() => draft.leave(`${at}/grant_type`)}
          hint={texts.grants[grant].hint}
          problem={problemText(draft.problem(`${at}/grant_type`))}
        />
        {hasCode && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/pkce`}
            label={texts.pkce}
            fallback="S256"
            hint={texts.pkceHint}
            options={(["S256", "plain", "off"] as const).map((id) => ({ id, name: texts.pkces[id] }))}
          />
        )}
        {choosesResponse && <ResponseTypeField draft={draft} type={type} grant={grant} />}
      </div>
    </FieldSet>
  );
}

/** What the sign-in page hands back; left alone, what the grant and the addresses call for. */
export function ResponseTypeField({ draft, type, grant }: { draft: Draft; type: string; grant: Grant }) {
  return (
    <DraftSelect
      draft={draft}
      pointer={`${at}/response_type`}
      label={texts.response}
      fallback="auto"
      hint={texts.responseHint}
      options={[
        { id: "auto", name: texts.responseAuto },
        ...responseTypesOf(type, grant).map((id) => ({ id, name: texts.responses[id] })),
      ]}
    />
  );
}
