import { useState } from "react";
import { Button } from "../../../components/button";
import { TextField } from "../../../components/field";
import { Switch } from "../../../components/toggles";
import type { JsonObject } from "../../../ipc/generated";
import { asText } from "../../../lib/json";
import { texts } from "../../../texts/permissions";
import { shownName } from "../scope-list";

type PermissionFormProps = {
  row: JsonObject;
  /** The other rows: no two may have one value. */
  others: readonly JsonObject[];
  onSave: (row: JsonObject) => void;
  onClose: () => void;
};

/** One permission while it is written. */
export function PermissionForm({ row, others, onSave, onClose }: PermissionFormProps) {
  const [name, setName] = useState(asText(row.name));
  const [value, setValue] = useState(asText(row.value));
  const [description, setDescription] = useState(asText(row.description));
  const [isDefault, setDefault] = useState(row.default === true);
  const [left, setLeft] = useState(false);
  const twin = others.find((other) => value !== "" && asText(other.value) === value);
  const problem = twin
    ? texts.usedBy(shownName(twin))
    : left && value === ""
      ? texts.valueMissing
      : undefined;
  const save = () => {
    const { name: _n, value: _v, description: _d, default: _on, ...rest } = row;
    onSave({
      ...(name && { name }),
      value,
      ...(isDefault && { default: true }),
      ...(description && { description }),
      ...rest,
    });
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- listens to the keys of the fields inside
    <form
      className="perms__form"
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== "" && !twin) save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="f2">
        <TextField
          label={texts.name}
          optional
          autoFocus
          value={name}
          onChange={setName}
          hint={texts.nameHint}
        />
        <TextField
          label={texts.value}
          mono
          value={value}
          onChange={(text) => setValue(text.trim())}
          onBlur={() => setLeft(true)}
          problem={problem}
        />
        <TextField
          label={texts.description}
          optional
          className="wide"
          value={description}
          onChange={setDescription}
        />
      </div>
      <div className="row">
        <Switch checked={isDefault} onChange={setDefault} label={texts.defaultOn} />
        <span aria-hidden>{texts.defaultOn}</span>
        <Button size="sm" className="push" onPress={onClose}>
          {texts.cancel}
        </Button>
        <Button size="sm" type="submit" isDisabled={value === "" || twin !== undefined}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
