import { Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import type { PersonView } from "../../ipc/generated";
import { texts } from "../../texts/lab";
import { PersonDialog } from "./person-dialog";

const t = texts.people;

/** Who can sign in at the Lab, and what they do there. */
export function PeopleCard({ people }: { people: readonly PersonView[] }) {
  const [editing, setEditing] = useState<PersonView | "new" | null>(null);
  return (
    <section className="card" aria-label={t.title}>
      <header className="card__head">
        <h2>{t.title}</h2>
        <Button kind="ghost" size="sm" icon={Plus} aria-label={t.addLabel} onPress={() => setEditing("new")}>
          {t.add}
        </Button>
      </header>
      {people.length === 0 ? (
        <p className="t3 lab__none">{t.none}</p>
      ) : (
        <ul className="lab__rows">
          {people.map((person) => (
            <li className="row lab__row" key={person.email}>
              <span className="grow trunc" title={`${person.name}, ${person.email}`}>
                {person.email}
              </span>
              <span className="t3 small nowrap">{t.does[person.behaviour]}</span>
              <IconButton
                size="sm"
                icon={Pencil}
                label={t.edit(person.email)}
                onPress={() => setEditing(person)}
              />
            </li>
          ))}
        </ul>
      )}
      {editing && (
        <PersonDialog person={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}
