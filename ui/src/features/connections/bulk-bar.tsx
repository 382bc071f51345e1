import { BadgeCheck, Trash2, X } from "lucide-react";
import { Toolbar } from "react-aria-components";
import { Button, IconButton } from "../../components/button";
import { texts } from "../../texts/connections";

type BulkBarProps = { count: number; onVerify: () => void; onDelete: () => void; onClear: () => void };

/** What can be done with the ticked rows. */
export function BulkBar({ count, onVerify, onDelete, onClear }: BulkBarProps) {
  return (
    <Toolbar className="bulk" aria-label={texts.selectionToolbar}>
      <b className="num">{texts.selected(count)}</b>
      <Button kind="ghost" size="sm" icon={BadgeCheck} onPress={onVerify}>
        {texts.menu.verify}
      </Button>
      <Button kind="ghost-danger" size="sm" icon={Trash2} onPress={onDelete}>
        {texts.menu.delete}
      </Button>
      <IconButton size="sm" icon={X} label={texts.clearSelection} tip={false} onPress={onClear} />
    </Toolbar>
  );
}
