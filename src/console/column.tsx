// Edge: what stands beside an open song: vendors, numbers, filters, the list, and words where it has no rows.
import { idsInLine } from '../extract/lines.ts';
import { retryAll } from './actions.ts';
import { Button, Choice, Disc, Icon, Told } from './elements.tsx';
import { List } from './list.tsx';
import { Overview, Vendors } from './overview.tsx';
import { type Filters, state } from './state.ts';
import { partsOf, troubleWords } from './status.ts';
import { rowsText } from './window.ts';
import { add, choose, current, listFailed, openById, search, vendorNames } from './workspace.ts';

export const Column = () => {
  const { labels, query, found, filters } = state;
  const { listing, begun, count: rows } = current();
  const failed = listFailed();
  const count = failed ? 0 : rows;
  const back = (): void => {
    search('');
    document.querySelector<HTMLElement>('#query')?.focus();
  };
  return (
    <div class="column">
      <Vendors />
      <Overview />
      <section id="list" class="list" aria-labelledby="list-title" tabindex={-1}>
        <div class="list-head">
          <h2 id="list-title">{query === null ? labels.list.title : labels.list.found(query)}</h2>
          <p id="list-count" class="soft">
            {begun
              ? rowsText(listing, count, found === null ? 'task' : 'song', labels)
              : !failed && labels.page.loading}
          </p>
          {query === null ? <FilterPanel /> : <Button act={back} text={labels.list.back} />}
        </div>
        <Lookup />
        <List key={`${query}${JSON.stringify(filters)}`} count={count} />
        {count === 0 && <Empty />}
      </section>
    </div>
  );
};

/** Where what is looked for looks like one id: the ways to the task of that id. */
const Lookup = () => {
  const { labels, query, lookup, tasks } = state;
  const { list } = labels;
  const [id, ...others] = idsInLine(query ?? '');
  if (id === undefined || others.length > 0) return null;
  const known = [...tasks.items.values()].filter((task) => task.id === id).map(({ vendor }) => vendor);
  const isKnown = known.length > 0;
  return (
    <div id="lookup" class="lookup">
      <p>{isKnown ? list.known_id : list.looks_like_id}</p>
      {(isKnown ? known : Object.keys(vendorNames())).map((vendor) => (
        <Button
          key={vendor}
          title={isKnown ? '' : list.look_up_about}
          act={() => openById(vendor, id)}
          text={isKnown ? list.open_task(id, vendor) : list.look_up(vendor)}
        />
      ))}
      {lookup !== null && (
        <p class="fault" role="alert">
          <Told {...lookup} />
        </p>
      )}
    </div>
  );
};

const FilterPanel = () => {
  const { labels, filters, batch } = state;
  const { list } = labels;
  const fields: Readonly<Record<keyof Filters, Readonly<Record<string, string>>>> = {
    tracking: labels.tracking,
    status: labels.statuses,
    archive: labels.archive,
    kind: labels.kinds,
    vendor: vendorNames(),
  };
  const names = Object.keys(fields) as (keyof Filters)[];
  const chosen = Object.entries(filters).map(([name, value]) => fields[name as keyof Filters][value] ?? value);
  const chooseAll = (): void => {
    choose({});
    document.querySelector<HTMLElement>('#filter-tracking')?.focus();
  };
  return (
    <details id="filters" class="filters">
      <summary>
        {list.filters}
        <span id="filters-brief">{labels.detail('', chosen.join(labels.comma) || list.none)}</span>
      </summary>
      <div id="filter-fields" class="fields">
        {names.map((name) => (
          <label key={name} class="field">
            {labels.fields[name]}
            <Choice
              id={`filter-${name}`}
              value={filters[name] ?? ''}
              of={{ '': list.any, ...fields[name] }}
              choose={(value) => choose({ ...filters, [name]: value })}
            />
          </label>
        ))}
        {chosen.length > 0 && <Button look="small" act={chooseAll} text={list.all} />}
        <Button needs="track" look="small" disabled={batch !== null} act={retryAll} text={list.retry_all} />
      </div>
    </details>
  );
};

/** What is said where there are no rows, and the way on from there. */
function wayOn(): readonly [words: string, way: string, act: () => unknown] {
  const { labels, query, filters, banner } = state;
  const { empty, list, page } = labels;
  if (listFailed() && banner !== null) return [troubleWords(banner, labels), page.again, () => current().ensure()];
  if (query !== null) return [empty.searched, list.back, () => search('')];
  if (Object.keys(filters).length > 0) return [empty.filtered, list.all, () => choose({})];
  return [empty.none, empty.first, add];
}

const Empty = () => {
  const [words, way, act] = wayOn();
  const failed = listFailed();
  const { what, then } = partsOf(words);
  return (
    <div id="empty" class="empty" role={failed ? 'alert' : undefined}>
      {failed ? <Icon name="warn" tone="bad" /> : <Disc />}
      <p class="what">{what}</p>
      <p>{then}</p>
      <Button look="strong" act={act} text={way} />
    </div>
  );
};
