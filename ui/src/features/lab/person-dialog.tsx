import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { FormDialog } from "../../components/form-dialog";
import { ErrorNote } from "../../components/notes";
import { Select } from "../../components/select";
import { useAct } from "../../ipc/act";
import type { PersonDoes, PersonView } from "../../ipc/generated";
import { texts } from "../../texts/lab";
import { useLab } from "./use-lab";

const t = texts.people;
const doings: readonly PersonDoes[] = ["says_yes", "says_no", "wrong_password", "takes_long"];

type PersonDialogProps = {
  /** Whom to change; somebody new when it is nobody. */
  person: PersonView | null;
  onClose: () => void;
};

/** A pretend person: who they are, and what they do when they are asked. */
export function PersonDialog({ person, onClose }: PersonDialogProps) {
  const [email, setEmail] = useState(person?.email ?? "");
  const [name, setName] = useState(person?.name ?? "");
  const [behaviour, setBehaviour] = useState<PersonDoes>(person?.behaviour ?? "says_yes");
  const [tried, setTried] = useState(false);
  const { run, busy, error } = useAct("save_lab_person");
  const lab = useLab();
  const save = async () => {
    setTried(true);
    if (email.trim() === "" || name.trim() === "") return;
    const people = await run({ email: email.trim(), name: name.trim(), behaviour });
    if (!people) return;
    lab.people(people);
    onClose();
  };
  const remove = (whom: PersonView) => {
    onClose();
    void lab.deletePerson(whom);
  };
  return (
    <FormDialog
      title={person ? t.editTitle : t.newTitle}
      save={t.save}
      busy={busy}
      onSave={() => void save()}
      onClose={onClose}
      aside={
        person && (
          <Button kind="ghost-danger" className="pull" icon={Trash2} onPress={() => remove(person)}>
            {t.delete}
          </Button>
        )
      }
    >
      {error && <ErrorNote error={error} />}
      <TextField
        label={t.email}
        value={email}
        onChange={setEmail}
        type="email"
        readOnly={person !== null}
        autoFocus={person === null}
        hint={person ? t.emailFixed : t.emailHint}
        problem={tried && email.trim() === "" ? t.emptyEmail : undefined}
      />
      <TextField
        label={t.name}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus={person !== null}
        problem={tried && name.trim() === "" ? t.emptyName : undefined}
      />
      <Select
        label={t.behaviour}
        options={doings.map((id) => ({ id, name: t.does[id], hint: t.doesHint[id] }))}
        value={behaviour}
        onChange={setBehaviour}
      />
    </FormDialog>
  );
}
