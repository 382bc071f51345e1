import { Link } from "@tanstack/react-router";
import { Ban, FastForward } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { Jack } from "../../components/jack";
import type { ConnectionView } from "../../ipc/generated";
import { texts } from "../../texts/connection";
import { useLab } from "../lab/use-lab";
import type { Verifying } from "./use-verification";

const t = texts.lab;
const HOUR = 3600;

type LabCardProps = { view: ConnectionView; verification: Verifying };

/** A connection in the Lab: what the real service may do one day can be seen here and now. */
export function LabCard({ view, verification }: LabCardProps) {
  const lab = useLab();
  const [busy, setBusy] = useState<"hour" | "revoke" | null>(null);
  const { connector, expires_at } = view.row;
  const hasTokens = view.can_refresh || view.can_revoke || expires_at !== null;
  const verify = { name: texts.verify, run: () => void verification.run() };
  const during = async (what: "hour" | "revoke", work: Promise<unknown>) => {
    setBusy(what);
    await work;
    setBusy(null);
  };
  return (
    <section className="card lab-card" aria-label={t.title}>
      <Jack shape="lab" />
      <div className="grow">
        <p>{t.says}</p>
        {hasTokens && <p className="t2">{t.tryThis}</p>}
        <div className="row lab-card__acts">
          {hasTokens && (
            <>
              <Button
                size="sm"
                icon={FastForward}
                busy={busy === "hour"}
                onPress={() => void during("hour", lab.advance(HOUR, verify))}
              >
                {t.hour}
              </Button>
              <Button
                size="sm"
                icon={Ban}
                busy={busy === "revoke"}
                onPress={() => void during("revoke", lab.revoke(connector.link_name, verify))}
              >
                {t.revoke}
              </Button>
            </>
          )}
          <Link to="/lab" search={{ connector: connector.link_name }}>
            {t.open}
          </Link>
        </div>
      </div>
    </section>
  );
}
