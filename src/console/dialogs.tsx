// Edge: dialogs over the page, opened as soon as they are there; and what is said, in the layer that is on top.
import { Component, type ComponentChildren, createRef } from 'preact';
import type { Trouble } from './api.ts';
import { Button, doing, Pairs, Told } from './elements.tsx';
import { keysAreOn, rememberKeys } from './session.ts';
import { type Question, set, state, touch } from './state.ts';

/** A song stands beside the list from this width on (song.css). */
export const ROOM = matchMedia('(min-width: 64rem)');

interface DialogProps {
  /** Its heading's is `…-title`. */
  readonly id: Layer;
  readonly class?: string;
  readonly describedby?: string;
  /** Not modal: beside the rest of the page. */
  readonly beside?: boolean;
  /** Cannot be closed at the moment. */
  readonly busy?: boolean;
  /** What is focused first. */
  readonly focus: string;
  close(): void;
  readonly children: ComponentChildren;
}

export class Dialog extends Component<DialogProps> {
  #dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.#open();
    const target = this.#dialog.current?.querySelector<HTMLElement>(this.props.focus);
    target?.focus({ preventScroll: true });
    if (target instanceof HTMLInputElement) target.select();
  }
  override componentDidUpdate(before: DialogProps): void {
    if (before.beside !== this.props.beside) this.#open();
  }
  override componentWillUnmount(): void {
    const dialog = this.#dialog.current;
    // What plays in it falls silent, and the focus goes back to where it came from.
    dialog?.querySelectorAll('audio').forEach((audio) => audio.pause());
    dialog?.close();
  }

  #open(): void {
    const dialog = this.#dialog.current;
    // Without this a change of width would be an end of it.
    dialog?.removeAttribute('open');
    if (this.props.beside) dialog?.show();
    else dialog?.showModal();
  }

  override render({ id, describedby, busy, close, children, class: look = 'box' }: DialogProps) {
    return (
      <dialog
        id={id}
        class={look}
        ref={this.#dialog}
        aria-labelledby={`${id}-title`}
        aria-describedby={describedby}
        onCancel={(event) => {
          // Its end is drawn like any other change; until what is under way is done it has none.
          event.preventDefault();
          if (busy !== true) close();
        }}
      >
        {children}
        <Notifications layer={id} />
      </dialog>
    );
  }
}

interface QuestionState {
  readonly busy: boolean;
  readonly fault: Trouble | null;
}

export class QuestionDialog extends Component<Question, QuestionState> {
  override state: QuestionState = { busy: false, fault: null };
  #field = createRef<HTMLInputElement>();
  #close = (): void => set({ question: null });

  async #answer(): Promise<void> {
    if (this.state.busy) return;
    this.setState({ busy: true });
    const fault = await this.props.act(this.#field.current?.value ?? '');
    this.setState({ busy: false, fault });
    if (fault === null) this.#close();
  }

  override render({ title, about, yes, danger, text }: Question, { busy, fault }: QuestionState) {
    const { acts, page } = state.labels;
    // A key that is pressed twice must not answer.
    const focus = text === undefined ? '#confirm-no' : 'input';
    return (
      <Dialog id="confirm" describedby="confirm-about" busy={busy} focus={focus} close={this.#close}>
        <form onSubmit={doing(() => this.#answer())}>
          <h2 id="confirm-title">{title}</h2>
          <p id="confirm-about">{about}</p>
          {text !== undefined && (
            <label>
              {acts.retitle_field}
              <input id="confirm-input" maxLength={300} autocomplete="off" ref={this.#field} defaultValue={text} />
            </label>
          )}
          <p class="fault" role="alert">
            {fault && <Told {...fault} />}
          </p>
          <div class="acts">
            <Button type="submit" look={danger ? 'strong danger' : 'strong'} disabled={busy} text={yes} />
            <Button id="confirm-no" act={this.#close} text={page.cancel} />
          </div>
        </form>
      </Dialog>
    );
  }
}

const switchKeys = (on: boolean): void => {
  rememberKeys(on);
  touch();
};

export const KeysDialog = () => {
  const { keys, page } = state.labels;
  const close = (): void => set({ dialog: null });
  return (
    <Dialog id="keys" close={close} focus=".acts .button">
      <h2 id="keys-title">{page.keys}</h2>
      <label class="switch">
        <input
          type="checkbox"
          checked={keysAreOn()}
          onChange={({ currentTarget }) => switchKeys(currentTarget.checked)}
        />
        {keys.single}
      </label>
      <Pairs look="keys" of={keys.list.map(([key, what]) => [<kbd>{key}</kbd>, what])} />
      <div class="acts">
        <Button look="strong" act={close} text={page.close} />
      </div>
    </Dialog>
  );
};

type Layer = 'page' | 'song' | 'add' | 'keys' | 'confirm';

/** What is on top: of dialogs the one that was opened last. */
function topLayer(): Layer {
  const { question, dialog, opened } = state;
  return question !== null ? 'confirm' : (dialog ?? (opened !== null && !ROOM.matches ? 'song' : 'page'));
}

/** Behind a modal dialog nothing is seen or heard. */
export const Notifications = ({ layer }: { layer: Layer }) => {
  const here = topLayer() === layer;
  const { toast, news, banner } = state;
  const { told, nth } = toast;
  return (
    <>
      {layer !== 'page' && here && banner !== null && (
        <p class="banner" role="alert">
          <Told {...banner} />
        </p>
      )}
      <div id={here ? 'toast' : undefined} class="toast" role="status" aria-live="polite">
        {here && told !== null && <span key={nth}>{typeof told === 'string' ? told : <Told {...told} />}</span>}
      </div>
      <div id={here ? 'news' : undefined} class="unseen" role="status" aria-live="polite">
        {/* An empty text would be written anew each time. */}
        {here && news !== '' && <span>{news}</span>}
      </div>
    </>
  );
};
