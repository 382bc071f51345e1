import { useNavigate } from "@tanstack/react-router";
import {
  BadgeCheck,
  Ban,
  Blocks,
  Cable,
  FastForward,
  FlaskConical,
  FlaskConicalOff,
  Footprints,
  KeyRound,
  Lock,
  Monitor,
  Moon,
  Plus,
  Settings,
  Sun,
} from "lucide-react";
import type { ReactNode } from "react";
import { useOverlays } from "../../app/overlays";
import { Icon } from "../../components/icon";
import { ConnectorTile } from "../connectors/connector-tile";
import { useAct } from "../../ipc/act";
import { useAsk } from "../../ipc/ask";
import type { ConnectionRow, ConnectorCard, Theme } from "../../ipc/generated";
import { commandKey } from "../../lib/keys";
import { texts as common } from "../../texts/common";
import { texts as frame } from "../../texts/frame";
import { texts as labTexts } from "../../texts/lab";
import { texts } from "../../texts/palette";
import { texts as tourTexts } from "../../texts/tour";
import { useConnectionActions } from "../connections/connection-actions";
import { StatusJack } from "../connections/status-jack";
import { useLab } from "../lab/use-lab";
import { useTour } from "../tour/use-tour";

export type PaletteItem = {
  id: string;
  name: string;
  detail?: string;
  glyph: ReactNode;
  keys?: string[];
  run: () => void;
};
export type PaletteGroup = { id: string; name: string; items: PaletteItem[] };
export type PaletteResults = {
  groups: PaletteGroup[];
  /** Whether they are what was typed last; until then they are what was typed before. */
  isSettled: boolean;
};

const MOST = 5;

/** What matches, in groups of a fixed order. Nothing is asked while nobody looks. */
export function usePaletteResults(words: string, commandsOnly: boolean, isOpen: boolean): PaletteResults {
  const asks = { enabled: isOpen && !commandsOnly, keepPrevious: true };
  const connections = useAsk(
    "list_connections",
    {
      statuses: [],
      connector: null,
      environment: null,
      search: words,
      sort: "status",
      offset: 0,
      limit: MOST,
    },
    asks,
  );
  const connectors = useAsk("list_connectors", { search: words, stage: null }, asks);
  const navigate = useNavigate();
  const { open } = useConnectionActions();
  const rows = commandsOnly ? [] : (connections.data?.rows ?? []);
  const cards = commandsOnly ? [] : (connectors.data ?? []).slice(0, MOST);
  const actions = useActions(words, rows, cards);
  const groups: PaletteGroup[] = [
    {
      id: "connections",
      name: texts.groups.connections,
      items: rows.map((row) => ({
        id: `connection-${row.id}`,
        name: row.name,
        detail: texts.where(row.connector.name, row.environment.name),
        glyph: <StatusJack row={row} />,
        run: () => open(row.id),
      })),
    },
    { id: "actions", name: texts.groups.actions, items: actions },
    {
      id: "connectors",
      name: texts.groups.connectors,
      items: cards.map((card) => ({
        id: `connector-${card.id}`,
        name: card.name,
        detail: texts.what(card.authentication_label, common.stage[card.stage]),
        glyph: <ConnectorTile connector={card.id} name={card.name} />,
        run: () =>
          void navigate({
            to: "/connectors/$connector/$step",
            params: { connector: card.id, step: "general" },
          }),
      })),
    },
    {
      id: "create",
      name: "",
      items: [
        {
          id: "create",
          name: words ? texts.create(words) : texts.createPlain,
          glyph: <Icon of={Plus} />,
          keys: [commandKey("Shift N")],
          run: () => void navigate({ to: "/connectors/new", search: { name: words || undefined } }),
        },
      ],
    },
  ];
  const waits = [connections, connectors].some((each) => each.isFetching && each.isPlaceholderData);
  return { groups: groups.filter((group) => group.items.length > 0), isSettled: commandsOnly || !waits };
}

function useActions(words: string, rows: ConnectionRow[], cards: ConnectorCard[]): PaletteItem[] {
  const overlays = useOverlays();
  const navigate = useNavigate();
  const actions = useConnectionActions();
  const status = useAsk("app_status", {}).data;
  const lock = useAct("lock_vault");
  const settings = useAct("save_settings");
  const theme = (name: string, chosen: Theme, icon: typeof Sun): PaletteItem => ({
    id: `theme-${chosen}`,
    name,
    glyph: <Icon of={icon} />,
    run: () => void (status && settings.run({ settings: { ...status.settings, theme: chosen } })),
  });
  const isOpen = status?.vault.state === "open" || status?.vault.state === "closed";
  const labActions = useLabActions();
  const tour = useTour();
  const always: PaletteItem[] = [
    {
      id: "add",
      name: texts.addConnection,
      glyph: <Icon of={Plus} />,
      keys: [commandKey("N")],
      run: () => overlays.open({ kind: "connect" }),
    },
    {
      id: "to-connections",
      name: texts.goTo(frame.sections.connections),
      glyph: <Icon of={Cable} />,
      keys: [commandKey("1")],
      run: () => void navigate({ to: "/connections" }),
    },
    {
      id: "to-connectors",
      name: texts.goTo(frame.sections.connectors),
      glyph: <Icon of={Blocks} />,
      keys: [commandKey("2")],
      run: () => void navigate({ to: "/connectors" }),
    },
    {
      id: "to-lab",
      name: texts.goTo(frame.sections.lab),
      glyph: <Icon of={FlaskConical} />,
      keys: [commandKey("3")],
      run: () => void navigate({ to: "/lab" }),
    },
    ...labActions,
    { id: "tour", name: tourTexts.again, glyph: <Icon of={Footprints} />, run: tour.begin },
    {
      id: "to-settings",
      name: texts.goTo(frame.sections.settings),
      glyph: <Icon of={Settings} />,
      keys: [commandKey(",")],
      run: () => void navigate({ to: "/settings" }),
    },
    ...(isOpen
      ? [
          {
            id: "lock",
            name: texts.lock,
            glyph: <Icon of={Lock} />,
            keys: [commandKey("L")],
            run: () => void lock.run({}),
          },
        ]
      : []),
    theme(texts.themeSystem, "system", Monitor),
    theme(texts.themeLight, "light", Sun),
    theme(texts.themeDark, "dark", Moon),
  ];
  const [row] = rows;
  const found: PaletteItem[] = words
    ? [
        ...(row
          ? [
              {
                id: "verify",
                name: texts.verify(row.name),
                glyph: <Icon of={BadgeCheck} />,
                run: () => actions.verify(row),
              },
              {
                id: "reauthorize",
                name: texts.reauthorize(row.name),
                glyph: <Icon of={KeyRound} />,
                run: () => overlays.open({ kind: "reauthorize", connection: row.id }),
              },
            ]
          : []),
        ...cards
          .filter((card) => card.stage === "ready")
          .slice(0, 2)
          .map((card) => ({
            id: `add-${card.id}`,
            name: texts.addTo(card.name),
            glyph: <Icon of={Plus} />,
            run: () => overlays.open({ kind: "connect", connector: card.id }),
          })),
      ]
    : [];
  return [...found, ...always.filter((item) => item.name.toLowerCase().includes(words.toLowerCase()))];
}

const HOUR = 3600;

/** The Lab is started where nobody runs it, and ended where this process does. */
function useLabActions(): PaletteItem[] {
  const lab = useLab();
  const status = useAsk("lab_status", {}).data;
  if (!status) return [];
  const item = (id: string, name: string, icon: typeof Sun, run: () => unknown): PaletteItem => ({
    id,
    name,
    glyph: <Icon of={icon} />,
    run: () => void run(),
  });
  return [
    ...(status.running ? [] : [item("lab-start", labTexts.power.start, FlaskConical, () => lab.start(true))]),
    ...(status.here ? [item("lab-stop", labTexts.power.stop, FlaskConicalOff, () => lab.stop(true))] : []),
    item("lab-hour", texts.labHour, FastForward, () => lab.advance(HOUR)),
    item("lab-revoke", texts.labRevoke, Ban, () => lab.revoke(null)),
  ];
}
