import { ProblemLine } from "../../components/field";
import { Note } from "../../components/notes";
import { RequestLine } from "../../components/request-line";
import type { JsonValue } from "../../ipc/generated";
import { texts } from "../../texts/builder";
import { AccountPicker } from "./account-picker";
import { BodyCheck } from "./body-check";
import { DraftList, FieldSet, problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

const t = texts.verify;

const asStatus = (part: string): JsonValue => (/^\d+$/.test(part) ? Number(part) : part);

/** Request, works when, which account, what counts as refused. */
export function VerifyStep({ draft }: { draft: Draft }) {
  const whole = draft.text("/verify/url");
  const path = whole || draft.text("/verify/path");
  const named = draft.value("/verify") !== undefined;
  const problem = draft.problem("/verify/path") ?? draft.problem("/verify/url") ?? draft.problem("/verify");
  const setPath = (text: string) => {
    const { path: _path, url: _url, ...rest } = (draft.value("/verify") ?? {}) as Record<string, JsonValue>;
    if (text === "" && Object.keys(rest).every((key) => key === "method")) draft.set("/verify", undefined);
    else
      draft.set("/verify", {
        method: "GET",
        ...rest,
        ...(/^https?:/i.test(text) ? { url: text } : { path: text }),
      });
  };
  const leave = () => {
    for (const pointer of ["/verify", "/verify/path", "/verify/url"]) draft.leave(pointer);
  };
  return (
    <>
      <FieldSet title={t.title} lead={t.lead}>
        <div className="field">
          <RequestLine
            method={draft.text("/verify/method") || "GET"}
            path={path}
            pathLabel={t.path}
            invalid={problem !== undefined}
            describedBy="verify-path-help"
            onMethod={(method) => draft.set("/verify/method", method)}
            onPath={setPath}
            onBlur={leave}
          />
          {problem ? (
            <ProblemLine id="verify-path-help">{problemText(problem)}</ProblemLine>
          ) : (
            <span className="hint" id="verify-path-help">
              {t.pathHint}
            </span>
          )}
        </div>
        {!named && (
          <div className="stacked">
            <Note>{t.noRequest}</Note>
          </div>
        )}
      </FieldSet>
      {named && (
        <>
          <FieldSet title={t.worksWhen} lead={t.worksLead}>
            <div className="works">
              <DraftList
                draft={draft}
                pointer="/verify/expect_status"
                label={t.status}
                mono
                placeholder={t.anySuccess}
                parse={asStatus}
              />
              <BodyCheck draft={draft} pointer="/verify/expect_body" label={t.inReply} />
            </div>
            <p className="hint gi__problem">{t.worksHint}</p>
          </FieldSet>
          <FieldSet title={t.account} lead={t.accountLead}>
            <AccountPicker draft={draft} method={draft.text("/verify/method") || "GET"} path={path} />
          </FieldSet>
          <FieldSet title={t.refused} lead={t.refusedLead}>
            <div className="works">
              <DraftList
                draft={draft}
                pointer="/auth_failure/status"
                label={t.status}
                mono
                placeholder="401"
                parse={asStatus}
              />
              <BodyCheck draft={draft} pointer="/auth_failure/body" label={t.inReply} />
            </div>
          </FieldSet>
        </>
      )}
    </>
  );
}
