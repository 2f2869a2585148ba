// Edge: dialogs over the page, opened as soon as they are there; and what is said, in the layer that is on top.
import { Component, type ComponentChildren, createRef } from 'preact';
import { Button, doing, Pairs, Told } from './elements.tsx';
import { keysAreOn, rememberKeys } from './session.ts';
import { type Question, set, state, touch } from './state.ts';
import { listFailed } from './workspace.ts';

type Layer = 'page' | 'song' | 'add' | 'keys' | 'confirm';

/** A song stands beside the list from this width on (song.css). */
export const ROOM = matchMedia('(min-width: 64rem)');
/** Beside the rest of the page, over it, or away until what is there instead is closed. */
type Stand = 'beside' | 'over' | 'away';

interface DialogProps {
  /** Its heading's is `…-title`. */
  readonly id: Layer;
  readonly describedby?: string;
  /** Cannot be closed at the moment. */
  readonly busy?: boolean;
  /** What is focused first. */
  readonly focus: string;
  close(): void;
  readonly children: ComponentChildren;
}

export class Dialog extends Component<DialogProps> {
  #dialog = createRef<HTMLDialogElement>();
  #stand: Stand = 'away';

  override componentDidMount(): void {
    this.#open();
    const target = this.#dialog.current?.querySelector<HTMLElement>(this.props.focus);
    target?.focus({ preventScroll: true });
    if (target instanceof HTMLInputElement) target.select();
  }
  override componentDidUpdate(): void {
    if (this.#stand !== this.#due()) this.#open();
  }
  override componentWillUnmount(): void {
    // The focus goes back to where it came from.
    this.#dialog.current?.close();
  }

  /** A song over what was opened after it would hide that; a question about it is over it. */
  #due(): Stand {
    const { dialog, question } = state;
    if (this.props.id !== 'song') return 'over';
    if (ROOM.matches) return 'beside';
    return dialog !== null || (question !== null && this.#stand !== 'over') ? 'away' : 'over';
  }

  #open(): void {
    const dialog = this.#dialog.current;
    const focused = document.activeElement;
    this.#stand = this.#due();
    dialog?.close();
    if (this.#stand === 'beside') dialog?.show();
    if (this.#stand === 'over') dialog?.showModal();
    // What is opened takes the focus, and loses it where it lies under another dialog.
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  override render({ id, describedby, busy, close, children }: DialogProps) {
    return (
      <dialog
        id={id}
        class={id === 'song' ? 'song' : 'box'}
        ref={this.#dialog}
        aria-labelledby={`${id}-title`}
        aria-describedby={describedby}
        onCancel={(event) => {
          // Its end is drawn like any other change; until what is under way is done it has none.
          event.preventDefault();
          if (busy !== true) close();
        }}
        onClose={({ currentTarget }) => {
          // A browser asks once: pressed again, Escape closes whatever is open.
          if (!currentTarget.isConnected || currentTarget.open || this.#stand === 'away') return;
          if (busy === true) this.#open();
          else close();
        }}
      >
        {children}
        <Notifications layer={id} />
      </dialog>
    );
  }
}

async function answer(question: Question): Promise<void> {
  if (state.question?.busy) return;
  const asked = { ...question, busy: true };
  set({ question: asked });
  const fault = await question.act(document.querySelector<HTMLInputElement>('#confirm-input')?.value ?? '');
  // Who has left it meanwhile is not asked again.
  if (state.question === asked) set({ question: fault && { ...question, fault } });
}

export const QuestionDialog = (question: Question) => {
  const { title, about, yes, danger, text, busy = false, fault } = question;
  const { acts, page } = state.labels;
  const close = (): void => set({ question: null });
  // A key that is pressed twice must not answer.
  const focus = text === undefined ? '#confirm-no' : 'input';
  return (
    <Dialog id="confirm" describedby="confirm-about" busy={busy} focus={focus} close={close}>
      <form onSubmit={doing(() => answer(question))}>
        <h2 id="confirm-title">{title}</h2>
        <p id="confirm-about">{about}</p>
        {text !== undefined && (
          <label>
            {acts.retitle_field}
            <input id="confirm-input" maxLength={300} autocomplete="off" defaultValue={text} />
          </label>
        )}
        <p class="fault" role="alert">
          {fault && <Told {...fault} />}
        </p>
        <div class="acts">
          <Button type="submit" look={danger ? 'strong danger' : 'strong'} disabled={busy} text={yes} />
          <Button id="confirm-no" act={close} text={page.cancel} />
        </div>
      </form>
    </Dialog>
  );
};

export const closeDialog = (): void => set({ dialog: null });

export const KeysDialog = () => {
  const { keys, page } = state.labels;
  return (
    <Dialog id="keys" close={closeDialog} focus=".acts .button">
      <form onSubmit={doing(closeDialog)}>
        <h2 id="keys-title">{page.keys}</h2>
        <label class="switch">
          <input
            type="checkbox"
            checked={keysAreOn()}
            onChange={({ currentTarget }) => {
              rememberKeys(currentTarget.checked);
              touch();
            }}
          />
          {keys.single}
        </label>
        <Pairs look="keys" of={keys.list.map(([key, what]) => [<kbd>{key}</kbd>, what])} />
        <div class="acts">
          <Button type="submit" look="strong" text={page.close} />
        </div>
      </form>
    </Dialog>
  );
};

/** Behind a modal dialog nothing is seen or heard: of dialogs the one that was opened last is on top. */
export const Notifications = ({ layer }: { layer: Layer }) => {
  const { toast, news, banner, question, dialog, opened } = state;
  const { told, nth } = toast;
  const song = opened === null || ROOM.matches ? 'page' : 'song';
  const top = dialog === null ? song : 'box';
  const here = (layer === 'add' || layer === 'keys' ? 'box' : layer) === (question === null ? top : 'confirm');
  // Where nothing is there but that, the list says it in its place.
  const trouble = (layer === 'page' ? !listFailed() : here) ? banner : null;
  return (
    <>
      {/* It is there before it says anything: else nobody would be told. */}
      <div id={layer === 'page' ? 'banner' : undefined} class="banner" role="alert" hidden={trouble === null}>
        {trouble && <Told {...trouble} />}
      </div>
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
