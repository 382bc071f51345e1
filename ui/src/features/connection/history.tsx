import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Timer } from "lucide-react";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import { Evidence } from "../../components/evidence";
import { Icon } from "../../components/icon";
import { Jack } from "../../components/jack";
import { ErrorNote } from "../../components/notes";
import { asErrorView } from "../../ipc/errors";
import type { HistoryRow, Tone } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { fullMoment, moment } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";

const PAGE = 50;

/** What happened to the connection, newest first. */
export function History({ connection }: { connection: string }) {
  const host = useHost();
  const now = useNow();
  const history = useInfiniteQuery({
    queryKey: ["connection_history", connection],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      host.invoke("connection_history", { connection, before: pageParam, limit: PAGE }),
    getNextPageParam: (last) => last.next,
  });
  if (history.error)
    return (
      <div className="pad">
        <ErrorNote error={asErrorView(history.error)} />
      </div>
    );
  const rows = history.data?.pages.flatMap((page) => page.rows) ?? [];
  if (history.data && rows.length === 0) return <Empty title={texts.history.empty} />;
  return (
    <div className="pad">
      <ul className="events" aria-label={texts.history.title}>
        {rows.map((row, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- two events may share their instant
          <li key={`${row.at}-${index}`}>
            {row.exchange ? (
              <details>
                <summary className="events__line">
                  <Line row={row} now={now} />
                  <span className="t3 num small row">
                    {row.aside}
                    <Icon of={ChevronRight} size={14} className="chev" />
                  </span>
                </summary>
                <Evidence exchange={row.exchange} />
              </details>
            ) : (
              <div className="events__line">
                <Line row={row} now={now} />
                {row.aside && <span className="t3 num small events__aside">{row.aside}</span>}
              </div>
            )}
          </li>
        ))}
      </ul>
      {history.hasNextPage && (
        <Button
          className="events__more"
          busy={history.isFetchingNextPage}
          onPress={() => void history.fetchNextPage()}
        >
          {texts.history.more}
        </Button>
      )}
    </div>
  );
}

function Line({ row, now }: { row: HistoryRow; now: number }) {
  return (
    <>
      <time className="t3 num" dateTime={row.at} title={fullMoment(row.at)}>
        {moment(row.at, now)}
      </time>
      <ToneGlyph tone={row.tone} />
      <span className="events__say">{row.sentence}</span>
    </>
  );
}

function ToneGlyph({ tone }: { tone: Tone }) {
  const label = texts.history.tone[tone];
  switch (tone) {
    case "good":
      return <Jack shape="ok" label={label} />;
    case "bad":
      return <Jack shape="bad" label={label} />;
    case "warning":
      return (
        <span className="t-warn" role="img" aria-label={label}>
          <Icon of={Timer} />
        </span>
      );
    case "neutral":
      return <span className="evdot" role="img" aria-label={label} />;
  }
}
