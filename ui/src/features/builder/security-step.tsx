import { Picks } from "../../components/picks";
import type { JsonObject } from "../../ipc/generated";
import { asObject } from "../../lib/json";
import { texts } from "../../texts/builder";
import { ApiKeyFields } from "./api-key-fields";
import { AuthFieldsFields } from "./auth-fields-fields";
import { BasicFields } from "./basic-fields";
import { BearerFields } from "./bearer-fields";
import { FieldSet } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.security;
type Type = keyof typeof t.types;
const types = ["none", "basic", "api_key", "bearer", "auth_fields"] as const satisfies readonly Type[];

/** What a type begins with when it is chosen for the first time. */
const begin: Record<Type, JsonObject> = {
  none: { type: "none" },
  basic: { type: "basic" },
  api_key: { type: "api_key", parameters: [{ name: "API key", key: "X-Api-Key", location: "header" }] },
  bearer: { type: "bearer", name: "Bearer Token", prefix: "Bearer" },
  auth_fields: { type: "auth_fields", fields: [] },
};

/** What was typed under a type that is not chosen now, for as long as the window is open: choosing it again brings it
 *  back. The document has one type only. */
const setAside = new Map<string, JsonObject>();

export function SecurityStep({ draft }: { draft: Draft }) {
  const authentication = asObject(draft.value("/authentication"));
  const type = types.find((each) => each === authentication.type) ?? null;
  const name = draft.text("/name");
  const choose = (next: Type) => {
    if (next === type) return;
    if (type) setAside.set(`${draft.id}/${type}`, authentication);
    draft.set("/authentication", setAside.get(`${draft.id}/${next}`) ?? begin[next]);
  };
  return (
    <>
      <FieldSet title={name ? t.title(name) : t.titleNoName} lead={t.lead}>
        <Picks
          label={t.label}
          value={type}
          onChange={choose}
          picks={types.map((id) => ({ id, ...t.types[id] }))}
        />
      </FieldSet>
      {type === "none" && (
        <FieldSet title={t.noneTitle} lead={t.noneLead}>
          {null}
        </FieldSet>
      )}
      {type === "basic" && <BasicFields draft={draft} />}
      {type === "api_key" && <ApiKeyFields draft={draft} />}
      {type === "bearer" && <BearerFields draft={draft} />}
      {type === "auth_fields" && <AuthFieldsFields draft={draft} />}
    </>
  );
}
