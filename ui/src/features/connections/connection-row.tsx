import { Ellipsis } from "lucide-react";
import { type MouseEvent, memo, useRef, useState } from "react";
import { EnvironmentMark } from "../../components/badge";
import { Icon } from "../../components/icon";
import { ContextMenu, type MenuEntry } from "../../components/menu";
import { ConnectorTile } from "../connectors/connector-tile";
import { Checkbox } from "../../components/toggles";
import type { ConnectionRow as Row } from "../../ipc/generated";
import { ago, fullMoment } from "../../lib/time";
import { texts } from "../../texts/connections";
import { ExpiresCell } from "./expires-cell";
import { StatusJack } from "./status-jack";

/** What a row can ask for. */
export type RowActs = {
  entries: (row: Row) => readonly MenuEntry[];
  tick: (index: number, row: Row, shiftKey: boolean) => void;
  open: (row: Row) => void;
  finish: (row: Row) => void;
  focus: (index: number) => void;
};

type ConnectionRowProps = {
  row: Row;
  index: number;
  now: number;
  isCurrent: boolean;
  isTicked: boolean;
  top: number;
  /** Never another one, so that a row is drawn again only when it changed itself. */
  acts: RowActs;
};

/** One line of the list. It is made of plain elements: a screen full of rows is the first thing that people wait for,
 *  and the pressable parts of a component library cost more than all the rest of a row. */
export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { row, index, now, isCurrent, isTicked, acts } = props;
  const [menuOpen, setMenuOpen] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const shift = useRef(false);
  const openMenu = (event: MouseEvent) => {
    event.preventDefault();
    setMenuOpen(true);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isTicked}
      tabIndex={isCurrent ? 0 : -1}
      data-row={index}
      className="grid__row"
      style={{ transform: `translateY(${props.top}px)` }}
      onFocus={() => acts.focus(index)}
      onContextMenu={openMenu}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- notes Shift for the box inside; Space on the row does the same */}
      <div
        role="gridcell"
        onClickCapture={(event) => {
          shift.current = event.shiftKey;
        }}
      >
        <Checkbox
          checked={isTicked}
          onChange={() => acts.tick(index, row, shift.current)}
          label={texts.select(row.name)}
          labelHidden
          tabIndex={-1}
        />
      </div>
      <div role="gridcell" className="name">
        <StatusJack row={row} />
        <a href={`#/connections/${row.id}`} className="fixlink" title={row.name} tabIndex={-1}>
          {row.name}
        </a>
      </div>
      <div role="gridcell" className="cx">
        <ConnectorTile connector={row.connector.id} name={row.connector.name} size={20} />
        <span className="trunc" title={row.connector.name}>
          {row.connector.name}
        </span>
      </div>
      <div role="gridcell" className="t2 trunc hide-sm" title={row.account ?? undefined}>
        {row.account ?? (row.status.kind === "not_signed_in" ? texts.notSignedIn : <Nothing />)}
      </div>
      <div role="gridcell" className="t2 grid__env hide-sm">
        <EnvironmentMark environment={row.environment} />
      </div>
      <div role="gridcell" className="hide-md num">
        <Permissions row={row} />
      </div>
      <div role="gridcell" className="grid__expires">
        <ExpiresCell row={row} now={now} acts={acts} />
      </div>
      <div
        role="gridcell"
        className="hide-md t3 num"
        title={row.verified_at ? fullMoment(row.verified_at) : undefined}
      >
        {row.verified_at ? ago(row.verified_at, now) : texts.never}
      </div>
      <div role="gridcell" className="grid__more">
        <button
          ref={more}
          type="button"
          className="btn btn--ghost btn--sm btn--icon more"
          aria-label={texts.actionsFor(row.name)}
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          tabIndex={-1}
          onClick={() => setMenuOpen(true)}
        >
          <Icon of={Ellipsis} />
        </button>
        {menuOpen && (
          <ContextMenu
            label={texts.actionsFor(row.name)}
            entries={acts.entries(row)}
            anchor={more}
            isOpen
            onClose={() => setMenuOpen(false)}
          />
        )}
      </div>
    </div>
  );
});

function Permissions({ row: { permissions } }: { row: Row }) {
  if (!permissions) return <Nothing label={texts.noPermissions} />;
  const { granted, requested } = permissions;
  return granted < requested ? (
    <span className="t-warn">{texts.someOf(granted, requested)}</span>
  ) : (
    <span className="t2">{requested}</span>
  );
}

/** A dash where there is nothing to show, with its reason for those who do not see it. */
function Nothing({ label }: { label?: string }) {
  return (
    <span className="t3">
      <span aria-hidden>–</span>
      {label && <span className="sr">{label}</span>}
    </span>
  );
}
