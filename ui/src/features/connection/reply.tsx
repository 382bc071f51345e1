import { Check, Copy, X } from "lucide-react";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { JsonText } from "../../components/json-text";
import { Note } from "../../components/notes";
import { Compared } from "../../components/signing-lens";
import { Tabs } from "../../components/tabs";
import type { ReplyView } from "../../ipc/generated";
import { copyText } from "../../lib/clipboard";
import { texts } from "../../texts/connection";
import { texts as http } from "../../texts/http";

const t = texts.try;

export function Reply({ reply }: { reply: ReplyView }) {
  const fine = reply.status < 400;
  return (
    <div className="col reply">
      <div className="row">
        <Badge kind={fine ? "ok" : "bad"}>
          <Icon of={fine ? Check : X} size={12} />
          {reply.status} {reply.status_text}
        </Badge>
        <span className="t2 num">{http.took(reply.millis)}</span>
        <span className="t2 num">{t.bytes(reply.bytes)}</span>
        {reply.body && (
          <Button
            kind="ghost"
            size="sm"
            icon={Copy}
            className="push"
            onPress={() => void copyText(reply.body ?? "")}
          >
            {t.copyBody}
          </Button>
        )}
      </div>
      {reply.refused && <Note kind="bad">{t.refused}</Note>}
      {reply.compared && <Compared view={reply.compared} />}
      <Tabs
        label={t.reply}
        panelClassName="tabpanel reply__panel"
        tabs={[
          {
            id: "body",
            name: t.replyTabs.body,
            panel: reply.body ? (
              <div className="http">
                <pre>
                  <JsonText text={reply.body} />
                </pre>
                {reply.cut && <p className="http__note hint">{t.cut}</p>}
              </div>
            ) : (
              <p className="t3">{t.noBody}</p>
            ),
          },
          {
            id: "headers",
            name: t.replyTabs.headers,
            count: reply.headers.length,
            panel: (
              <div className="http">
                <pre>
                  {reply.headers.map(([name, value]) => (
                    <span className="l" key={name + value}>
                      <span className="hk">{name}: </span>
                      {value}
                    </span>
                  ))}
                </pre>
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
