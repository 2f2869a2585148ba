// Pure: the field for words and ids; and where its text looks like one id, the ways to the task of that id.
import { troubleText } from './actions.ts';
import { Button } from './elements.tsx';
import { idsInLine } from '../extract/lines.ts';
import type { PageProps, Workspace } from './workspace.ts';

/** Asked so long after the last key. */
const TYPED_MS = 300;

const typed = { timer: 0 };

export const Search = ({ state, workspace }: PageProps) => {
  const { page } = state.labels;
  const look = (field: HTMLInputElement): void => {
    clearTimeout(typed.timer);
    workspace.search(field.value.trim() || null);
  };
  return (
    <form
      id="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.querySelector('input');
        if (field !== null) look(field);
        workspace.focusRow(null);
      }}
    >
      <label class="unseen" for="query">
        {page.search}
      </label>
      <input
        id="query"
        type="search"
        placeholder={page.search_hint}
        autocomplete="off"
        maxLength={200}
        spellcheck={false}
        aria-keyshortcuts={state.keys_on ? '/' : undefined}
        onInput={({ currentTarget }) => {
          clearTimeout(typed.timer);
          typed.timer = setTimeout(() => look(currentTarget), TYPED_MS);
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== 'Escape') return;
          currentTarget.value = '';
          look(currentTarget);
        }}
      />
    </form>
  );
};

/** Empties the field as well, which is nobody's but the browser's. */
export function endSearch(workspace: Workspace): void {
  clearTimeout(typed.timer);
  const field = document.querySelector<HTMLInputElement>('#query');
  if (field !== null) field.value = '';
  workspace.search(null);
}

export const Lookup = ({ state, workspace }: PageProps) => {
  const { labels, query, lookup, stats, tasks } = state;
  const [id, ...others] = idsInLine(query ?? '');
  if (id === undefined || others.length > 0) return null;
  const known = tasks.listing.keys.filter((key) => key.endsWith(`/${id}`));
  return (
    <div id="lookup" class="lookup">
      <p>{known.length > 0 ? labels.list.known_id : labels.list.looks_like_id}</p>
      {known.map((key) => (
        <Button
          key={key}
          act={() => {
            endSearch(workspace);
            return workspace.open(key);
          }}
        >
          {labels.list.open_task(id, key.split('/', 1)[0] ?? '')}
        </Button>
      ))}
      {(known.length > 0 ? [] : Object.keys(stats?.vendors ?? {})).map((vendor) => (
        <Button
          key={vendor}
          disabled={lookup.busy !== null}
          title={labels.list.look_up_about}
          act={async () => {
            const found = await workspace.openById(vendor, id);
            if (found) endSearch(workspace);
          }}
        >
          {labels.list.look_up(vendor)}
        </Button>
      ))}
      {lookup.trouble !== null && (
        <p class="fault" role="alert">
          {troubleText(lookup.trouble, labels)}
        </p>
      )}
    </div>
  );
};
