// Edge: dialogs over the page, opened as soon as they are there; and what is said, in the layer that is on top.
import { Component, type ComponentChildren, createRef } from 'preact';
import { troubleText } from './actions.ts';
import { Button } from './elements.tsx';
import type { Question, State } from './state.ts';
import type { PageProps } from './workspace.ts';

interface DialogProps {
  readonly state: State;
  readonly id: Layer;
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
    const target = focus === undefined ? null : this.#dialog.current?.querySelector<HTMLElement>(focus);
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
    if (dialog === null) return;
    // Without this a change of width would be an end of it.
    dialog.removeAttribute('open');
    if (this.props.beside) dialog.show();
    else dialog.showModal();
  }

  override render({ state, id, labelledby, describedby, busy, closed, children, class: look }: DialogProps) {
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
        <Notifications state={state} layer={id} />
      </dialog>
    );
  }
}

interface QuestionProps extends PageProps {
  readonly question: Question;
}
interface QuestionState {
  readonly busy: boolean;
  readonly fault: string;
}

export class QuestionDialog extends Component<QuestionProps, QuestionState> {
  override state: QuestionState = { busy: false, fault: '' };
  #field = createRef<HTMLInputElement>();
  #close = (): void => this.props.workspace.set({ question: null });

  async #answer(): Promise<void> {
    if (this.state.busy) return;
    this.setState({ busy: true });
    const wrong = await this.props.question.act(this.#field.current?.value ?? '');
    this.setState({ busy: false, fault: wrong ?? '' });
    if (wrong === null) this.#close();
  }

  override render({ state, question }: QuestionProps, { busy, fault }: QuestionState) {
    const { acts, page } = state.labels;
    return (
      // A key that is pressed twice must not answer.
      <Dialog
        state={state}
        id="confirm"
        class="box"
        labelledby="confirm-title"
        describedby="confirm-about"
        busy={busy}
        focus={question.text === undefined ? '#confirm-no' : 'input'}
        closed={this.#close}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void this.#answer();
          }}
        >
          <h2 id="confirm-title">{question.title}</h2>
          <p id="confirm-about">{question.about}</p>
          {question.text !== undefined && (
            <div id="confirm-field">
              <label for="confirm-input">{acts.retitle_field}</label>
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
          <p class="fault" role="alert">
            {fault || null}
          </p>
          <div class="acts">
            <button class={`button strong ${question.danger ? 'danger' : ''}`} type="submit" disabled={busy}>
              {question.yes}
            </button>
            <Button id="confirm-no" act={this.#close}>
              {page.cancel}
            </Button>
          </div>
        </form>
      </Dialog>
    );
  }
}

export const KeysDialog = ({ state, workspace }: PageProps) => {
  const { labels, keys_on } = state;
  const close = (): void => workspace.set({ dialog: null });
  return (
    <Dialog state={state} id="keys" class="box" labelledby="keys-title" closed={close} focus=".acts .button">
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
        <Button look="strong" act={close}>
          {labels.page.close}
        </Button>
      </div>
    </Dialog>
  );
};

type Layer = 'page' | 'song' | 'add' | 'keys' | 'confirm';

/** What is on top: of dialogs the one that was opened last. */
const topOf = ({ question, dialog, opened, wide }: State): Layer =>
  question !== null ? 'confirm' : (dialog ?? (opened !== null && !wide ? 'song' : 'page'));

/** Behind a modal dialog nothing is seen or heard. */
export const Notifications = ({ state, layer }: { state: State; layer: Layer }) => {
  const here = topOf(state) === layer;
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
