import { Eraser, Inbox, Pause, Play, SearchX } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/button";
import { Empty } from "../../components/empty";
import { Jack } from "../../components/jack";
import { ErrorNote } from "../../components/notes";
import { SearchField } from "../../components/search-field";
import type { LabStatus } from "../../ipc/generated";
import { moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts as common } from "../../texts/common";
import { texts } from "../../texts/lab";
import { RequestDetail } from "./request-detail";
import { RequestList } from "./request-list";
import { useLab } from "./use-lab";
import { useRequests } from "./use-requests";

const t = texts.log;

/** What arrives at the Lab, as it arrives. Selecting a request shows what was sent and what was checked. */
export function RequestLog({ status }: { status: LabStatus | undefined }) {
  const [search, setSearch] = useState("");
  const [paused, setPaused] = useState(false);
  const [selected, setSelected] = useState<number | null>(null);
  const lab = useLab();
  const log = useRequests(search, paused);
  const requests = log.data?.requests ?? [];
  const shown = requests.find((each) => each.seq === selected);
  const nameOf = (connector: string) =>
    status?.plays.find((each) => each.link_name === connector)?.name ?? connector;
  return (
    <aside className="well log" aria-label={t.title}>
      <header className="row log__head">
        <h2 className="grow row">
          <Jack shape={status?.running && !paused ? "lab" : "off"} />
          {t.title}
        </h2>
        <IconButton
          size="sm"
          icon={paused ? Play : Pause}
          label={paused ? t.resume : t.pause}
          onPress={() => setPaused(!paused)}
        />
        <IconButton
          size="sm"
          icon={Eraser}
          label={t.clear}
          unavailable={requests.length === 0}
          onPress={() => {
            setSelected(null);
            void lab.clearLog();
          }}
        />
      </header>
      <div className="log__find">
        <SearchField wide label={t.search} value={search} onChange={setSearch} />
      </div>
      {log.error ? (
        <div className="log__list log__trouble">
          <ErrorNote
            error={log.error}
            actions={
              <Button size="sm" onPress={() => void log.refetch()}>
                {common.retry}
              </Button>
            }
          />
        </div>
      ) : requests.length > 0 ? (
        <RequestList requests={requests} selected={shown?.seq ?? null} onSelect={setSelected} />
      ) : (
        <div className="log__list">
          {log.data &&
            (search ? (
              <Empty
                icon={SearchX}
                title={t.nothingFound}
                actions={<Button onPress={() => setSearch("")}>{t.clearSearch}</Button>}
              >
                {t.nothingFoundHint}
              </Empty>
            ) : (
              <Empty icon={Inbox} title={t.none}>
                {status?.running === false ? t.noneOff : t.noneHint}
              </Empty>
            ))}
        </div>
      )}
      {shown ? (
        <RequestDetail
          key={shown.seq}
          request={shown}
          connector={nameOf(shown.connector)}
          onClose={() => setSelected(null)}
        />
      ) : (
        <LogFoot count={requests.length} since={requests[0]?.at} isSearch={search !== ""} isPaused={paused} />
      )}
    </aside>
  );
}

type LogFootProps = { count: number; since: string | undefined; isSearch: boolean; isPaused: boolean };

function LogFoot({ count, since, isSearch, isPaused }: LogFootProps) {
  const now = useNow();
  if (!since && !isPaused) return null;
  return (
    <p className="hint log__foot">
      {since && `${isSearch ? t.found(count) : t.count(count, moment(since, now))} `}
      {isPaused ? t.paused : t.select}
    </p>
  );
}
