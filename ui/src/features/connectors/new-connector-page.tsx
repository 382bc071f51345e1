import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { ErrorNote } from "../../components/notes";
import { useAct } from "../../ipc/act";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/connectors";

const t = texts.entry;

/** Asks name and description, then opens the builder with both filled in. */
export function NewConnectorPage() {
  const { name: offered = "" } = useSearch({ from: "/connectors/new" });
  const navigate = useNavigate();
  const [name, setName] = useState(offered);
  const [description, setDescription] = useState("");
  const [left, setLeft] = useState(false);
  const { run, busy, error } = useAct("create_connector");
  const empty = name.trim() === "";
  const problemOf = (field: string) =>
    error?.field === field ? `${error.message} ${error.action ?? ""}` : undefined;
  const create = async () => {
    setLeft(true);
    if (empty) return;
    const draft = await run({ name: name.trim(), description: description.trim() });
    if (draft)
      void navigate({
        to: "/connectors/$connector/$step",
        params: { connector: draft.connector, step: "general" },
        replace: true,
      });
  };
  return (
    <main className="main">
      <header className="top">
        <nav className="crumb" aria-label={t.title}>
          <Link to="/connectors">{texts.title}</Link>
          <Icon of={ChevronRight} size={14} />
          <b>{t.title}</b>
        </nav>
      </header>
      <div className="mid">
        <form
          className="mid__box"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <h1>{t.heading}</h1>
          <p className="t2 mid__say">{t.lead}</p>
          <div className="col entry">
            <TextField
              label={t.name}
              value={name}
              onChange={setName}
              onBlur={() => setLeft(true)}
              autoFocus
              problem={left && empty ? t.nameEmpty : problemOf("/name")}
            />
            <TextField
              label={t.description}
              optional
              rows={2}
              value={description}
              onChange={setDescription}
              hint={t.descriptionHint}
              problem={problemOf("/description")}
            />
            {error && !error.field && <ErrorNote error={error} />}
            <div className="row">
              <Button kind="primary" type="submit" busy={busy}>
                {t.submit}
              </Button>
              <Button kind="ghost" onPress={() => void navigate({ to: "/connectors" })}>
                {common.cancel}
              </Button>
            </div>
          </div>
        </form>
      </div>
    </main>
  );
}
