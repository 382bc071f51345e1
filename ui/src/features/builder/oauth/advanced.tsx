import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Icon } from "../../../components/icon";
import { texts } from "../../../texts/oauth";
import { BodyCheck } from "../body-check";
import { DraftSelect, DraftSwitch, DraftText } from "../draft-fields";
import { DraftPairs } from "../draft-pairs";
import type { Draft } from "../use-draft";
import { type Grant, goes } from "./flow";
import { ResponseTypeField } from "./sign-in";

const at = "/authentication";
const keys = [
  "response_type",
  "response_mode",
  "token_method",
  "token_body",
  "basic_encoding",
  "client_id_in_body",
  "scope_on_exchange",
  "extra_token_params",
  "extra_refresh_params",
  "token_headers",
  "token_response",
];

type AdvancedProps = { draft: Draft; grant: Grant; hasCode: boolean };

/** What few services need. Open where something is set here, or wrong. */
export function Advanced({ draft, grant, hasCode }: AdvancedProps) {
  const [open, setOpen] = useState(() => keys.some((key) => draft.value(`${at}/${key}`) !== undefined));
  const wrong = keys.some((key) =>
    [...draft.check.problems, ...draft.check.missing_for_ready].some(
      ({ pointer, severity }) =>
        severity === "error" && `${pointer}/`.startsWith(`${at}/${key}/`) && draft.problem(pointer),
    ),
  );
  const usesBrowser = goes(grant, "browser");
  const asksTokens = usesBrowser ? hasCode : true;
  return (
    <details
      className="fs oauth-more"
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="more-line">
        <Icon of={ChevronRight} size={14} className="chev" />
        {texts.advanced}
      </summary>
      <div className="f2 stacked">
        {grant === "authorization_code" && draft.text(`${at}/type`) === "oauth2" && (
          <ResponseTypeField draft={draft} type="oauth2" grant={grant} />
        )}
        {usesBrowser && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/response_mode`}
            label={texts.responseMode}
            fallback="query"
            hint={texts.responseModeHint}
            options={(["query", "fragment", "form_post"] as const).map((id) => ({
              id,
              name: texts.responseModes[id],
            }))}
          />
        )}
        <DraftText
          draft={draft}
          pointer={`${at}/client_id`}
          label={texts.fileClientId}
          optional
          mono
          hint={texts.fileClientIdHint}
        />
      </div>
      {asksTokens && <TokenRequests draft={draft} grant={grant} />}
      {asksTokens && <TokenReply draft={draft} />}
    </details>
  );
}

function TokenRequests({ draft, grant }: { draft: Draft; grant: Grant }) {
  const basic = (draft.text(`${at}/client_authentication`) || "basic") === "basic";
  return (
    <div className="col stack stacked">
      <div className="f2">
        <DraftSelect
          draft={draft}
          pointer={`${at}/token_method`}
          label={texts.tokenMethod}
          fallback="POST"
          options={(["POST", "GET"] as const).map((id) => ({ id, name: id }))}
        />
        <DraftSelect
          draft={draft}
          pointer={`${at}/token_body`}
          label={texts.tokenBody}
          fallback="form"
          options={(["form", "json"] as const).map((id) => ({ id, name: texts.tokenBodies[id] }))}
        />
        {basic && (
          <DraftSelect
            draft={draft}
            pointer={`${at}/basic_encoding`}
            label={texts.basicEncoding}
            fallback="rfc6749"
            options={(["rfc6749", "raw"] as const).map((id) => ({ id, name: texts.basicEncodings[id] }))}
          />
        )}
      </div>
      <div>
        <DraftSwitch
          draft={draft}
          pointer={`${at}/client_id_in_body`}
          label={texts.clientIdInBody}
          hint={texts.clientIdInBodyHint}
        />
        {goes(grant, "code") && (
          <DraftSwitch
            draft={draft}
            pointer={`${at}/scope_on_exchange`}
            label={texts.scopeOnExchange}
            hint={texts.scopeOnExchangeHint}
          />
        )}
      </div>
      <Pairs draft={draft} name="extra_token_params" label={texts.tokenParams} addText={texts.addParameter} />
      {goes(grant, "refresh") && (
        <Pairs
          draft={draft}
          name="extra_refresh_params"
          label={texts.refreshParams}
          addText={texts.addParameter}
        />
      )}
      <Pairs draft={draft} name="token_headers" label={texts.tokenHeaders} addText={texts.addHeader} />
    </div>
  );
}

type PairsProps = { draft: Draft; name: string; label: string; addText: string };

function Pairs({ draft, name, label, addText }: PairsProps) {
  return (
    <div className="field">
      <span className="label">{label}</span>
      <DraftPairs draft={draft} pointer={`${at}/${name}`} label={label} addText={addText} />
    </div>
  );
}

/** Where the reply of the token address has what RFC 6749 §5.1 has elsewhere. */
function TokenReply({ draft }: { draft: Draft }) {
  const reply = `${at}/token_response`;
  const fields = Object.entries(texts.replyFields);
  return (
    <section className="stacked" aria-label={texts.reply}>
      <h3>{texts.reply}</h3>
      <p className="lead">{texts.replyLead}</p>
      <div className="f2">
        {fields.map(([key, label]) => (
          <DraftText
            key={key}
            draft={draft}
            pointer={`${reply}/${key}`}
            label={label}
            optional
            mono
            placeholder={`/${key}`}
          />
        ))}
      </div>
      <div className="f2 stacked">
        <BodyCheck draft={draft} pointer={`${reply}/error`} label={texts.replyError} />
        {draft.value(`${reply}/error`) !== undefined && (
          <DraftText
            draft={draft}
            pointer={`${reply}/error/message`}
            label={texts.replyErrorMessage}
            optional
            mono
            placeholder="/message"
          />
        )}
      </div>
    </section>
  );
}
