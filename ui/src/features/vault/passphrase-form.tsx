import { Check } from "lucide-react";
import { useState } from "react";
import { SecretField } from "../../components/field";
import { Icon } from "../../components/icon";
import { texts } from "../../texts/vault";

const t = texts.setup;
const lengths = [8, 12, 16, 24];
const GOOD = 3;

/** How many of the four marks a passphrase earns. Length is what counts. */
export function strength(passphrase: string): number {
  return lengths.filter((length) => [...passphrase].length >= length).length;
}

export function usePassphrase() {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [left, setLeft] = useState(false);
  return {
    first,
    second,
    setFirst,
    setSecond,
    leave: () => setLeft(true),
    isReady: first !== "" && first === second,
    differs: left && second !== "" && first !== second,
    clear: () => {
      setFirst("");
      setSecond("");
      setLeft(false);
    },
  };
}

type PassphraseFormProps = { passphrase: ReturnType<typeof usePassphrase>; autoFocus?: boolean };

export function PassphraseForm({ passphrase, autoFocus }: PassphraseFormProps) {
  const marks = strength(passphrase.first);
  return (
    <div className="col passphrase">
      <div>
        <SecretField
          label={t.passphrase}
          value={passphrase.first}
          onChange={passphrase.setFirst}
          autoFocus={autoFocus}
        />
        <div className="meter" aria-hidden>
          {lengths.map((length, index) => (
            <i key={length} className={index < marks ? "on" : undefined} />
          ))}
        </div>
        <p className={marks >= GOOD ? "hint hint--ok" : "hint"}>
          {marks >= GOOD && <Icon of={Check} size={14} />}
          <span>{marks >= GOOD ? t.good : t.weak}</span>
        </p>
      </div>
      <SecretField
        label={t.again}
        value={passphrase.second}
        onChange={passphrase.setSecond}
        onBlur={passphrase.leave}
        problem={passphrase.differs ? t.notSame : undefined}
      />
    </div>
  );
}
