// Pure: what stands before the console: the form for the token, and what keeps the whole of it from working.
import { Component, createRef } from 'preact';
import { Disc, Icon } from './elements.tsx';
import type { State } from './state.ts';
import { problemWords, sentence } from './status.ts';
import type { Workspace } from './workspace.ts';

interface Props {
  readonly state: State;
  readonly workspace: Workspace;
}

export class SignIn extends Component<Props> {
  #field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    this.#field.current?.focus();
  }
  override componentDidUpdate(before: Props): void {
    const field = this.#field.current;
    if (field === null || before.state.fault === this.props.state.fault || this.props.state.fault === null) return;
    field.value = '';
    field.focus();
  }

  override render({ state, workspace }: Props) {
    const { sign_in: words } = state.labels;
    const { fault } = state;
    const complaint =
      fault === null
        ? ''
        : fault === 'empty' || fault === 'letters'
          ? words[fault]
          : sentence(problemWords(state.labels, fault));
    return (
      <form
        id="token-form"
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void workspace.enter(this.#field.current?.value ?? '');
        }}
      >
        <Disc />
        <h2>{words.title}</h2>
        <p id="token-about">{words.about}</p>
        <label for="token">{words.label}</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          ref={this.#field}
          required
          aria-invalid={fault !== null}
          aria-describedby="token-about token-fault"
        />
        <p id="token-fault" class="fault" role="alert">
          {complaint || null}
        </p>
        <button class="button strong" type="submit">
          {words.open}
        </button>
      </form>
    );
  }
}

export const TroubleCard = ({ state, workspace }: Props) => {
  const { trouble, labels } = state;
  if (trouble === null) return null;
  const { what, then } = problemWords(labels, trouble.code);
  return (
    <section id="trouble" class="card trouble" aria-labelledby="trouble-what">
      <Icon name="warn" tone="bad" />
      <h2 id="trouble-what" tabindex={-1} role="alert">
        {what}
      </h2>
      <p id="trouble-then">{then}</p>
      <ul id="trouble-details" class="details">
        {trouble.detail?.split('; ').map((mistake) => (
          <li key={mistake} dir="auto">
            {mistake}
          </li>
        ))}
      </ul>
      <div class="acts">
        <button class="button strong" type="button" onClick={() => void workspace.resume()}>
          {labels.page.again}
        </button>
        <button class="button" type="button" onClick={() => workspace.leave()}>
          {labels.sign_in.other}
        </button>
      </div>
    </section>
  );
};
