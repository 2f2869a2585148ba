// Edge: the whole page, drawn from the state: its head, what stands before the console, and what lies over it.
import { isLanguage, LANGUAGES } from '../model/language.ts';
import { Column } from './column.tsx';
import { KeysDialog, Notifications, QuestionDialog } from './dialogs.tsx';
import { Button, Choice, Disc, doing } from './elements.tsx';
import { SignIn, TroubleCard } from './gate.tsx';
import { keysAreOn } from './session.ts';
import { SongDialog } from './song.tsx';
import { list, set, state } from './state.ts';
import { add, leave, search, speak, type } from './workspace.ts';

export const Page = () => {
  const { labels, place, fault, trouble, dialog: Content, question } = state;
  return (
    <>
      {place === 'open' && (
        <a class="skip" href="#list">
          {labels.page.skip}
        </a>
      )}
      <Head />
      {place === 'open' ? (
        <main id="main" class="main">
          <Column />
          <SongDialog />
        </main>
      ) : (
        <main id="gate" class="gate" aria-busy={place === 'entering'}>
          {place === 'trouble' && trouble && <TroubleCard {...trouble} />}
          {place === 'sign-in' && <SignIn key={fault} />}
        </main>
      )}
      {Content && <Content />}
      {question !== null && <QuestionDialog {...question} />}
    </>
  );
};

const Head = () => {
  const { labels, place } = state;
  const { page } = labels;
  const shortcut = (key: string): string | undefined => (keysAreOn() ? key : undefined);
  return (
    <header class="top">
      <a class="mark" href="/" aria-label="longplay">
        <Disc />
        <span>longplay</span>
      </a>
      <h1>{page.title}</h1>
      {place === 'open' && <Search />}
      <div id="tools" class="tools">
        {place === 'open' && (
          <>
            <Button look="strong" aria-keyshortcuts={shortcut('a')} act={add} text={page.add} />
            <Button
              id="keys-open"
              look="icon"
              aria-keyshortcuts={shortcut('?')}
              aria-label={page.keys}
              act={() => set({ dialog: KeysDialog })}
              text="?"
            />
          </>
        )}
        <Choice
          id="language"
          aria-label={page.language}
          value={labels.language}
          of={LANGUAGES}
          choose={(language) => isLanguage(language) && void speak(language)}
        />
        {place === 'open' && <Button act={() => leave()} text={page.forget} />}
      </div>
      <Notifications layer="page" />
      <Batch />
    </header>
  );
};

const Search = () => {
  const { labels, typed } = state;
  const go = (): void => {
    search(state.typed);
    list.focus(null);
  };
  return (
    <form id="search" role="search" onSubmit={doing(go)}>
      <label class="unseen" for="query">
        {labels.page.search}
      </label>
      <input
        id="query"
        type="search"
        placeholder={labels.page.search_hint}
        autocomplete="off"
        maxLength={200}
        spellcheck={false}
        aria-keyshortcuts={keysAreOn() ? '/' : undefined}
        value={typed}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
    </form>
  );
};

const Batch = () => {
  const { batch, labels } = state;
  if (batch === null) return null;
  const { done, all, stop } = batch;
  const end = (): void => {
    stop.abort();
    set({ batch: null });
  };
  return (
    <div id="batch" class="banner quiet">
      <span>{all === null ? labels.acts.looking : labels.acts.retrying(done, all)}</span>
      <progress max={all ?? undefined} value={all === null ? undefined : done} aria-label={labels.list.retry_all} />
      <Button look="small" act={end} text={labels.acts.stop} />
    </div>
  );
};
