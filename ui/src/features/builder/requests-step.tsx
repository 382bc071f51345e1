import { texts } from "../../texts/builder";
import { DraftList, FieldSet } from "./draft-fields";
import { DraftPairs } from "./draft-pairs";
import type { Draft } from "./use-draft";

const t = texts.requests;

export function RequestsStep({ draft }: { draft: Draft }) {
  return (
    <>
      <FieldSet title={t.headers} lead={t.headersLead}>
        <DraftPairs draft={draft} pointer="/headers" label={t.headers} addText={t.addHeader} />
      </FieldSet>
      <FieldSet title={t.query} lead={t.queryLead}>
        <DraftPairs draft={draft} pointer="/query" label={t.query} addText={t.addQuery} />
      </FieldSet>
      <FieldSet title={t.hosts} lead={t.hostsLead}>
        <DraftList draft={draft} pointer="/allowed_hosts" label={t.hosts} mono optional hint={t.hostsHint} />
      </FieldSet>
    </>
  );
}
