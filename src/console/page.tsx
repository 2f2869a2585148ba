// Edge: the whole page, drawn from the state: its head, what stands before the console, and what lies over it.
import { Component, type ComponentType } from 'preact';
import { type Language, LANGUAGES } from '../model/language.ts';
import { troubleText } from './actions.ts';
import type { AddProps } from './add.tsx';
import { ask } from './api.ts';
import { Column } from './column.tsx';
import { Dialog, KeysDialog, Notifications, QuestionDialog } from './dialogs.tsx';
import { Disc } from './elements.tsx';
import { Search } from './search.tsx';
import { SignIn, TroubleCard } from './sign-in.tsx';
import { SongDialog } from './song.tsx';
import type { State, Store } from './state.ts';
import type { Workspace } from './workspace.ts';

interface Props {
  readonly state: State;
  readonly store: Store;
  readonly workspace: Workspace;
  /** The song has room beside the list. */
  readonly wide: boolean;
}

export const Page = (props: Props) => {
  const { state, store, workspace, wide } = props;
  const { labels, place, dialog, question } = state;
  return (
    <>
      <a class="skip" href="#list">
        {labels.page.skip}
      </a>
      <Head {...props} />
      {place === 'open' ? (
        <main id="main" class="main">
          <Column {...props} />
          <SongDialog state={state} workspace={workspace} wide={wide} />
        </main>
      ) : (
        <main id="gate" class="gate" aria-busy={place === 'entering'}>
          {place === 'trouble' && <TroubleCard state={state} workspace={workspace} />}
          {place === 'sign-in' && <SignIn state={state} workspace={workspace} />}
        </main>
      )}
      {dialog === 'add' && <AddDialog {...props} />}
      {dialog === 'keys' && (
        <KeysDialog state={state} workspace={workspace} wide={wide} close={() => store.set({ dialog: null })} />
      )}
      {question !== null && (
        <QuestionDialog state={state} workspace={workspace} wide={wide} close={() => store.set({ question: null })} />
      )}
      <Notifications state={state} wide={wide} layer="page" />
    </>
  );
};

const Head = ({ state, store, workspace }: Props) => {
  const { labels, place, banner, batch, keys_on } = state;
  const key = (name: string): string | undefined => (keys_on ? name : undefined);
  return (
    <header class="top">
      <a class="mark" href="/" aria-label="longplay">
        <Disc />
        <span>longplay</span>
      </a>
      <h1>{labels.page.title}</h1>
      {place === 'open' && <Search state={state} workspace={workspace} />}
      <div id="tools" class="tools">
        {place === 'open' && (
          <>
            <button
              class="button strong"
              type="button"
              aria-keyshortcuts={key('a')}
              onClick={() => store.set({ dialog: 'add' })}
            >
              {labels.page.add}
            </button>
            <button
              id="keys-open"
              class="button icon"
              type="button"
              aria-keyshortcuts={key('?')}
              aria-label={labels.page.keys}
              onClick={() => store.set({ dialog: 'keys' })}
            >
              ?
            </button>
          </>
        )}
        <select
          id="language"
          aria-label={labels.page.language}
          value={state.language}
          onChange={({ currentTarget }) => void workspace.speak(currentTarget.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        {place === 'open' && (
          <button class="button" type="button" onClick={() => workspace.leave()}>
            {labels.page.forget}
          </button>
        )}
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
          <button class="button small" type="button" onClick={() => workspace.actions.stopBatch()}>
            {labels.acts.stop}
          </button>
        </div>
      )}
    </header>
  );
};

/** What reads texts is loaded when somebody adds one. */
class AddDialog extends Component<Props, { readonly Add: ComponentType<AddProps> | null; readonly busy: boolean }> {
  override state = { Add: null, busy: false } as { Add: ComponentType<AddProps> | null; busy: boolean };

  override componentDidMount(): void {
    const { store, workspace } = this.props;
    void import('./add.tsx').then(
      (loaded) => this.setState({ Add: loaded.default }),
      () => {
        store.set({ dialog: null });
        workspace.actions.toast(store.state.labels.page.newer);
      },
    );
  }

  override render(
    { state, store, workspace, wide }: Props,
    { Add, busy }: { Add: ComponentType<AddProps> | null; busy: boolean },
  ) {
    const { labels, stats } = state;
    const close = (): void => store.set({ dialog: null });
    return (
      <Dialog id="add" class="box" labelledby="add-title" busy={busy} closed={close}>
        {Add === null ? (
          <h2 id="add-title">{labels.page.loading}</h2>
        ) : (
          <Add
            labels={labels}
            close={close}
            vendors={Object.keys(stats?.vendors ?? {})}
            draft={workspace.draft}
            send={(request, json) => ask('POST', request.path, { json })}
            explain={(trouble) => troubleText(trouble, labels)}
            added={() => void state.tasks.head()}
            busy={(now) => this.setState({ busy: now })}
          />
        )}
        <Notifications state={state} wide={wide} layer="dialog" />
      </Dialog>
    );
  }
}
