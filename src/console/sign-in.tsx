// Pure: what stands before the console: the form for the token, and what keeps the whole of it from working.
import { Component, createRef } from 'preact';
import { Button, Disc, Icon } from './elements.tsx';
import { problemWords } from './status.ts';
import type { PageProps } from './workspace.ts';

export class SignIn extends Component<PageProps> {
  #field = createRef<HTMLInputElement>();

  override componentDidMount(): void {
    this.#field.current?.focus();
  }
  override componentDidUpdate(before: PageProps): void {
    const field = this.#field.current;
    if (field === null || before.state.fault === this.props.state.fault || this.props.state.fault === null) return;
    field.value = '';
    field.focus();
  }

  override render({ state, workspace }: PageProps) {
    const { sign_in: words } = state.labels;
    const { fault } = state;
    const complaint =
      fault === null
        ? ''
        : fault === 'empty' || fault === 'letters'
          ? words[fault]
          : state.labels.sentence(problemWords(state.labels, fault));
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

export const TroubleCard = ({ state, workspace }: PageProps) => {
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
        <Button look="strong" act={() => workspace.resume()}>
          {labels.page.again}
        </Button>
        <Button act={() => workspace.leave()}>{labels.sign_in.other}</Button>
      </div>
    </section>
  );
};
