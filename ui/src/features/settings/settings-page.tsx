import { useNavigate, useSearch } from "@tanstack/react-router";
import { Info, Link2, type LucideIcon, Monitor, Moon, Shield, SlidersHorizontal, Sun } from "lucide-react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { Segmented } from "../../components/segmented";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { AppView, Theme } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts } from "../../texts/settings";
import { RedirectSettings } from "./redirect-settings";
import { SecuritySettings } from "./security-settings";
import { SettingRow } from "./setting-row";

export type SettingsSection = "general" | "security" | "redirects" | "about";
const sections: { id: SettingsSection; icon: LucideIcon }[] = [
  { id: "general", icon: SlidersHorizontal },
  { id: "security", icon: Shield },
  { id: "redirects", icon: Link2 },
  { id: "about", icon: Info },
];

export function SettingsPage() {
  const { section: asked = "general" } = useSearch({ from: "/settings" });
  const section = sections.find(({ id }) => id === asked)?.id ?? "general";
  const navigate = useNavigate({ from: "/settings" });
  const status = useAsk("app_status", {});
  return (
    <main className="main">
      <header className="top">
        <h1>{texts.title}</h1>
      </header>
      <div className="set">
        <nav className="vlist" aria-label={texts.sectionsLabel}>
          {sections.map(({ id, icon }) => (
            <button
              type="button"
              key={id}
              aria-current={id === section ? "page" : undefined}
              onClick={() => void navigate({ search: { section: id }, replace: true })}
            >
              <Icon of={icon} />
              {texts.sections[id]}
            </button>
          ))}
        </nav>
        <div className="set__page">
          <div className="inner">
            <h2 className="set__title">{texts.sections[section]}</h2>
            {status.error && <ErrorNote error={status.error} />}
            {status.data && section === "general" && <General status={status.data} />}
            {status.data && section === "security" && <SecuritySettings vault={status.data.vault} />}
            {section === "redirects" && <RedirectSettings />}
            {status.data && section === "about" && <About status={status.data} />}
          </div>
        </div>
      </div>
    </main>
  );
}

function General({ status }: { status: AppView }) {
  const { run, error } = useAct("save_settings");
  return (
    <div className="card">
      <SettingRow name={texts.appearance} hint={texts.appearanceHint}>
        <Segmented<Theme>
          label={texts.appearance}
          value={status.settings.theme}
          onChange={(theme) => void run({ settings: { ...status.settings, theme } })}
          choices={[
            { id: "system", name: texts.theme.system, icon: Monitor },
            { id: "light", name: texts.theme.light, icon: Sun },
            { id: "dark", name: texts.theme.dark, icon: Moon },
          ]}
        />
      </SettingRow>
      {error && <ErrorNote error={error} />}
    </div>
  );
}

function About({ status }: { status: AppView }) {
  return (
    <div className="card">
      <SettingRow name={texts.version}>
        <span className="num sel">{status.version}</span>
      </SettingRow>
      <SettingRow
        name={texts.dataDirectory}
        hint={
          <>
            {texts.dataDirectoryHint}
            <br />
            <code className="sel">{status.data_directory}</code>
          </>
        }
      >
        <Button aria-label={texts.copyDirectory} onPress={() => void copyText(status.data_directory)}>
          {texts.copy}
        </Button>
      </SettingRow>
    </div>
  );
}
