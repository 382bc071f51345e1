import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ErrorView } from "../ipc/generated";
import { Icon } from "./icon";

const icons = { plain: Info, warn: TriangleAlert, bad: CircleAlert };

export function Note({
  kind = "plain",
  children,
  actions,
}: {
  kind?: keyof typeof icons;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={kind === "plain" ? "note" : `note note--${kind}`}>
      <Icon of={icons[kind]} />
      <div className="grow">{children}</div>
      {actions}
    </div>
  );
}

/** What happened, what is safe, what to do: an error of the core, whole. */
export function ErrorNote({ error, actions }: { error: ErrorView; actions?: ReactNode }) {
  return (
    <div role="alert">
      <Note kind="bad" actions={actions}>
        <p className="med">{error.message}</p>
        {error.safe && <p>{error.safe}</p>}
        {error.action && <p>{error.action}</p>}
      </Note>
    </div>
  );
}
