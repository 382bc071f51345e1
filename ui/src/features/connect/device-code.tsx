import { Copy, ExternalLink, RefreshCw, Shield } from "lucide-react";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { QrCode } from "../../components/qr-code";
import { useAct } from "../../ipc/act";

import type { DeviceView, SignInView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { countdown } from "../../lib/time";
import { texts } from "../../texts/sign-in";

type DeviceCodeProps = { attempt: string; device: DeviceView; signIn: SignInView; now: number };

/** The code to type on another device, large, with the time it is good for. */
export function DeviceCode({ attempt, device, signIn, now }: DeviceCodeProps) {
  const open = useAct("open_sign_in");
  const renew = useAct("retry_attempt");
  const address = withoutScheme(device.verification_uri);
  const from = signIn.steps.findLast(({ kind }) => kind === "device")?.at;
  const whole = from && signIn.until ? Date.parse(signIn.until) - Date.parse(from) : 0;
  const rest = signIn.until ? Math.max(0, Date.parse(signIn.until) - now) : 0;
  return (
    <div className="device">
      <p className="row row-1">
        <code className="sel wrap">{address}</code>
        <IconButton
          size="sm"
          icon={Copy}
          label={texts.copyAddress}
          onPress={() => void copyText(device.verification_uri)}
        />
      </p>
      <div className="row row-3 device__code">
        <UserCode code={device.user_code} />
        <IconButton icon={Copy} label={texts.copyCode} onPress={() => void copyText(device.user_code)} />
      </div>
      {signIn.until && (
        <p className="row device__left">
          <span className="life__bar" style={{ "--v": `${whole > 0 ? (rest / whole) * 100 : 0}%` }}>
            <i />
          </span>
          <span className="num small t2 nowrap">{texts.timeLeft(countdown(signIn.until, now))}</span>
        </p>
      )}
      <div className="row waiting__acts">
        <Button icon={ExternalLink} busy={open.busy} onPress={() => void open.run({ attempt })}>
          {texts.openHere}
        </Button>
        <Button icon={RefreshCw} busy={renew.busy} onPress={() => void renew.run({ attempt })}>
          {texts.newCode}
        </Button>
      </div>
      {open.error && <ErrorNote error={open.error} />}
      {renew.error && <ErrorNote error={renew.error} />}
    </div>
  );
}

/** Letters and digits in cells of their own; what stands between them is a dash. */
function UserCode({ code }: { code: string }) {
  const groups = code.split(/[-\s]+/).filter(Boolean);
  const spelled = groups.map((group) => [...group].join(" ")).join(", ");
  return (
    <span className="ucode" role="img" aria-label={texts.code(spelled)}>
      {groups.map((group, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- groups are told apart by their place
        <span className="ucode__group" key={index}>
          {[...group].map((letter, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- letters are told apart by their place
            <span className="ucode__cell" key={at}>
              {letter}
            </span>
          ))}
        </span>
      ))}
    </span>
  );
}

/** Beside the code: the same as a QR code, and a warning that keeps codes of others out. */
export function DeviceAside({ device }: { device: DeviceView }) {
  const address = device.verification_uri_complete ?? device.verification_uri;
  return (
    <div className="device__aside">
      {/^https?:\/\//i.test(address) && <QrCode address={address} label={texts.qr(address)} />}
      <p className="hint">{device.verification_uri_complete ? texts.qrHint : texts.qrHintPlain}</p>
      <p className="hint row attempt__promise">
        <Icon of={Shield} size={14} />
        {texts.onlyYours}
      </p>
    </div>
  );
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\//i, "").replace(/\/$/, "");
}
