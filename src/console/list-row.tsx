// Pure: one row of the list.
import { webAddress } from './web-address.ts';
import { serverNow } from './api.ts';
import { agoBrief, momentText } from './format.ts';
import { Icon, Sleeve } from './icon.tsx';
import type { Labels } from './language.ts';
import type { Row } from './row.ts';

export interface ListRowProps {
  /** Null: not read yet. */
  readonly row: Row | null;
  readonly place: number;
  readonly count: number;
  readonly y: number;
  readonly active: boolean;
  readonly selected: boolean;
  /** Covers are loaded where the list rests, not for every row that flies past. */
  readonly covered: boolean;
  readonly labels: Labels;
}

export const ListRow = ({ row, place, count, y, active, selected, covered, labels }: ListRowProps) => (
  <li style={{ transform: `translateY(${y}px)` }} aria-posinset={place + 1} aria-setsize={count}>
    <button
      type="button"
      class={row === null ? 'row waiting' : 'row'}
      tabindex={active ? 0 : -1}
      aria-current={selected ? 'true' : undefined}
      data-place={place}
      title={row?.status.why ?? undefined}
    >
      <Sleeve cover={covered ? webAddress(row?.cover) : null} size={48} />
      <span class="about">
        <span class="title" dir="auto">
          {row?.title ?? labels.page.loading}
        </span>
        <span class="note">{row?.note}</span>
      </span>
      <span class="how">
        <span class="state" data-tone={row?.status.tone}>
          {row !== null && <Icon name={row.status.tone} />}
          <span>{row?.status.label}</span>
        </span>
        {row !== null && row.status.progress !== null && (
          <span class="bar">
            <span style={{ inlineSize: `${row.status.progress}%` }} />
          </span>
        )}
      </span>
      <time dateTime={row?.at ?? undefined} title={row?.at == null ? undefined : momentText(row.at, labels)}>
        {agoBrief(row?.at ?? null, serverNow(), labels)}
      </time>
    </button>
  </li>
);
