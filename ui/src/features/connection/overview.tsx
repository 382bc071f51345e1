import { Link } from "@tanstack/react-router";
import { Check, CircleMinus, Copy, Lock } from "lucide-react";
import { Breakable } from "../../components/breakable";
import { Badge, EnvironmentMark } from "../../components/badge";
import { Button, IconButton } from "../../components/button";
import { Icon } from "../../components/icon";
import type { ConnectionView, TroubleView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { isLab } from "../../lib/environment";
import { fullMoment, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";
import { useConnectionActions } from "../connections/connection-actions";
import { FormerAccount } from "./former-account";
import { LabCard } from "./lab-card";
import { LastCheck } from "./last-check";
import { NewVersion } from "./new-version";
import { TokenCard } from "./token-card";
import type { Verifying } from "./use-verification";
import { WhatToTry } from "./what-to-try";

type OverviewProps = {
  view: ConnectionView;
  verification: Verifying;
  onReauthorize: () => void;
  /** Reads the connection again. */
  onLook: () => void;
};

export function Overview({ view, verification, onReauthorize, onLook }: OverviewProps) {
  const actions = useConnectionActions();
  const fix = {
    reauthorize: onReauthorize,
    verify: () => void verification.run(),
    enable: () => actions.enable(view.row),
  };
  const { busy, result } = verification;
  // What was found just now counts before what was found earlier.
  const diagnosis = busy ? undefined : result ? result.diagnosis : view.diagnosis;
  return (
    <div className="pad split">
      <div>
        {isLab(view.row.environment) && <LabCard view={view} verification={verification} />}
        {view.trouble && (
          <Trouble
            trouble={view.trouble}
            fixName={
              view.prompts.length === 0 && view.trouble.action === "reauthorize"
                ? texts.signInAgain
                : texts.fix[view.trouble.action]
            }
            onFix={fix[view.trouble.action]}
          />
        )}
        <NewVersion view={view} />
        <FormerAccount view={view} />
        <LastCheck view={view} verification={verification} />
        {diagnosis && <WhatToTry {...{ view, diagnosis, verification, onReauthorize }} />}
        {view.permissions.length > 0 && <Permissions view={view} onReauthorize={onReauthorize} />}
        {view.prompts.length > 0 && <Typed view={view} onReplace={onReauthorize} />}
      </div>
      <div>
        {(view.can_refresh || view.can_introspect || view.can_revoke || view.row.expires_at) && (
          <TokenCard view={view} onFailed={onLook} />
        )}
        <Facts view={view} />
      </div>
    </div>
  );
}

type TroubleProps = { trouble: TroubleView; fixName: string; onFix: () => void };

function Trouble({ trouble, fixName, onFix }: TroubleProps) {
  return (
    <section className="card trouble" role="alert">
      <div className="grow">
        <h2>{trouble.title}</h2>
        <p className="t2">{trouble.explanation}</p>
      </div>
      <Button kind="primary" onPress={onFix}>
        {fixName}
      </Button>
    </section>
  );
}

type PermissionsProps = { view: ConnectionView; onReauthorize: () => void };

function Permissions({ view: { permissions }, onReauthorize }: PermissionsProps) {
  const given = permissions.filter((each) => each.granted).length;
  return (
    <section className="card">
      <header className="card__head">
        <h2>{texts.permissions.title}</h2>
        <span className="t3 small card__aside">{texts.permissions.count(permissions.length, given)}</span>
        {given < permissions.length && (
          <Button size="sm" onPress={onReauthorize}>
            {texts.askMissing}
          </Button>
        )}
      </header>
      <ul>
        {permissions.map((each) => (
          <li className="perm" key={each.value}>
            <span className={each.granted ? "t-ok" : "t-warn"}>
              <Icon of={each.granted ? Check : CircleMinus} />
            </span>
            <span className="perm__name">
              {each.name} <code className="v">{each.value}</code>
            </span>
            <span className={each.granted ? "t3 small" : "t-warn small"}>
              {each.granted ? texts.permissions.given : texts.permissions.notGiven}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The names of what was typed. Sealed values are never read back: they can only be replaced. */
function Typed({ view, onReplace }: { view: ConnectionView; onReplace: () => void }) {
  return (
    <section className="card">
      <header className="card__head">
        <h2>{isLab(view.row.environment) ? texts.values.labTitle : texts.values.title}</h2>
        <Button size="sm" kind="ghost" onPress={onReplace}>
          {texts.values.replace}
        </Button>
      </header>
      <dl className="facts facts--ruled facts--card">
        {view.prompts.map((prompt) => (
          <div className="facts__line" key={prompt.key}>
            <dt>{prompt.name}</dt>
            <dd>
              {prompt.filled ? (
                <Badge>
                  <Icon of={Lock} size={12} />
                  {texts.values.saved}
                </Badge>
              ) : (
                <span className="t3">{texts.values.empty}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Facts({ view }: { view: ConnectionView }) {
  const { row } = view;
  const now = useNow();
  const { facts } = texts;
  return (
    <section className="card" aria-label={facts.title}>
      <header className="card__head">
        <h2>{facts.title}</h2>
      </header>
      <dl className="facts facts--side facts--ruled facts--card">
        <dt>{facts.linkName}</dt>
        <dd className="row">
          <code className="sel wrap grow">{row.link_name}</code>
          <IconButton
            size="sm"
            icon={Copy}
            label={facts.copyLinkName}
            onPress={() => void copyText(row.link_name)}
            className="facts__act"
          />
        </dd>
        <dt>{facts.connector}</dt>
        <dd>
          <Link to="/connectors/$connector/$step" params={{ connector: row.connector.id, step: "general" }}>
            {row.connector.name}
          </Link>
        </dd>
        <dt>{facts.authentication}</dt>
        <dd>{view.authentication_label}</dd>
        <dt>{facts.environment}</dt>
        <dd>
          <EnvironmentMark environment={row.environment} />
        </dd>
        {!isLab(row.environment) && (
          <>
            <dt>{facts.agentGroup}</dt>
            <dd>{view.agent_group}</dd>
          </>
        )}
        <dt>{isLab(row.environment) ? facts.standsInFor : facts.baseUrl}</dt>
        <dd>
          <code className="sel wrap">
            <Breakable text={view.base_url} />
          </code>
        </dd>
        {view.settings.map((setting) => (
          <div className="facts__line" key={setting.key}>
            <dt>{setting.label}</dt>
            <dd className="sel wrap">{setting.value}</dd>
          </div>
        ))}
        {view.captures.map(({ key, value }) => (
          <div className="facts__line" key={key}>
            <dt title={facts.told}>{key}</dt>
            <dd className="sel wrap">
              {value ?? (
                <Badge>
                  <Icon of={Lock} size={12} />
                  {texts.values.saved}
                </Badge>
              )}
            </dd>
          </div>
        ))}
        <dt>{facts.origins}</dt>
        <dd>
          {isLab(row.environment) && facts.labOnly}
          {view.origins.map((origin) => (
            <code className="sel wrap facts__origin" key={origin}>
              <Breakable text={origin} />
            </code>
          ))}
        </dd>
        <dt>{facts.added}</dt>
        <dd title={fullMoment(view.created_at)}>{moment(view.created_at, now)}</dd>
      </dl>
    </section>
  );
}
