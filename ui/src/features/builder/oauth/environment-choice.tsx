import { MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../components/button";
import { MenuButton } from "../../../components/menu";
import { Select } from "../../../components/select";
import type { EnvironmentRow } from "../../../ipc/generated";
import { texts as t } from "../../../texts/apps";
import { DeleteEnvironment, RenameEnvironment } from "./environment-dialogs";

/** It is always there. */
export const PRODUCTION = "production";

type EnvironmentChoiceProps = {
  places: readonly EnvironmentRow[];
  chosen: EnvironmentRow;
  onChoose: (linkName: string) => void;
  onRenamed: () => void;
  onDeleted: (linkName: string) => void;
};

/** Which environment the apps below are for, and what can be done with it. */
export function EnvironmentChoice({
  places,
  chosen,
  onChoose,
  onRenamed,
  onDeleted,
}: EnvironmentChoiceProps) {
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const close = () => setAsking(null);
  const entry = (id: "rename" | "delete") => ({ id, run: () => setAsking(id) });
  return (
    <div className="registration__place">
      <Select
        label={t.environment}
        options={places.map((each) => ({ id: each.link_name, name: each.name }))}
        value={chosen.link_name}
        onChange={onChoose}
        hint={t.environmentHint(chosen.name)}
      />
      <MenuButton
        label={t.actionsOf(chosen.name)}
        entries={[
          { ...entry("rename"), name: t.renameEnvironment.entry, icon: Pencil },
          ...(chosen.link_name === PRODUCTION
            ? []
            : [{ ...entry("delete"), name: t.removeEnvironment.entry, icon: Trash2, danger: true }]),
        ]}
      >
        <IconButton icon={MoreHorizontal} label={t.actionsOf(chosen.name)} tip={false} />
      </MenuButton>
      {asking === "rename" && (
        <RenameEnvironment
          environment={chosen}
          onClose={close}
          onDone={() => {
            close();
            onRenamed();
          }}
        />
      )}
      {asking === "delete" && (
        <DeleteEnvironment
          environment={chosen}
          onClose={close}
          onDone={() => {
            close();
            onDeleted(chosen.link_name);
          }}
        />
      )}
    </div>
  );
}
