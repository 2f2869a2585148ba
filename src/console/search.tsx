// Edge: the field for words and ids; and where its text looks like one id, the ways to the task of that id.
import { idsInLine } from '../extract/lines.ts';
import { Button, doing, Told } from './elements.tsx';
import { keysAreOn } from './session.ts';
import { list, state } from './state.ts';
import { open, openById, search, type, vendorNames } from './workspace.ts';

export const Search = () => {
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

export const Lookup = () => {
  const { labels, query, lookup, tasks } = state;
  const [id, ...others] = idsInLine(query ?? '');
  if (id === undefined || others.length > 0) return null;
  const known = tasks.listing.keys.filter((key) => key.endsWith(`/${id}`));
  const openKnown = (key: string): void => {
    search('');
    void open(key);
  };
  return (
    <div id="lookup" class="lookup">
      <p>{known.length > 0 ? labels.list.known_id : labels.list.looks_like_id}</p>
      {known.map((key) => (
        <Button key={key} act={() => openKnown(key)} text={labels.list.open_task(id, key.split('/', 1)[0] ?? '')} />
      ))}
      {(known.length > 0 ? [] : Object.keys(vendorNames())).map((vendor) => (
        <Button
          key={vendor}
          disabled={lookup.busy !== null}
          title={labels.list.look_up_about}
          act={() => openById(vendor, id)}
          text={labels.list.look_up(vendor)}
        />
      ))}
      {lookup.trouble !== null && (
        <p class="fault" role="alert">
          <Told {...lookup.trouble} />
        </p>
      )}
    </div>
  );
};
