import { Image as ImageIcon, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { Button } from "../../components/button";
import { ProblemLine } from "../../components/field";
import { Tile } from "../../components/tile";
import { useAct } from "../../ipc/act";
import { readBase64 } from "../../lib/read-base64";
import { texts } from "../../texts/builder";
import { problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.logo;
const TYPES = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];

export type ChosenLogo = {
  busy: boolean;
  /** Why the last picture was not taken, or what is wrong with the one that the draft names. */
  problem: string | undefined;
  choose: (file: File) => Promise<void>;
  remove: () => void;
};

/** The core draws the picture anew; the draft takes what it answers, as it takes everything that is typed. */
export function useLogo(draft: Draft): ChosenLogo {
  const { run, busy, error, clear } = useAct("read_logo");
  const [file, setFile] = useState("");
  const put = (logo: string | undefined) => {
    draft.set("/logo", logo);
    draft.leave("/logo");
  };
  return {
    busy,
    problem: error ? t.refused(file, error.message, error.action) : problemText(draft.problem("/logo")),
    choose: async (chosen) => {
      setFile(chosen.name);
      const drawn = await run({ picture: await readBase64(chosen) });
      if (drawn) put(drawn.logo);
    },
    remove: () => {
      clear();
      put(undefined);
    },
  };
}

/** The logo beside the name: what stands in for it, and the way to another one. */
export function LogoField({ draft, logo }: { draft: Draft; logo: ChosenLogo }) {
  const label = useId();
  const picture = draft.text("/logo");
  return (
    <div className="logo" role="group" aria-labelledby={label}>
      <span className="label" id={label}>
        {t.label}
      </span>
      <div className="logo__well" data-invalid={logo.problem ? true : undefined}>
        <Tile name={draft.text("/name") || "?"} size={56} logo={picture} />
      </div>
      <FileTrigger
        acceptedFileTypes={TYPES}
        onSelect={(files) => {
          const [file] = files ?? [];
          if (file) void logo.choose(file);
        }}
      >
        <Button size="sm" icon={ImageIcon} busy={logo.busy}>
          {picture ? t.replace : t.choose}
        </Button>
      </FileTrigger>
      {picture && (
        <Button size="sm" kind="ghost" icon={Trash2} aria-label={t.removeLabel} onPress={logo.remove}>
          {t.remove}
        </Button>
      )}
    </div>
  );
}

/** What a logo may be, or why a picture is none. */
export function LogoHelp({ logo }: { logo: ChosenLogo }) {
  return (
    <div className="logo__help" role="status">
      {logo.problem ? <ProblemLine>{logo.problem}</ProblemLine> : <span className="hint">{t.hint}</span>}
    </div>
  );
}
