import { ExternalLink, Link2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { ErrorNote } from "../../components/notes";
import { say } from "../../components/toast";
import { useAct } from "../../ipc/act";
import type { SignInView } from "../../ipc/generated";
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

/** Takes the PIN that the service's page shows. It leaves the form as soon as it is sent. */
function EnterPin({ attempt }: { attempt: string }) {
  const [pin, setPin] = useState("");
  const { run, busy, error } = useAct("enter_pin");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (pin.trim() === "") return;
    setPin("");
    void run({ attempt, pin: pin.trim() });
  };
  return (
    <form className="col" onSubmit={send}>
      <TextField
        label={texts.pinLabel}
        mono
        autoFocus
        value={pin}
        onChange={setPin}
        hint={texts.pinHint}
        problem={error && [error.message, error.action].filter(Boolean).join(" ")}
      />
      <div className="row">
        <Button type="submit" kind="primary" busy={busy} isDisabled={pin.trim() === ""}>
          {texts.pinGo}
        </Button>
      </div>
    </form>
  );
}

/** Takes the address that the browser landed on. It carries the code, so it leaves the form as soon as it is sent. */
function PasteRedirect() {
  const [address, setAddress] = useState("");
  const { run, busy, error } = useAct("paste_redirect");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() === "") return;
    setAddress("");
    void run({ address: address.trim() });
  };
  return (
    <form className="col" onSubmit={send}>
      <TextField
        label={texts.pasteLabel}
        mono
        autoFocus
        value={address}
        onChange={setAddress}
        hint={texts.pasteHint}
        problem={error && [error.message, error.action].filter(Boolean).join(" ")}
      />
      <div className="row">
        <Button type="submit" busy={busy} isDisabled={address.trim() === ""}>
          {texts.pasteGo}
        </Button>
      </div>
    </form>
  );
}
