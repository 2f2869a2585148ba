// Edge: the dialog that takes any text with ids in it, shows what it found, and hands it over by requests.
import { Component, createRef } from 'preact';
import { decodeText } from '../extract/decode.ts';
import { extract, type Extracted } from '../extract/extract.ts';
import { bodyOf, type ImportRequest, planImport, readOutcome, withoutRefused } from '../extract/import-requests.ts';
import { troubleText } from './actions.ts';
import { ask } from './api.ts';
import { Dialog } from './dialogs.tsx';
import { Button, Options } from './elements.tsx';
import type { Labels } from './english.ts';
import type { PageProps } from './workspace.ts';

/** Read again so long after the last key: long texts take their time. */
const TYPED_MS = 150;
/** Lines that were not understood, and things that failed, are shown up to this many. */
const SHOWN_MAX = 50;
/** What a tab can hold as a text in a field; more is for the command. */
const FILE_MAX_BYTES = 100_000_000;

interface Handed {
  readonly created: number;
  readonly known: number;
  readonly failed: readonly string[];
}
interface AddState {
  readonly found: Extracted | null;
  readonly notes: readonly string[];
  readonly vendor: string;
  readonly sending: { readonly done: number; readonly all: number } | null;
  readonly handed: Handed | null;
}

export class AddDialog extends Component<PageProps, AddState> {
  #vendors = Object.keys(this.props.state.stats?.vendors ?? {});
  override state: AddState = {
    found: null,
    notes: [],
    vendor: this.#vendors.length === 1 ? (this.#vendors[0] ?? '') : '',
    sending: null,
    handed: null,
  };
  #field = createRef<HTMLTextAreaElement>();
  #timer = 0;
  #close = (): void => this.props.workspace.set({ dialog: null });

  override componentDidMount(): void {
    const field = this.#field.current;
    if (field === null) return;
    field.value = this.props.workspace.draft.text;
    field.focus();
    if (field.value !== '') this.#look();
  }
  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
    this.props.workspace.draft.text = this.#field.current?.value ?? '';
  }

  #look(): Extracted | null {
    clearTimeout(this.#timer);
    const text = this.#field.current?.value ?? '';
    const found = text.trim() === '' ? null : extract(text);
    this.setState({ found, handed: null });
    return found;
  }

  async #take(files: FileList | null): Promise<void> {
    const { add } = this.props.state.labels;
    const field = this.#field.current;
    const notes: string[] = [];
    const texts: string[] = [];
    for (const file of files ?? []) {
      const decoded = file.size > FILE_MAX_BYTES ? null : decodeText(new Uint8Array(await file.arrayBuffer()));
      if (decoded === null)
        notes.push(file.size > FILE_MAX_BYTES ? add.file_too_large(file.name) : add.no_text(file.name));
      else texts.push(decoded.text);
      if (decoded?.encoding === 'GB18030') notes.push(add.read_as(file.name, 'GB18030 (GBK)'));
    }
    if (field === null) return;
    field.value = [field.value, ...texts].filter((one) => one !== '').join('\n');
    this.setState({ notes });
    this.#look();
    field.focus();
  }

  async #send(): Promise<void> {
    const found = this.#look();
    if (found === null || this.state.sending !== null) return;
    const { labels, tasks } = this.props.state;
    const { requests, too_large } = planImport(found);
    if (requests.length + too_large.length === 0) return;
    const handed = {
      created: 0,
      known: 0,
      failed: too_large.map(({ line }) => labels.add.line(line, labels.add.too_large)),
    };
    for (const [index, request] of requests.entries()) {
      this.setState({ sending: { done: index, all: requests.length } });
      await this.#hand(request, handed);
    }
    this.setState({ sending: null, handed });
    if (handed.created + handed.known > 0) void tasks.head();
    if (handed.failed.length + found.unsent.length > 0 || this.#field.current === null) return;
    this.#field.current.value = '';
    this.setState({ found: null, notes: [] });
  }

  async #hand(request: ImportRequest, handed: { created: number; known: number; failed: string[] }): Promise<void> {
    const { labels } = this.props.state;
    const fail = (refused: readonly { line: number; reason: string }[]): void =>
      void handed.failed.push(...refused.map(({ line, reason }) => labels.add.line(line, reason)));
    const json = bodyOf(request, { vendor: this.state.vendor || null });
    const outcome = await ask('POST', request.path, { json });
    if (outcome.ok) {
      const read = readOutcome(request, outcome.value);
      handed.created += read?.created ?? 0;
      handed.known += read?.known ?? 0;
      return fail(read?.refused ?? []);
    }
    if (outcome.trouble === null) return;
    const left = withoutRefused(request, outcome.trouble.errors);
    const reason = troubleText(outcome.trouble, labels);
    if (left === null) return fail(request.items.map(({ line }) => ({ line, reason })));
    fail(left.refused);
    if (left.rest.items.length > 0) await this.#hand(left.rest, handed);
  }

  override render({ state }: PageProps, { found, notes, vendor, sending, handed }: AddState) {
    const { labels } = state;
    const { add: words, count, page } = labels;
    const [ids, answers] = [found?.ids.length ?? 0, found?.answers.length ?? 0];
    const parts = [...(ids > 0 ? [count(ids, 'id')] : []), ...(answers > 0 ? [count(answers, 'answer')] : [])];
    return (
      <Dialog state={state} id="add" class="box" labelledby="add-title" busy={sending !== null} closed={this.#close}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void this.#send();
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
            readOnly={sending !== null}
            aria-describedby="add-about"
            onInput={() => {
              clearTimeout(this.#timer);
              this.#timer = setTimeout(() => this.#look(), TYPED_MS);
            }}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              const files = event.dataTransfer?.files ?? null;
              if (!files?.length) return;
              event.preventDefault();
              void this.#take(files);
            }}
          />
          <p class="pick">
            <input
              id="add-file"
              class="unseen"
              type="file"
              multiple
              accept="text/*,.json,.jsonl,.csv,.tsv,.log,.txt,.har,.sql"
              onChange={async ({ currentTarget }) => {
                await this.#take(currentTarget.files);
                currentTarget.value = '';
              }}
            />
            <label class="button" for="add-file">
              {words.choose}
            </label>
            <span class="soft">{words.drop}</span>
          </p>
          <label for="add-vendor">{words.vendor}</label>
          <select
            id="add-vendor"
            value={vendor}
            disabled={sending !== null}
            onChange={({ currentTarget }) => this.setState({ vendor: currentTarget.value })}
          >
            <option value="">{words.default_vendor}</option>
            <Options of={Object.fromEntries(this.#vendors.map((id) => [id, id]))} />
          </select>
          <div id="add-found" class="found">
            <p role="status">
              <strong>
                {handed !== null ? handedText(handed, labels) : found !== null && foundText(found, labels)}
              </strong>
            </p>
            {notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
            {handed !== null && <Lines name={words.failed} texts={handed.failed} labels={labels} />}
            {found !== null && (
              <>
                <Lines
                  name={words.unsent}
                  labels={labels}
                  texts={found.unsent.map(({ line, text, why }) => words.line(line, `${text} (${words.why[why]})`))}
                />
                {handed === null && <Lines name={words.ids} texts={found.ids} labels={labels} quiet />}
                {handed === null && (
                  <Lines
                    name={words.unread}
                    labels={labels}
                    texts={found.unread.map(({ line, text }) => words.line(line, text))}
                  />
                )}
              </>
            )}
          </div>
          <div class="acts">
            {sending !== null && (
              <progress id="add-progress" max={sending.all} value={sending.done} aria-label={words.adding} />
            )}
            <button id="add-send" class="button strong" type="submit" disabled={parts.length === 0 || sending !== null}>
              {parts.length === 0 ? words.button : words.and(parts)}
            </button>
            <Button disabled={sending !== null} act={this.#close}>
              {page.close}
            </Button>
          </div>
        </form>
      </Dialog>
    );
  }
}

function foundText({ ids, answers, unread, unsent }: Extracted, { add, count }: Labels): string {
  const lines = unread.length + unsent.length;
  const understood = lines === 0 ? add.understood : add.not_understood(count(lines, 'line'));
  return add.found(count(ids.length, 'id'), count(answers.length, 'answer'), understood);
}

function handedText({ created, known, failed }: Handed, { add, comma, count }: Labels): string {
  const said = [
    ...(created > 0 ? [add.created(count(created, 'task'))] : []),
    ...(known > 0 ? [add.known(count(known, 'task'))] : []),
    ...(failed.length > 0 ? [add.failures(failed.length)] : []),
  ];
  return said.join(comma) || add.nothing;
}

interface LinesProps {
  readonly name: string;
  readonly texts: readonly string[];
  readonly labels: Labels;
  /** Closed where it is long. */
  readonly quiet?: boolean;
}

const Lines = ({ name, texts, labels, quiet = false }: LinesProps) =>
  texts.length === 0 ? null : (
    <details open={!quiet || texts.length <= 5}>
      <summary>
        {name} ({texts.length})
      </summary>
      <ul class="details" tabindex={0}>
        {texts.slice(0, SHOWN_MAX).map((text, index) => (
          <li key={index} dir="auto">
            {text}
          </li>
        ))}
        {texts.length > SHOWN_MAX && <li class="soft">{labels.add.more(texts.length - SHOWN_MAX)}</li>}
      </ul>
    </details>
  );
