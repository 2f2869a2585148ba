// Pure: what stands beside an open song: vendors, numbers, filters, the list, and words where it has no rows.
import { Button, Disc, Icon, Options, ScopedButton } from './elements.tsx';
import { List } from './list.tsx';
import { expectedRows, type Filters, rowsText } from './listing.ts';
import { Overview, Vendors } from './overview.tsx';
import { endSearch, Lookup } from './search.tsx';
import { partsOf, problemWords } from './status.ts';
import type { PageProps } from './workspace.ts';

/** Rows that hold the place of the first ones. */
const SKELETON_ROWS = 8;

export const Column = ({ state, workspace }: PageProps) => {
  const { labels, query, found, filters, stats, banner, opened } = state;
  const source = workspace.current;
  const { listing, rows, begun } = source;
  const failed = !begun && banner !== null;
  const expected = found === null ? expectedRows(stats, filters) : 0;
  const unread = begun ? Math.max(expected - listing.keys.length, 1) : failed ? 0 : SKELETON_ROWS;
  const count = listing.keys.length + (listing.complete ? 0 : unread);
  const listed = { begun, complete: listing.complete, read: listing.keys.length, count, failed };
  const { empty, list } = labels;
  const way: Way = failed
    ? { words: problemWords(labels, banner.code), text: labels.page.again, act: () => source.ensure(0, 1, 0) }
    : query !== null
      ? { words: empty.searched, text: list.back, act: () => endSearch(workspace) }
      : Object.keys(filters).length > 0
        ? { words: empty.filtered, text: list.all, act: () => workspace.choose({}) }
        : { words: empty.none, text: empty.first, act: () => workspace.add() };
  return (
    <div class="column">
      <Vendors state={state} workspace={workspace} />
      <Overview state={state} workspace={workspace} />
      <section id="list" class="list" aria-labelledby="list-title" tabindex={-1}>
        <div class="list-head">
          <h2 id="list-title">{query === null ? labels.list.title : labels.list.found(query)}</h2>
          <p id="list-count" class="soft">
            {rowsText(listed, found === null ? 'task' : 'song', labels)}
          </p>
          {query === null ? (
            <FilterPanel state={state} workspace={workspace} />
          ) : (
            <Button
              act={() => {
                endSearch(workspace);
                document.querySelector<HTMLElement>('#query')?.focus();
              }}
            >
              {labels.list.back}
            </Button>
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
        {(failed || (begun && count === 0)) && <Empty way={way} bad={failed} />}
      </section>
    </div>
  );
};

const FilterPanel = ({ state, workspace }: PageProps) => {
  const { labels, filters, stats, batch } = state;
  const vendors = Object.fromEntries(Object.keys(stats?.vendors ?? {}).map((id) => [id, id]));
  const fields: readonly (readonly [keyof Filters, Readonly<Record<string, string>>])[] = [
    ['tracking', labels.tracking],
    ['status', labels.statuses],
    ['archive', labels.archive],
    ['kind', labels.kinds],
    ['vendor', vendors],
  ];
  const chosen = fields.flatMap(([name, words]) => {
    const value = filters[name];
    return value === undefined ? [] : [words[value] ?? value];
  });
  const choose = (name: keyof Filters, value: string): void => {
    const { [name]: _, ...others } = filters;
    workspace.choose(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <details id="filters" class="filters">
      <summary>
        {labels.list.filters}
        <span id="filters-brief">{labels.detail('', chosen.join(labels.comma) || labels.list.none)}</span>
      </summary>
      <div id="filter-fields" class="fields">
        {fields.map(([name, words]) => (
          <div key={name} class="field">
            <label for={`filter-${name}`}>{labels.list.fields[name]}</label>
            <select
              id={`filter-${name}`}
              value={filters[name] ?? ''}
              onChange={({ currentTarget }) => choose(name, currentTarget.value)}
            >
              <option value="">{labels.list.any}</option>
              <Options of={words} />
            </select>
          </div>
        ))}
        {chosen.length > 0 && (
          <Button
            look="small"
            act={() => {
              workspace.choose({});
              document.querySelector<HTMLElement>('#filter-tracking')?.focus();
            }}
          >
            {labels.list.all}
          </Button>
        )}
        <ScopedButton
          state={state}
          needs="track"
          look="small"
          disabled={batch !== null}
          act={() => workspace.actions.retryAll()}
        >
          {labels.list.retry_all}
        </ScopedButton>
      </div>
    </details>
  );
};

/** What is said where there are no rows, and the way on from there. */
interface Way {
  readonly words: string;
  readonly text: string;
  act(): unknown;
}

const Empty = ({ way: { words, text, act }, bad }: { way: Way; bad: boolean }) => (
  <div id="empty" class="empty">
    {bad ? <Icon name="warn" tone="bad" /> : <Disc />}
    <p class="what">{partsOf(words).what}</p>
    <p>{partsOf(words).then}</p>
    <Button look="strong" act={act}>
      {text}
    </Button>
  </div>
);
