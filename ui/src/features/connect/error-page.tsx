import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { Causes, Exchanged } from "../../components/causes";
import { TextField } from "../../components/field";
import { ErrorNote, Note } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { reasonFor } from "../../ipc/errors";
import type { ExplainedPage } from "../../ipc/generated";
import { texts } from "../../texts/sign-in";
import { type Ways, runCause } from "./run-cause";

const t = texts.errorPage;

type ErrorPageProps = { attempt: string; service: string; ways: Omit<Ways, "tryAgain" | "refresh"> };

/** The service shows an error in the browser and sends nobody back: its page is brought by hand, and told what it
 *  means. The sign-in goes on waiting. */
export function ErrorPage({ attempt, service, ways }: ErrorPageProps) {
  const [asked, setAsked] = useState(false);
  const [page, setPage] = useState("");
  const [explained, setExplained] = useState<ExplainedPage | undefined>();
  const explain = useAct("explain_page");
  const open = useAct("open_sign_in");
  if (!asked) {
    return (
      <Button kind="ghost" size="sm" className="waiting__more" onPress={() => setAsked(true)}>
        {t.ask}
      </Button>
    );
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (page.trim() === "") return;
    // An address may hold more than the error, so it leaves the form as soon as it is sent.
    setPage("");
    setExplained(await explain.run({ attempt, page }));
  };
  const { error, busy } = explain;
  return (
    <>
      <form className="col" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t.label}
          mono
          rows={3}
          autoFocus
          value={page}
          onChange={setPage}
          hint={t.hint}
          problem={error && reasonFor(error)}
        />
        <div className="row">
          <Button type="submit" busy={busy} isDisabled={page.trim() === ""}>
            {t.go}
          </Button>
        </div>
      </form>
      <div className="waiting__causes" aria-live="polite">
        {explained && !explained.diagnosis && <Note>{t.unknown(service)}</Note>}
        {explained?.diagnosis && (
          <>
            <Causes
              causes={explained.diagnosis.causes}
              busy={open.busy}
              focuses={false}
              onRun={(run) => runCause(run, { ...ways, tryAgain: () => void open.run({ attempt }) })}
            />
            <Exchanged evidence={explained.diagnosis.evidence} />
          </>
        )}
        {open.error && <ErrorNote error={open.error} />}
      </div>
    </>
  );
}
