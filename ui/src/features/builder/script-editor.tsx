import {
  type Completion,
  type CompletionContext,
  autocompletion,
  closeBrackets,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  drawSelection,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { ScriptReferenceView } from "../../ipc/generated";
import { texts } from "../../texts/scripts";

type Place = { line: number; column?: number | undefined };

type ScriptEditorProps = {
  value: string;
  onChange: (text: string) => void;
  onBlur: () => void;
  reference: ScriptReferenceView | undefined;
  /** Where the script cannot be read. */
  failure: Place | undefined;
  /** A line to go to; a new object each time. */
  goTo: Place | null;
};

const setFailure = StateEffect.define<Place | undefined>();

/** The line that cannot be read, tinted; from its column on, underlined. */
const failureField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let marks = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setFailure)) marks = marksOf(transaction.state, effect.value);
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(state: EditorState, place: Place | undefined): DecorationSet {
  if (!place || place.line < 1 || place.line > state.doc.lines) return Decoration.none;
  const line = state.doc.line(place.line);
  const from = Math.min(line.from + Math.max((place.column ?? 1) - 1, 0), line.to);
  const word = /^[\w$]+|^./.exec(line.text.slice(from - line.from))?.[0] ?? "";
  const marks = [Decoration.line({ class: "is-bad" }).range(line.from)];
  if (word) marks.push(Decoration.mark({ class: "is-bad-word" }).range(from, from + word.length));
  return Decoration.set(marks);
}

/** Blue for keywords and grey for text and comments, and no more than that. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.self], class: "kw" },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], class: "st" },
  { tag: tags.comment, class: "co" },
]);

function completions(reference: ScriptReferenceView | undefined) {
  const options: Completion[] = [
    ...(reference?.globals ?? []).map((each): Completion => ({
      label: each.name,
      type: each.call ? "function" : "variable",
      detail: each.call ? each.call.slice(each.name.length) : "",
      info: each.about,
      boost: 10,
    })),
    ...(reference?.events ?? []).map((each): Completion => ({
      label: each.name,
      type: "function",
      info: each.when,
      boost: 5,
    })),
  ];
  return (context: CompletionContext) => {
    const word = context.matchBefore(/[\w$]+/);
    if (!word && !context.explicit) return null;
    // Members of an object are the language's own affair.
    if (word && context.state.sliceDoc(word.from - 1, word.from) === ".") return null;
    return { from: word?.from ?? context.pos, options, validFor: /^[\w$]*$/ };
  };
}

/** The editor of a script. It is loaded when the step is opened, and reaches no network. */
export function ScriptEditor({ value, onChange, onBlur, reference, failure, goTo }: ScriptEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const calls = useRef({ onChange, onBlur });
  useEffect(() => {
    calls.current = { onChange, onBlur };
  });
  const first = useRef(value);
  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          history(),
          drawSelection(),
          EditorView.lineWrapping,
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          javascript(),
          syntaxHighlighting(colours),
          autocompletion(),
          javascriptLanguage.data.of({ autocomplete: completions(reference) }),
          failureField,
          EditorState.tabSize.of(2),
          // Tab leaves the editor, so that no one is caught in it.
          keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          EditorView.contentAttributes.of({ "aria-label": texts.editor, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({ blur: () => calls.current.onBlur() }),
        ],
      }),
    });
    view.current = made;
    return () => {
      first.current = made.state.doc.toString();
      made.destroy();
      view.current = null;
    };
  }, [reference]);
  // What changed elsewhere, as by Write or a reload, replaces what stands here.
  useEffect(() => {
    const now = view.current;
    if (!now || now.state.doc.toString() === value) return;
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
  }, [value]);
  const line = failure?.line;
  const column = failure?.column;
  useEffect(() => {
    view.current?.dispatch({ effects: setFailure.of(line === undefined ? undefined : { line, column }) });
  }, [line, column]);
  useEffect(() => {
    const now = view.current;
    if (!goTo || !now || goTo.line > now.state.doc.lines) return;
    const at = now.state.doc.line(Math.max(goTo.line, 1));
    const anchor = Math.min(at.from + Math.max((goTo.column ?? 1) - 1, 0), at.to);
    now.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    now.focus();
  }, [goTo]);
  return <div className="script__text" ref={host} />;
}
