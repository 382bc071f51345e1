import { useState } from "react";
import { ErrorNote } from "../../../components/notes";
import { useAsk } from "../../../ipc/ask";
import type { RegistrationView } from "../../../ipc/generated";
import { texts as t } from "../../../texts/apps";
import { AddEnvironment } from "./add-environment";
import { AppForm, type Proof, type Typed } from "./app-form";
import { AppList } from "./app-list";
import { EnvironmentChoice, PRODUCTION } from "./environment-choice";

type RegistrationProps = {
  connector: string;
  proof: Proof;
  /** What services of this kind call the two. */
  names?: { id: string; secret: string };
};

/** The apps that are registered at the service, for each environment. They go to the vault, not into the draft. */
export function Registration({ connector, proof, names }: RegistrationProps) {
  const asked = useAsk("list_registrations", { connector });
  const places = useAsk("list_environments", {});
  const [wanted, setWanted] = useState(PRODUCTION);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isNew, setIsNew] = useState(false);
  const [isAdding, setIsAdding] = useState(false);
  const [typed, setTyped] = useState<Readonly<Record<string, Typed>>>({});
  const error = asked.error ?? places.error;
  if (error) return <ErrorNote error={error} />;
  if (asked.data === undefined || places.data === undefined) return null;
  const place = places.data.find((each) => each.link_name === wanted) ?? places.data[0];
  if (place === undefined) return null;
  const environment = place.link_name;
  const apps = asked.data.filter((app) => app.environment.link_name === environment);
  const app = isNew ? undefined : (apps.find((each) => each.id === chosen) ?? apps[0]);
  const key = `${environment} ${app?.id ?? ""}`;
  const pick = (next: RegistrationView | null) => {
    setChosen(next?.id ?? null);
    setIsNew(next === null);
  };
  const type = (next: Typed | null) =>
    setTyped(({ [key]: _before, ...others }) => (next ? { ...others, [key]: next } : others));
  const go = (next: string) => {
    setWanted(next);
    setChosen(null);
    setIsNew(false);
  };
  return (
    <div className="col stack">
      {places.data.length > 1 && (
        <EnvironmentChoice
          places={places.data}
          chosen={place}
          onChoose={go}
          onRenamed={() => void places.refetch()}
          onDeleted={(deleted) => {
            setTyped((all) =>
              Object.fromEntries(Object.entries(all).filter(([at]) => !at.startsWith(`${deleted} `))),
            );
            go(PRODUCTION);
            void places.refetch();
          }}
        />
      )}
      {apps.length + (isNew ? 1 : 0) > 1 && (
        <AppList
          label={t.list(place.name)}
          apps={apps}
          chosen={app ?? null}
          isNew={isNew}
          onChoose={pick}
          onChanged={() => void asked.refetch()}
        />
      )}
      <AppForm
        key={`${key} ${app?.client_id} ${app?.label}`}
        place={{ connector, environment }}
        saved={app}
        isOneOfSeveral={apps.length > 1 || isNew}
        proof={proof}
        names={names}
        typed={typed[key]}
        onTyped={type}
        onSaved={(saved) => {
          pick(saved);
          void asked.refetch();
        }}
        onAnother={() => pick(null)}
        onDropNew={() => {
          type(null);
          setIsNew(false);
        }}
        onEnvironment={() => setIsAdding(true)}
      />
      {isAdding && (
        <AddEnvironment
          onClose={() => setIsAdding(false)}
          onAdded={(added) => {
            setIsAdding(false);
            void places.refetch();
            go(added);
          }}
        />
      )}
    </div>
  );
}
