// Edge: the whole page, drawn from the state: its head, what stands before the console, and what lies over it.
import { Component, type ComponentType } from 'preact';
import { troubleText } from './actions.ts';
import type { AddProps } from './add.tsx';
import { ask } from './api.ts';
import { Dialog, KeysDialog, QuestionDialog } from './dialogs.tsx';
import { Empty, type Emptiness } from './empty.tsx';
import { expectedRows, rowsText } from './extent.ts';
import { FilterPanel } from './filters.tsx';
import { Disc } from './icon.tsx';
import { LANGUAGES, type Language } from '../model/language.ts';
import { List } from './list.tsx';
import { Notifications } from './notifications.tsx';
import { Overview } from './overview.tsx';
import { endSearch, Lookup, Search } from './search.tsx';
import { SignIn, TroubleCard } from './sign-in.tsx';
import { SongDialog } from './song.tsx';
import type { State, Store } from './state.ts';
import { Vendors } from './vendors.tsx';
import type { Workspace } from './workspace.ts';

interface Props {
  readonly state: State;
  readonly store: Store;
  readonly workspace: Workspace;
  /** The song has room beside the list. */
  readonly wide: boolean;
}

/** Rows that hold the place of the first ones. */
const SKELETON_ROWS = 8;

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

const Column = ({ state, store, workspace }: Props) => {
  const { labels, query, found, filters, stats, banner, opened } = state;
  const source = workspace.current;
  const { listing, rows, begun } = source;
  const failed = !begun && banner !== null;
  const expected = found === null ? expectedRows(stats, filters) : 0;
  const unread = begun ? Math.max(expected - listing.keys.length, 1) : failed ? 0 : SKELETON_ROWS;
  const count = listing.keys.length + (listing.complete ? 0 : unread);
  const listed = { begun, complete: listing.complete, read: listing.keys.length, count, failed };
  const kind: Emptiness | null = failed
    ? { failed: banner.code }
    : !begun || count > 0
      ? null
      : query !== null
        ? 'searched'
        : Object.keys(filters).length > 0
          ? 'filtered'
          : 'none';
  const act = (): void => {
    if (typeof kind === 'object') void source.ensure(0, 1, 0);
    else if (kind === 'searched') endSearch(workspace);
    else if (kind === 'filtered') workspace.choose({});
    else store.set({ dialog: 'add' });
  };
  return (
    <div class="column">
      <Vendors state={state} resume={(vendor) => void workspace.actions.resume(vendor)} />
      <Overview
        state={state}
        choose={(chosen) => {
          endSearch(workspace);
          workspace.choose(chosen);
          document.querySelector('#list')?.scrollIntoView();
        }}
      />
      <section id="list" class="list" aria-labelledby="list-title" tabindex={-1}>
        <div class="list-head">
          <h2 id="list-title">{query === null ? labels.list.title : labels.list.found(query)}</h2>
          <p id="list-count" class="soft">
            {rowsText(listed, found === null ? 'task' : 'song', labels)}
          </p>
          {query === null ? (
            <FilterPanel state={state} workspace={workspace} />
          ) : (
            <button
              id="search-end"
              class="button"
              type="button"
              onClick={() => {
                endSearch(workspace);
                document.querySelector<HTMLElement>('#query')?.focus();
              }}
            >
              {labels.list.back}
            </button>
          )}
        </div>
        <Lookup state={state} workspace={workspace} />
        <List
          key={`${query}${JSON.stringify(filters)}`}
          count={count}
          labels={labels}
          selected={opened?.key ?? null}
          keyAt={(at) => source.keyAt(at, count)}
          rowOf={(key) => rows.get(key) ?? null}
          open={(key) => void workspace.open(key)}
          seen={(keys, first, end) => {
            workspace.seen = keys;
            if (begun && end > listing.keys.length) void source.ensure(first, end, count);
          }}
          focusing={(focus) => (workspace.focusRow = focus)}
        />
        {kind !== null && <Empty kind={kind} labels={labels} act={act} />}
      </section>
    </div>
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
