import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { FieldFrame, ProblemLine, TextField } from "../../../components/field";
import { Icon } from "../../../components/icon";
import { asObject } from "../../../lib/json";
import { copyText } from "../../../lib/clipboard";
import { texts } from "../../../texts/oauth";
import { texts as signing } from "../../../texts/signing";
import { DraftSelect, DraftText, FieldSet, problemText } from "../draft-fields";
import type { Draft } from "../use-draft";
import { type Comparison, compare } from "./compare";
import { redirectAddress, redirectWayOf } from "./redirect-address";

const at = "/authentication";
const hosts = ["127.0.0.1", "localhost", "[::1]"] as const;

/** The way back from the browser, and the address to register for it. */
export function Redirect({ draft }: { draft: Draft }) {
  const authentication = asObject(draft.value(at));
  const way = redirectWayOf(authentication);
  const name = draft.text("/name");
  const ways = [
    ...(["app", "loopback", "manual"] as const).map((id) => ({ id, ...texts.ways[id] })),
    ...(authentication.type === "oauth1" ? [{ id: "oob" as const, ...signing.oauth1.pin }] : []),
  ];
  const anyPort = way === "loopback" && draft.value(`${at}/redirect_port`) === undefined;
  return (
    <FieldSet title={texts.back} lead={texts.backLead}>
      <div className="f2">
        <DraftSelect
          draft={draft}
          pointer={`${at}/redirect`}
          label={texts.way}
          fallback="app"
          options={ways}
          className={way === "manual" ? "" : "wide"}
        />
        {way === "manual" ? (
          <DraftText
            draft={draft}
            pointer={`${at}/redirect_uri`}
            label={texts.own}
            mono
            placeholder="https://"
            hint={texts.ownHint}
          />
        ) : null}
        {way === "loopback" && <LoopbackParts draft={draft} />}
      </div>
      {way === "oob" && <p className="hint stacked">{signing.oauth1.pinRegister}</p>}
      <Registered address={redirectAddress(authentication)} service={name} anyPort={anyPort} />
    </FieldSet>
  );
}

function LoopbackParts({ draft }: { draft: Draft }) {
  const port = `${at}/redirect_port`;
  return (
    <div className="wide f3">
      <DraftSelect
        draft={draft}
        pointer={`${at}/redirect_host`}
        label={texts.host}
        fallback="127.0.0.1"
        options={hosts.map((id) => ({ id, name: id }))}
      />
      <TextField
        label={texts.port}
        optional
        mono
        placeholder={texts.portFree}
        value={draft.text(port)}
        onChange={(text) => draft.set(port, numberOrText(text))}
        onBlur={() => draft.leave(port)}
        problem={problemText(draft.problem(port))}
      />
      <DraftText
        draft={draft}
        pointer={`${at}/redirect_path`}
        label={texts.path}
        optional
        mono
        placeholder="/callback"
      />
    </div>
  );
}

/** A number where it is one; anything else stays as it was typed, for the core to judge. */
function numberOrText(text: string): number | string | undefined {
  if (text === "") return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

type RegisteredProps = { address: string; service: string; anyPort: boolean };

/** The address to register, and beside it the one that the service has now. */
function Registered({ address, service, anyPort }: RegisteredProps) {
  const [theirs, setTheirs] = useState("");
  const found = theirs === "" || address === "" ? null : compare(address, theirs);
  if (address === "") return null;
  return (
    <div className="col stack stacked">
      <FieldFrame
        label={texts.redirect}
        hint={anyPort ? texts.registerAnyPort(service) : texts.register(service)}
        control={({ id, describedBy }) => (
          <div className="affix affix--tail affix--copy">
            <input
              id={id}
              className="input input--mono"
              readOnly
              value={address}
              aria-describedby={describedBy}
              onFocus={(event) => event.target.select()}
            />
            <span className="tail">
              <Button
                kind="ghost"
                size="sm"
                icon={Copy}
                aria-label={texts.copyAddress}
                onPress={() => void copyText(address)}
              >
                {texts.copy}
              </Button>
            </span>
          </div>
        )}
      />
      <div>
        <TextField
          label={texts.compare}
          aside={<span className="opt">{texts.compareAside}</span>}
          mono
          value={theirs}
          onChange={setTheirs}
        />
        {found && <Compared found={found} />}
      </div>
    </div>
  );
}

function Compared({ found }: { found: Comparison }) {
  if (found.same) {
    return (
      <p className="hint hint--ok compared" role="status">
        <Icon of={Check} size={14} />
        {texts.same}
      </p>
    );
  }
  const { at: place, before, ours, theirs, hint } = found;
  const says =
    ours === ""
      ? texts.longer(place)
      : theirs === ""
        ? texts.shorter(place)
        : texts.differs(place, first(ours), first(theirs));
  return (
    <div className="compared">
      <div className="cmp" aria-hidden>
        <span>{texts.here}</span>
        <Marked before={before} rest={ours} />
        <span>{texts.there}</span>
        <Marked before={before} rest={theirs} />
      </div>
      <ProblemLine>
        {says}
        {hint && ` ${texts.differences[hint]}`}
      </ProblemLine>
    </div>
  );
}

const first = (text: string) => [...text][0] ?? "";

/** The first character that differs stands out; where the address has ended, the place behind it. */
function Marked({ before, rest }: { before: string; rest: string }) {
  const mark = first(rest);
  return (
    <span>
      {before}
      <b>{mark === "" || mark === " " ? "\u00A0" : mark}</b>
      {rest.slice(mark.length)}
    </span>
  );
}
