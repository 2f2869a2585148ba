// Pure: which tasks the list shows: one choice each of what the API can tell apart.
import type { Filters } from './extent.ts';
import { may } from './session.ts';
import type { State } from './state.ts';
import type { Workspace } from './workspace.ts';

type Field = keyof Filters;

export const FilterPanel = ({ state, workspace }: { state: State; workspace: Workspace }) => {
  const { labels, filters, stats, denied, batch } = state;
  const vendors = Object.fromEntries(Object.keys(stats?.vendors ?? {}).map((id) => [id, id]));
  const fields: readonly (readonly [Field, Readonly<Record<string, string>>])[] = [
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
  const choose = (name: Field, value: string): void => {
    const { [name]: _, ...others } = filters;
    workspace.choose(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <details id="filters" class="filters">
      <summary>
        {labels.list.filters}
        <span id="filters-brief">: {chosen.join(', ') || labels.list.none}</span>
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
              {Object.entries(words).map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </div>
        ))}
        {chosen.length > 0 && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              workspace.choose({});
              document.querySelector<HTMLElement>('#filter-tracking')?.focus();
            }}
          >
            {labels.list.all}
          </button>
        )}
        <button
          type="button"
          class="button small"
          disabled={!may('track', denied) || batch !== null}
          title={may('track', denied) ? undefined : labels.page.needs_scope('track')}
          onClick={() => workspace.actions.retryAll()}
        >
          {labels.list.retry_all}
        </button>
      </div>
    </details>
  );
};
