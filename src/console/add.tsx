// Edge: the dialog that takes any text with ids in it, shows what it found, and hands it over by requests.
import { Component, createRef } from 'preact';
import { decodeText } from '../extract/decode.ts';
import { extract, type Extracted } from '../extract/extract.ts';
import { bodyOf, handOver, type Item, type Outcome, planImport } from '../extract/import-requests.ts';
import { askOn, isInTheWay, type Trouble } from './api.ts';
import { closeDialog, Dialog } from './dialogs.tsx';
import { Button, Choice, doing } from './elements.tsx';
import type { TroubleCode } from './english.ts';
import { numberText } from './format.ts';
import { set, state } from './state.ts';
import { partsOf, problemWords } from './status.ts';
import { vendorNames } from './workspace.ts';

/** Read again so long after the last key: long texts take their time. */
const TYPED_MS = 150;
/** Lines that were not understood, and things that failed, are shown up to this many. */
const SHOWN_MAX = 50;
/** What a tab can hold as a text in a field; more is for the command. */
const FILE_MAX_BYTES = 100_000_000;

/** `left`: not sent yet, since it was stopped. */
type Handed = Omit<Outcome, 'tasks'> & { left: number };
interface AddState {
  readonly found: Extracted | null;
  readonly notes: readonly string[];
  readonly vendor: string;
  readonly sending: { readonly done: number; readonly all: number; readonly stop: AbortController } | null;
  readonly handed: Handed | null;
}

export class AddDialog extends Component<object, AddState> {
  #vendors = vendorNames();
  override state: AddState = {
    found: null,
    notes: [],
    vendor: Object.keys(this.#vendors).length === 1 ? Object.keys(this.#vendors).join() : '',
    sending: null,
    handed: null,
  };
  #field = createRef<HTMLTextAreaElement>();
  #timer = 0;

  override componentDidMount(): void {
    this.#look();
  }
  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
    removeEventListener('beforeunload', askBefore);
    set({ draft: this.#field.current?.value ?? '' });
  }

  #look(): Extracted | null {
    clearTimeout(this.#timer);
    const text = this.#field.current?.value ?? '';
    const found = text.trim() === '' ? null : extract(text);
    this.setState({ found, handed: null });
    return found;
  }

  async #take(files: Iterable<File>): Promise<void> {
    if (this.state.sending !== null) return;
    const { file_too_large, no_text, read_as } = state.labels.add;
    const notes: string[] = [];
    const texts: string[] = [];
    for (const file of files) {
      const isLarge = file.size > FILE_MAX_BYTES;
      const decoded = isLarge ? null : decodeText(new Uint8Array(await file.arrayBuffer()));
      if (decoded !== null) texts.push(decoded.text);
      else notes.push(isLarge ? file_too_large(file.name) : no_text(file.name));
      if (decoded?.encoding === 'GB18030') notes.push(read_as(file.name, 'GB18030 (GBK)'));
    }
    const field = this.#field.current;
    // What is handed over stays as it is until then.
    if (field === null || this.state.sending !== null) return;
    field.value = [field.value, ...texts].filter((one) => one !== '').join('\n');
    this.setState({ notes });
    this.#look();
    field.focus();
  }

  async #send(): Promise<void> {
    const found = this.#look();
    if (found === null || this.state.sending !== null) return;
    const { requests, too_large } = planImport(found);
    if (requests.length + too_large.length === 0) return;
    const reason = state.labels.add.too_large;
    const handed: Handed = { created: 0, known: 0, refused: too_large.map(({ line }) => ({ line, reason })), left: 0 };
    let left: readonly Item[] = [];
    addEventListener('beforeunload', askBefore);
    for (const [done, request] of requests.entries()) {
      const stop = new AbortController();
      this.setState({ sending: { done, all: requests.length, stop } });
      const { outcome, untaken } = await handOver<Trouble>(
        request,
        (rest) => askOn('POST', rest.path, stop.signal, bodyOf(rest, { vendor: this.state.vendor || null })),
        { code: 'unreadable' },
      );
      handed.created += outcome.created;
      handed.known += outcome.known;
      for (const one of outcome.refused) fail(handed, 'invalid_request', [one], one.reason);
      const others = requests.slice(done + 1).flatMap(({ items }) => items);
      if (stop.signal.aborted) {
        left = [...(untaken.length > 0 ? request.items : []), ...others];
        break;
      }
      for (const one of untaken) fail(handed, one.fault.code, [one], one.fault.detail ?? '');
      const fault = untaken[0]?.fault;
      if (fault === undefined || !isInTheWay(fault)) continue;
      fail(handed, fault.code, others, fault.detail ?? '');
      break;
    }
    removeEventListener('beforeunload', askBefore);
    this.#end(found, handed, left);
  }

  #end(found: Extracted, handed: Handed, left: readonly Item[]): void {
    const field = this.#field.current;
    const taken = handed.created + handed.known;
    if (taken > 0) void state.tasks.head();
    const text = textOf(left);
    // Lines that are named must be there to be found, and so must all that is left.
    if (field !== null && taken > 0 && handed.refused.length + found.unsent.length === 0 && isIn(text, left)) {
      field.value = text;
      this.#look();
      this.setState({ notes: [] });
    }
    // Who has pressed a button that is there no more goes on at the next one.
    this.setState({ sending: null, handed: { ...handed, left: left.length } }, () => {
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('#add .acts .button:enabled')?.focus();
    });
  }

  override render(_: object, { found, notes, vendor, sending, handed }: AddState) {
    const { acts, add: words, fields, page } = state.labels;
    const busy = sending !== null;
    const parts = partsIn(found);
    return (
      <Dialog id="add" busy={busy} focus="#add-text" close={closeDialog}>
        <form
          onSubmit={doing(() => this.#send())}
          // A file that misses the field would be shown in the page's place.
          onDragOver={(event) => event.dataTransfer?.types.includes('Files') && event.preventDefault()}
          onDrop={(event) => {
            const files = event.dataTransfer?.files ?? [];
            if (files.length > 0) doing(() => this.#take(files))(event);
          }}
        >
          <h2 id="add-title">{page.add}</h2>
          <p id="add-about" class="soft">
            {words.about}
          </p>
          <label for="add-text">{words.text}</label>
          <textarea
            id="add-text"
            rows={8}
            spellcheck={false}
            autocomplete="off"
            ref={this.#field}
            defaultValue={state.draft}
            readOnly={busy}
            aria-describedby="add-about"
            onInput={() => {
              clearTimeout(this.#timer);
              this.#timer = setTimeout(() => this.#look(), TYPED_MS);
            }}
          />
          <p class="pick">
            <input
              id="add-file"
              class="unseen"
              type="file"
              multiple
              disabled={busy}
              accept="text/*,.json,.jsonl,.csv,.tsv,.log,.txt,.har,.sql"
              onChange={async ({ currentTarget }) => {
                await this.#take(currentTarget.files ?? []);
                currentTarget.value = '';
              }}
            />
            <label class="button" for="add-file">
              {words.choose}
            </label>
            <span class="soft">{words.drop}</span>
          </p>
          <label for="add-vendor">{fields.vendor}</label>
          <Choice
            id="add-vendor"
            value={vendor}
            of={{ '': words.default_vendor, ...this.#vendors }}
            disabled={busy}
            choose={(chosen) => this.setState({ vendor: chosen })}
          />
          <div id="add-found" class="found">
            <p role="status">
              <strong>{handed ? handedText(handed) : found && foundText(found)}</strong>
            </p>
            {notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
            <Lines name={words.failed} texts={handed?.refused.map(({ line, reason }) => words.line(line, reason))} />
            <Lines
              name={words.unsent}
              texts={found?.unsent.map(({ line, text, why }) => words.line(line, `${text} (${words.why[why]})`))}
            />
            {handed === null && (
              <>
                <Lines name={words.ids} texts={found?.ids} quiet />
                <Lines name={words.unread} texts={found?.unread.map(({ line, text }) => words.line(line, text))} />
              </>
            )}
          </div>
          <div class="acts">
            {busy && <progress id="add-progress" max={sending.all} value={sending.done} aria-label={words.adding} />}
            <Button
              id="add-send"
              type="submit"
              look="strong"
              disabled={parts.length === 0 || busy}
              text={parts.length === 0 ? words.button : words.and(parts)}
            />
            {busy ? (
              <Button
                key="stop"
                id="add-stop"
                disabled={sending.stop.signal.aborted}
                act={() => {
                  sending.stop.abort();
                  this.forceUpdate();
                }}
                text={acts.stop}
              />
            ) : (
              <Button key="close" act={closeDialog} text={page.close} />
            )}
          </div>
        </form>
      </Dialog>
    );
  }
}

/** The browser's own question before the page is left. */
const askBefore = (event: Event): void => event.preventDefault();

/** A text in which these are found again. */
const textOf = (left: readonly Item[]): string =>
  left.length === 0
    ? ''
    : ['task_id', ...left.map(({ json }) => (json.startsWith('"') ? JSON.parse(json) : json))].join('\n');

/** Whether just these are found in it: ids may hold what separates them. */
function isIn(text: string, left: readonly Item[]): boolean {
  const again = planImport(extract(text)).requests.flatMap(({ items }) => items);
  return again.length === left.length && again.every(({ json }, index) => json === left[index]?.json);
}

function fail(handed: Handed, code: TroubleCode, items: readonly { line: number }[], said: string): void {
  const reason = refusal(code, said);
  for (const { line } of items) handed.refused.push({ line, reason });
}

/** What is so in the reader's words, and what the server says of it. */
function refusal(code: TroubleCode, said: string): string {
  const { what } = partsOf(problemWords(state.labels, code));
  return said === '' ? what : state.labels.detail(what, said);
}

function partsIn(found: Extracted | null): string[] {
  const { count } = state.labels;
  const [ids, answers] = [found?.ids.length ?? 0, found?.answers.length ?? 0];
  return [ids > 0 && count(ids, 'id'), answers > 0 && count(answers, 'answer')].filter((part) => part !== false);
}

function foundText({ ids, answers, unread, unsent }: Extracted): string {
  const { add, count } = state.labels;
  const lines = unread.length + unsent.length;
  const understood = lines === 0 ? add.understood : add.not_understood(count(lines, 'line'));
  return add.found(count(ids.length, 'id'), count(answers.length, 'answer'), understood);
}

function handedText({ created, known, refused, left }: Handed): string {
  const { add, comma, count } = state.labels;
  const said = [
    created > 0 && add.created(count(created, 'task')),
    known > 0 && add.known(count(known, 'task')),
    refused.length > 0 && add.failures(refused.length),
    left > 0 && add.left(left),
  ];
  return said.filter(Boolean).join(comma) || add.nothing;
}

interface LinesProps {
  readonly name: string;
  readonly texts?: readonly string[] | undefined;
  /** Closed where it is long. */
  readonly quiet?: boolean;
}

const Lines = ({ name, texts = [], quiet = false }: LinesProps) =>
  texts.length === 0 ? null : (
    <details open={!quiet || texts.length <= 5}>
      <summary>
        {name} ({numberText(texts.length)})
      </summary>
      <ul class="details" tabindex={0}>
        {texts.slice(0, SHOWN_MAX).map((text, index) => (
          <li key={index} dir="auto">
            {text}
          </li>
        ))}
        {texts.length > SHOWN_MAX && <li class="soft">{state.labels.add.more(texts.length - SHOWN_MAX)}</li>}
      </ul>
    </details>
  );
