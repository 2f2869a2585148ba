// Edge: the dialog that takes any text with ids in it, shows what it found there, and hands that over piece by piece.
import { ask } from './api.js';
import { byId, make, setText } from './dom.js';
import { countText } from './format.js';
import { gather } from './gather.js';
import { parcelsOf, wrongItems } from './parcels.js';
import { problemWords } from './words.js';

/** Read again so long after the last key: long texts take their time. */
const TYPED_MS = 150;
/** Lines that were not understood, and things that failed, are shown up to this many. */
const SHOWN_MAX = 50;

/** @typedef {import('./gather.js').Gathered} Gathered */
/** @typedef {{created: number, known: number, failed: {what: string, why: string}[]}} Report */

const parts = () => ({
  dialog: byId('add', HTMLDialogElement),
  text: byId('add-text', HTMLTextAreaElement),
  file: byId('add-file', HTMLInputElement),
  vendor: byId('add-vendor', HTMLSelectElement),
  found: byId('add-found', HTMLElement),
  progress: byId('add-progress', HTMLProgressElement),
  send: byId('add-send', HTMLButtonElement),
  close: byId('add-close', HTMLButtonElement),
});

export class Add {
  #parts = parts();
  #added;
  /** @type {Gathered} */
  #gathered = { ids: [], answers: [], unread: [] };
  #timer = 0;
  #sending = false;

  /** @param {() => void} added */
  constructor(added) {
    this.#added = added;
    const { dialog, text, file, send, close } = this.#parts;
    text.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), TYPED_MS);
    });
    text.addEventListener('dragover', (event) => event.preventDefault());
    text.addEventListener('drop', (event) => void this.#drop(event));
    file.addEventListener('change', () => void this.#take(file.files));
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('cancel', (event) => this.#sending && event.preventDefault());
    byId('add-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    send.disabled = true;
  }

  /** @param {readonly string[]} vendors */
  open(vendors) {
    const { dialog, vendor, text } = this.#parts;
    const chosen = vendor.value;
    vendor.replaceChildren(
      make('option', { value: '' }, ['The default vendor']),
      ...vendors.map((id) => make('option', { value: id }, [id])),
    );
    vendor.value = vendors.includes(chosen) ? chosen : vendors.length === 1 ? (vendors[0] ?? '') : '';
    this.#look();
    dialog.showModal();
    text.focus();
  }

  /** @param {DragEvent} event */
  async #drop(event) {
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    await this.#take(files);
  }

  /** @param {FileList | null} files */
  async #take(files) {
    const texts = await Promise.all([...(files ?? [])].map((file) => file.text()));
    const { text, file } = this.#parts;
    text.value = [text.value, ...texts].filter((one) => one !== '').join('\n');
    file.value = '';
    this.#look();
    text.focus();
  }

  #look() {
    clearTimeout(this.#timer);
    const { text, found, send } = this.#parts;
    this.#gathered = gather(text.value);
    const { ids, answers, unread } = this.#gathered;
    const any = ids.length + answers.length > 0;
    send.disabled = !any || this.#sending;
    setText(
      send,
      any
        ? `Add ${[ids.length > 0 && countText(ids.length, 'id'), answers.length > 0 && countText(answers.length, 'saved answer')].filter(Boolean).join(' and ')}`
        : 'Add',
    );
    if (text.value.trim() === '') return found.replaceChildren();
    const lines = unread.length === 0 ? 'every line understood' : `${countText(unread.length, 'line')} not understood`;
    found.replaceChildren(
      make('p', {}, [
        make('strong', {}, [`${countText(ids.length, 'id')}, ${countText(answers.length, 'saved answer')}, ${lines}`]),
      ]),
      listOf('Ids', ids.slice(0, SHOWN_MAX), ids.length),
      listOf(
        'Not understood',
        unread.slice(0, SHOWN_MAX).map(({ line, text: what }) => `Line ${line}: ${what}`),
        unread.length,
      ),
    );
  }

  async #send() {
    const { vendor, progress, text, dialog } = this.#parts;
    this.#look();
    const { parcels, tooLarge } = parcelsOf(this.#gathered, vendor.value || null);
    if (this.#sending || parcels.length + tooLarge.length === 0) return;
    this.#busy(true);
    /** @type {Report} */
    const report = {
      ...{ created: 0, known: 0 },
      failed: tooLarge.map((answer) => ({ what: brief(answer), why: 'is larger than one request may be (1 MiB)' })),
    };
    progress.max = parcels.length;
    for (const [index, parcel] of parcels.entries()) {
      progress.value = index;
      await hand(parcel, report);
    }
    this.#busy(false);
    this.#tell(report);
    if (report.created + report.known > 0) this.#added();
    if (report.failed.length === 0) {
      text.value = '';
      this.#gathered = { ids: [], answers: [], unread: [] };
      this.#parts.send.disabled = true;
      setText(this.#parts.send, 'Add');
      if (dialog.open) this.#parts.close.focus();
    }
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#sending = busy;
    const { progress, send, text, vendor, close } = this.#parts;
    progress.hidden = !busy;
    for (const control of [send, vendor, close]) control.disabled = busy;
    text.readOnly = busy;
  }

  /** @param {Report} report */
  #tell({ created, known, failed }) {
    const said = [
      created > 0 && `${countText(created, 'task')} added`,
      known > 0 && `${countText(known, 'task')} known already`,
      failed.length > 0 && `${failed.length} failed`,
    ].filter(Boolean);
    this.#parts.found.replaceChildren(
      make('p', {}, [make('strong', {}, [`${said.join(', ') || 'Nothing was added'}.`])]),
      listOf(
        'Failed',
        failed.slice(0, SHOWN_MAX).map(({ what, why }) => `${what}: ${why}`),
        failed.length,
      ),
    );
  }
}

/** @param {import('./parcels.js').Parcel} parcel @param {Report} report */
async function hand(parcel, report) {
  /** @type {import('./api.js').Outcome<{results: ({id: string, created: boolean} | {error: {code: string, detail: string | null}})[]}>} */
  const outcome = await ask('POST', parcel.path, { body: parcel.body });
  if (outcome.ok) {
    outcome.value.results.forEach((result, index) => {
      if ('created' in result) report[result.created ? 'created' : 'known']++;
      else
        report.failed.push({
          what: brief(parcel.items[index]),
          why: result.error.detail ?? problemWords(result.error.code).what,
        });
    });
    return;
  }
  const { code, detail, errors } = outcome.trouble;
  const wrong = wrongItems(errors);
  for (const [index, message] of wrong) report.failed.push({ what: brief(parcel.items[index]), why: message });
  const rest = parcel.items.filter((_, index) => !wrong.has(index));
  // One that is wrong does not hold back the others.
  if (wrong.size > 0 && rest.length > 0)
    return hand({ ...parcel, items: rest, body: { ...parcel.body, [parcel.kind]: rest } }, report);
  if (wrong.size > 0) return;
  const why = detail ?? problemWords(code).what;
  report.failed.push(...rest.map((item) => ({ what: brief(item), why })));
}

/** @param {unknown} item */
function brief(item) {
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** @param {string} name @param {readonly string[]} texts @param {number} count */
function listOf(name, texts, count) {
  if (count === 0) return '';
  const more =
    count > texts.length
      ? [make('li', { class: 'soft' }, [`and ${countText(count - texts.length, 'more', 'more')}`])]
      : [];
  return make('details', { open: name !== 'Ids' || count <= 5 }, [
    make('summary', {}, [`${name} (${count})`]),
    make('ul', { class: 'details' }, [...texts.map((text) => make('li', { dir: 'auto' }, [text])), ...more]),
  ]);
}
