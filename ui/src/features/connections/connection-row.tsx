import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { type MouseEvent, useRef, useState } from "react";
import { EnvironmentMark } from "../../components/badge";
import { IconButton } from "../../components/button";
import { ContextMenu, type MenuEntry } from "../../components/menu";
import { ConnectorTile } from "../connectors/connector-tile";
import { Checkbox } from "../../components/toggles";
import type { ConnectionRow as Row } from "../../ipc/generated";
import { ago, fullMoment } from "../../lib/time";
import { texts } from "../../texts/connections";
import { ExpiresCell } from "./expires-cell";
import { StatusJack } from "./status-jack";

type ConnectionRowProps = {
  row: Row;
  index: number;
  now: number;
  isCurrent: boolean;
  isTicked: boolean;
  top: number;
  entries: (row: Row) => readonly MenuEntry[];
  onTick: (event: { shiftKey: boolean }) => void;
  onOpen: () => void;
  onFinish: () => void;
  onFocus: () => void;
};

export function ConnectionRow(props: ConnectionRowProps) {
  const { row, index, now, isCurrent, isTicked } = props;
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
      onFocus={props.onFocus}
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
          onChange={() => props.onTick({ shiftKey: shift.current })}
          label={texts.select(row.name)}
          labelHidden
          tabIndex={-1}
        />
      </div>
      <div role="gridcell" className="name">
        <StatusJack row={row} />
        <Link
          to="/connections/$connection"
          params={{ connection: row.id }}
          className="fixlink"
          title={row.name}
          tabIndex={-1}
        >
          {row.name}
        </Link>
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
        <ExpiresCell row={row} now={now} onOpen={props.onOpen} onFinish={props.onFinish} />
      </div>
      <div
        role="gridcell"
        className="hide-md t3 num"
        title={row.verified_at ? fullMoment(row.verified_at) : undefined}
      >
        {row.verified_at ? ago(row.verified_at, now) : texts.never}
      </div>
      <div role="gridcell" className="grid__more">
        <IconButton
          ref={more}
          size="sm"
          icon={Ellipsis}
          label={texts.actionsFor(row.name)}
          tip={false}
          className="more"
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          excludeFromTabOrder
          onPress={() => setMenuOpen(true)}
        />
        {menuOpen && (
          <ContextMenu
            label={texts.actionsFor(row.name)}
            entries={props.entries(row)}
            anchor={more}
            isOpen
            onClose={() => setMenuOpen(false)}
          />
        )}
      </div>
    </div>
  );
}

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
