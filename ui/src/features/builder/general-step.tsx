import { Copy, Lock } from "lucide-react";
import { IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { asList, asObject, asText } from "../../lib/json";
import { copyText } from "../../lib/clipboard";
import { texts } from "../../texts/builder";
import { DraftText, FieldSet } from "./draft-fields";
import { InsecureAllowance } from "./insecure-allowance";
import { LogoField, LogoHelp, useLogo } from "./logo-field";
import { PlaceholderInput } from "./placeholder-input";
import { Rules } from "./rules";
import { SettingsGrid } from "./settings-grid";
import type { Draft } from "./use-draft";

const t = texts.general;
const NAME_MOST = 50;
const linkNameRules = [
  { says: t.linkNameRule, codes: ["form"] },
  { says: t.linkNameFree, codes: ["link_name_taken"] },
];
const DESCRIPTION_MOST = 255;

export function GeneralStep({ draft }: { draft: Draft }) {
  const name = draft.text("/name");
  const description = draft.text("/description");
  const uses = draft.view.connections;
  const nameRules = [
    { says: t.nameRule, codes: ["character", "start"] },
    { says: t.countOf([...name].length, NAME_MOST), codes: ["too_long"] },
  ];
  const logo = useLogo(draft);
  const keys = asList(draft.value("/settings"))
    .map((each) => asText(asObject(each).key))
    .filter(Boolean);
  return (
    <>
      <FieldSet title={t.people} lead={t.peopleLead}>
        <div className="identity">
          <LogoField draft={draft} logo={logo} />
          <div className="col identity__fields">
            <DraftText
              draft={draft}
              pointer="/name"
              label={t.name}
              hint={<Rules draft={draft} pointer="/name" rules={nameRules} />}
            />
            <DraftText
              draft={draft}
              pointer="/link_name"
              label={t.linkName}
              mono
              readOnly={uses > 0}
              aside={uses > 0 && <Icon of={Lock} size={12} className="t3" />}
              hint={
                uses > 0 ? (
                  t.linkNameFixed(uses)
                ) : (
                  <>
                    <Rules draft={draft} pointer="/link_name" rules={linkNameRules} />
                    {t.linkNameFor}
                  </>
                )
              }
              tail={
                <IconButton
                  size="sm"
                  icon={Copy}
                  label={t.copyLinkName}
                  onPress={() => void copyText(draft.text("/link_name"))}
                />
              }
            />
          </div>
        </div>
        <LogoHelp logo={logo} />
        <DraftText
          draft={draft}
          pointer="/description"
          label={t.description}
          optional
          rows={2}
          className="stacked"
          hint={<Counted rule={t.descriptionRule} text={description} most={DESCRIPTION_MOST} />}
        />
      </FieldSet>
      <FieldSet title={t.lives} lead={t.livesLead}>
        <div className="col stack">
          <PlaceholderInput
            draft={draft}
            pointer="/base_url"
            label={t.baseUrl}
            hint={t.baseUrlHint}
            keys={keys}
          />
          <InsecureAllowance draft={draft} addresses={[draft.text("/base_url")]} />
          <DraftText draft={draft} pointer="/documentation_url" label={t.documentation} optional mono />
          <DraftText
            draft={draft}
            pointer="/setup_help"
            label={t.setupHelp}
            optional
            rows={2}
            hint={t.setupHelpHint}
          />
        </div>
      </FieldSet>
      <FieldSet title={t.settings} lead={t.settingsLead}>
        <SettingsGrid draft={draft} />
      </FieldSet>
    </>
  );
}

function Counted({ rule, text, most }: { rule: string; text: string; most: number }) {
  return (
    <span className="row counted">
      <span className="grow">{rule}</span>
      <span className="num">{t.countOf([...text].length, most)}</span>
    </span>
  );
}
