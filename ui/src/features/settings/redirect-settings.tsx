import { Check, Copy, Link2, RefreshCw, X } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../components/badge";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { RedirectWayView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { ago } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/settings";

const t = texts.redirects;

/** The ways back from the browser: each can be tested on this machine, and one is recommended. */
export function RedirectSettings() {
  const now = useNow();
  const asked = useAsk("redirect_ways", {});
  const test = useAct("test_redirect_ways");
  const view = asked.data;
  const error = asked.error ?? test.error;
  return (
    <>
      <div className="row ways__head">
        <p className="t3 grow">{t.lead}</p>
        {view?.tested_at && (
          <span className="t3 small nowrap">
            {t.tested(ago(view.tested_at, Math.max(now, Date.parse(view.tested_at))).toLowerCase())}
          </span>
        )}
        <Button
          size="sm"
          icon={RefreshCw}
          busy={test.busy}
          onPress={async () => {
            if (await test.run({})) await asked.refetch();
          }}
        >
          {t.test}
        </Button>
      </div>
      {error && <ErrorNote error={error} />}
      <ul className="card" aria-live="polite">
        {view?.ways.map((way) => (
          <Way key={way.way} way={way}>
            {way.way === "app" && way.state !== "works" && (
              <Register onDone={() => void asked.refetch()} isTested={way.state === "fails"} />
            )}
          </Way>
        ))}
      </ul>
    </>
  );
}

/** For a copy that nobody installed: the system hands the app link to it until its window closes. */
function Register({ isTested, onDone }: { isTested: boolean; onDone: () => void }) {
  const register = useAct("register_app_link");
  return (
    <>
      {register.error && <ErrorNote error={register.error} />}
      <p className="row">
        <Button
          size="sm"
          icon={Link2}
          busy={register.busy}
          onPress={async () => {
            if (await register.run({})) onDone();
          }}
        >
          {t.register}
        </Button>
        {isTested && <span className="hint">{t.registerHint}</span>}
      </p>
    </>
  );
}

function Way({ way, children }: { way: RedirectWayView; children?: ReactNode }) {
  const names = t.ways[way.way];
  const { address } = way;
  return (
    <li className="way">
      <p className="row">
        <span className="med">{names.name}</span>
        <Standing way={way} />
      </p>
      {address && (
        <p className="row row-1">
          <code className="t2 sel wrap">{address}</code>
          <IconButton size="sm" icon={Copy} label={t.copy(address)} onPress={() => void copyText(address)} />
        </p>
      )}
      <p className="hint">{names.hint}</p>
      {way.checks.length > 0 && (
        <ul className="rules">
          {way.checks.map((check) => (
            <li key={check.says} className={check.ok ? undefined : "is-bad"}>
              <Icon of={check.ok ? Check : X} size={12} />
              {check.says}
            </li>
          ))}
        </ul>
      )}
      {children}
    </li>
  );
}

function Standing({ way }: { way: RedirectWayView }) {
  if (way.recommended) {
    return (
      <Badge kind="ok">
        <Icon of={Check} size={12} />
        {t.best}
      </Badge>
    );
  }
  if (way.state === "fails") {
    return (
      <Badge kind="bad">
        <Icon of={X} size={12} />
        {t.fails}
      </Badge>
    );
  }
  if (way.state === "works") return <Badge>{way.way === "manual" ? t.always : t.works}</Badge>;
  return <Badge kind="plain">{t.untested}</Badge>;
}
