// Edge: the whole page, drawn from the state: its head, what stands before the console, and what lies over it.
import { Component, createRef } from 'preact';
import { isLanguage, LANGUAGES } from '../model/language.ts';
import { troubleText } from './actions.ts';
import { Column } from './column.tsx';
import { KeysDialog, Notifications, QuestionDialog } from './dialogs.tsx';
import { Button, Disc, Icon, Options } from './elements.tsx';
import { Search } from './search.tsx';
import { SongDialog } from './song.tsx';
import { partsOf, problemWords } from './status.ts';
import type { PageProps } from './workspace.ts';

export const Page = (props: PageProps) => {
  const { labels, place, dialog, question } = props.state;
  const { AddDialog } = props.workspace;
  return (
    <>
      <a class="skip" href="#list">
        {labels.page.skip}
      </a>
      <Head {...props} />
      {place === 'open' ? (
        <main id="main" class="main">
          <Column {...props} />
          <SongDialog {...props} />
        </main>
      ) : (
        <main id="gate" class="gate" aria-busy={place === 'entering'}>
          {place === 'trouble' && <TroubleCard {...props} />}
          {place === 'sign-in' && <SignIn {...props} />}
        </main>
      )}
      {dialog === 'add' && AddDialog !== null && <AddDialog {...props} />}
      {dialog === 'keys' && <KeysDialog {...props} />}
      {question !== null && <QuestionDialog {...props} question={question} />}
      <Notifications state={props.state} layer="page" />
    </>
  );
};

const Head = ({ state, workspace }: PageProps) => {
  const { labels, place, banner, batch, keys_on } = state;
  const { page } = labels;
  return (
    <header class="top">
      <a class="mark" href="/" aria-label="longplay">
        <Disc />
        <span>longplay</span>
      </a>
      <h1>{page.title}</h1>
      {place === 'open' && <Search state={state} workspace={workspace} />}
      <div id="tools" class="tools">
        {place === 'open' && (
          <>
            <Button look="strong" shortcut={keys_on ? 'a' : undefined} act={() => workspace.add()}>
              {page.add}
            </Button>
            <Button
              id="keys-open"
              look="icon"
              shortcut={keys_on ? '?' : undefined}
              label={page.keys}
              act={() => workspace.set({ dialog: 'keys' })}
            >
              ?
            </Button>
          </>
        )}
        <select
          id="language"
          aria-label={page.language}
          value={state.language}
          onChange={({ currentTarget: { value } }) => isLanguage(value) && void workspace.speak(value)}
        >
          <Options of={LANGUAGES} />
        </select>
        {place === 'open' && <Button act={() => workspace.leave()}>{page.forget}</Button>}
      </div>
      {/* It is there before it says anything: else nobody would be told. */}
      <div id="banner" class="banner" role="alert" hidden={banner === null}>
        {banner !== null && troubleText(banner, labels)}
      </div>
      {batch !== null && (
        <div id="batch" class="banner quiet">
          <span>{batch.all === null ? labels.acts.looking : labels.acts.retrying(batch.done, batch.all)}</span>
          <progress
            max={batch.all ?? undefined}
            value={batch.all === null ? undefined : batch.done}
            aria-label={labels.list.retry_all}
          />
          <Button look="small" act={() => workspace.set({ batch: null })}>
            {labels.acts.stop}
          </Button>
        </div>
      )}
    </header>
  );
};

class SignIn extends Component<PageProps> {
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
      fault === null ? '' : fault === 'empty' || fault === 'letters' ? words[fault] : problemWords(state.labels, fault);
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

const TroubleCard = ({ state, workspace }: PageProps) => {
  const { trouble, labels } = state;
  if (trouble === null) return null;
  const { what, then } = partsOf(problemWords(labels, trouble.code));
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
