import { ExternalLink, Link2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { ErrorNote } from "../../components/notes";
import { say } from "../../components/toast";
import { useAct } from "../../ipc/act";
import { reasonFor } from "../../ipc/errors";
import type { ErrorView, SignInView } from "../../ipc/generated";
import { texts } from "../../texts/sign-in";

type WaitingProps = { attempt: string; signIn: SignInView };

/** What a person can do while the sign-in page is open in the browser. */
export function Waiting({ attempt, signIn }: WaitingProps) {
  const [pasting, setPasting] = useState(false);
  const isPaste = signIn.way === "manual";
  if (signIn.way === "pin") {
    return (
      <div className="waiting">
        <p className="t2">{texts.agreePin}</p>
        <SignInPage attempt={attempt} />
        <EnterPin attempt={attempt} />
      </div>
    );
  }
  const says = isPaste ? texts.agreePaste : signIn.private ? texts.agreePrivate : texts.agree;
  return (
    <div className="waiting">
      <p className="t2">{says}</p>
      <SignInPage attempt={attempt} />
      {isPaste || pasting ? (
        <PasteRedirect />
      ) : (
        <Button kind="ghost" size="sm" className="waiting__more" onPress={() => setPasting(true)}>
          {texts.pasteInstead}
        </Button>
      )}
    </div>
  );
}

/** The sign-in page again, or its address, which the core copies: it is good for this sign-in only. */
function SignInPage({ attempt }: { attempt: string }) {
  const open = useAct("open_sign_in");
  const copy = useAct("copy_sign_in_link");
  const error = open.error ?? copy.error;
  return (
    <>
      <div className="row waiting__acts">
        <Button icon={ExternalLink} busy={open.busy} onPress={() => void open.run({ attempt })}>
          {texts.openAgain}
        </Button>
        <Button
          icon={Link2}
          busy={copy.busy}
          onPress={async () => {
            if (await copy.run({ attempt })) say({ title: texts.linkCopied, detail: texts.linkCopiedHint });
          }}
        >
          {texts.copyLink}
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
    </>
  );
}

/** Takes the PIN that the service's page shows. */
function EnterPin({ attempt }: { attempt: string }) {
  const enter = useAct("enter_pin");
  const words = { label: texts.pinLabel, hint: texts.pinHint, go: texts.pinGo };
  return (
    <HandOver words={words} kind="primary" act={enter} send={(pin) => void enter.run({ attempt, pin })} />
  );
}

/** Takes the address that the browser landed on. */
function PasteRedirect() {
  const paste = useAct("paste_redirect");
  const words = { label: texts.pasteLabel, hint: texts.pasteHint, go: texts.pasteGo };
  return <HandOver words={words} act={paste} send={(address) => void paste.run({ address })} />;
}

type HandOverProps = {
  words: { label: string; hint: string; go: string };
  kind?: "primary";
  act: { busy: boolean; error: ErrorView | null };
  send: (text: string) => void;
};

/** One line that a person brings back from the browser. It is as good as a key, so it leaves the form as soon as it is sent. */
function HandOver({ words, kind, act, send }: HandOverProps) {
  const [text, setText] = useState("");
  const typed = text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === "") return;
    setText("");
    send(typed);
  };
  return (
    <form className="col" onSubmit={submit}>
      <TextField
        label={words.label}
        mono
        autoFocus
        value={text}
        onChange={setText}
        hint={words.hint}
        problem={act.error && reasonFor(act.error)}
      />
      <div className="row">
        <Button type="submit" kind={kind} busy={act.busy} isDisabled={typed === ""}>
          {words.go}
        </Button>
      </div>
    </form>
  );
}
