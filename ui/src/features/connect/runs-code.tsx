import { Button } from "../../components/button";
import { DialogHead } from "../../components/dialog";
import { ErrorNote, Note } from "../../components/notes";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAct } from "../../ipc/act";
import type { ConnectorScriptView } from "../../ipc/generated";
import { texts } from "../../texts/scripts";

const t = texts.agree;

/** *This connector runs code*: asked once for a text, before anything is typed. */
export function RunsCode({
  connector,
  script,
  onClose,
}: {
  connector: string;
  script: ConnectorScriptView;
  onClose: () => void;
}) {
  const { run, busy, error } = useAct("agree_to_script");
  return (
    <>
      <DialogHead
        title={t.title(script.connector_name)}
        subtitle={t.subtitle}
        before={<ConnectorTile connector={connector} name={script.connector_name} size={32} />}
        onClose={onClose}
      />
      <div className="dialog__body col stack">
        {error && <ErrorNote error={error} />}
        <Note kind="warn">
          <p>{t.what}</p>
        </Note>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long one is scrolled by keys */}
        <pre className="code-block" tabIndex={0} aria-label={t.label}>
          {script.source}
        </pre>
        <p className="hint">{t.why}</p>
      </div>
      <footer className="dialog__foot">
        <Button className="push" onPress={onClose}>
          {t.keep}
        </Button>
        <Button kind="primary" busy={busy} onPress={() => void run({ connector, digest: script.digest })}>
          {t.allow}
        </Button>
      </footer>
    </>
  );
}
