// Edge: dialogs over the page, opened as soon as they are there; and what is said, in the layer that is on top.
import { Component, type ComponentChildren, createRef } from 'preact';
import { troubleText } from './actions.ts';
import type { State } from './state.ts';
import type { Workspace } from './workspace.ts';

interface DialogProps {
  readonly id: string;
  readonly class: string;
  readonly labelledby: string;
  readonly describedby?: string;
  /** Not modal: beside the rest of the page. */
  readonly beside?: boolean;
  /** Cannot be closed at the moment. */
  readonly busy?: boolean;
  /** What is focused first. */
  readonly focus?: string;
  closed(): void;
  readonly children: ComponentChildren;
}

export class Dialog extends Component<DialogProps> {
  #dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.#open();
    const { focus } = this.props;
    if (focus !== undefined) {
      const target = this.#dialog.current?.querySelector<HTMLElement>(focus);
      target?.focus({ preventScroll: true });
      if (target instanceof HTMLInputElement) target.select();
    }
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
    if (dialog === null) return;
    // Without this a change of width would be an end of it.
    dialog.removeAttribute('open');
    if (this.props.beside) dialog.show();
    else dialog.showModal();
  }

  override render({ id, labelledby, describedby, busy, closed, children, class: look }: DialogProps) {
    return (
      <dialog
        id={id}
        class={look}
        ref={this.#dialog}
        aria-labelledby={labelledby}
        aria-describedby={describedby}
        onCancel={(event) => {
          // Its end is drawn like any other change; until what is under way is done it has none.
          event.preventDefault();
          if (busy !== true) closed();
        }}
      >
        {children}
      </dialog>
    );
  }
}

interface Props {
  readonly state: State;
  readonly workspace: Workspace;
  readonly wide: boolean;
  close(): void;
}

interface QuestionState {
  readonly busy: boolean;
  readonly fault: string;
}

export class QuestionDialog extends Component<Props, QuestionState> {
  override state: QuestionState = { busy: false, fault: '' };
  #field = createRef<HTMLInputElement>();

  async #answer(): Promise<void> {
    const { question } = this.props.state;
    if (question === null || this.state.busy) return;
    this.setState({ busy: true });
    const wrong = await question.act(this.#field.current?.value ?? '');
    this.setState({ busy: false, fault: wrong ?? '' });
    if (wrong === null) this.props.close();
  }

  override render({ state, wide, close }: Props, { busy, fault }: QuestionState) {
    const { question, labels } = state;
    if (question === null) return null;
    return (
      // A key that is pressed twice must not answer.
      <Dialog
        id="confirm"
        class="box"
        labelledby="confirm-title"
        describedby="confirm-about"
        busy={busy}
        focus={question.text === undefined ? '#confirm-no' : 'input'}
        closed={close}
      >
        <form
          id="confirm-form"
          onSubmit={(event) => {
            event.preventDefault();
            void this.#answer();
          }}
        >
          <h2 id="confirm-title">{question.title}</h2>
          <p id="confirm-about">{question.about}</p>
          {question.text !== undefined && (
            <div id="confirm-field">
              <label for="confirm-input">{labels.acts.retitle_field}</label>
              <input
                id="confirm-input"
                type="text"
                maxLength={300}
                autocomplete="off"
                ref={this.#field}
                defaultValue={question.text}
              />
            </div>
          )}
          <p id="confirm-fault" class="fault" role="alert">
            {fault || null}
          </p>
          <div class="acts">
            <button
              class={question.danger === true ? 'button strong danger' : 'button strong'}
              type="submit"
              disabled={busy}
            >
              {question.yes}
            </button>
            <button id="confirm-no" class="button" type="button" onClick={close}>
              {labels.page.cancel}
            </button>
          </div>
        </form>
        <Notifications state={state} wide={wide} layer="question" />
      </Dialog>
    );
  }
}

export const KeysDialog = ({ state, workspace, wide, close }: Props) => {
  const { labels, keys_on } = state;
  return (
    <Dialog id="keys" class="box" labelledby="keys-title" closed={close} focus=".acts .button">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close();
        }}
      >
        <h2 id="keys-title">{labels.page.keys}</h2>
        <label class="switch">
          <input
            type="checkbox"
            checked={keys_on}
            onChange={({ currentTarget }) => workspace.switchKeys(currentTarget.checked)}
          />
          {labels.keys.single}
        </label>
        <dl id="keys-list" class="keys">
          {labels.keys.list.map(([keys, what]) => (
            <>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <div class="acts">
          <button class="button strong" type="submit">
            {labels.page.close}
          </button>
        </div>
      </form>
      <Notifications state={state} wide={wide} layer="dialog" />
    </Dialog>
  );
};

export type Layer = 'page' | 'song' | 'dialog' | 'question';

/** What is on top: of dialogs the one that was opened last. `wide`: the song stands beside the list. */
export const topOf = ({ question, dialog, opened }: State, wide: boolean): Layer =>
  question !== null ? 'question' : dialog !== null ? 'dialog' : opened !== null && !wide ? 'song' : 'page';

export const Notifications = ({ state, layer, wide }: { state: State; layer: Layer; wide: boolean }) => {
  const here = topOf(state, wide) === layer;
  const { toast, news, banner, labels } = state;
  return (
    <>
      {layer !== 'page' && here && banner !== null && (
        <p class="banner" role="alert">
          {troubleText(banner, labels)}
        </p>
      )}
      <div id={here ? 'toast' : undefined} class="toast" role="status" aria-live="polite">
        {here && toast.text !== '' && <span key={toast.nth}>{toast.text}</span>}
      </div>
      <div id={here ? 'news' : undefined} class="unseen" role="status" aria-live="polite">
        {/* An empty text would be written anew each time. */}
        {here && news !== '' && <span>{news}</span>}
      </div>
    </>
  );
};
