// Edge: the list on the page. Only rows that are seen are elements; focus, selection and scroll stay where they are.
import { Component, createRef } from 'preact';
import { serverNow } from './api.ts';
import { Icon, Sleeve } from './elements.tsx';
import { agoBrief, momentText } from './format.ts';
import { list, state } from './state.ts';
import type { Row } from './status.ts';
import { heightOf, offsetAt, rowAfter, rowsIn, scrollTo, topFor } from './window.ts';
import { current, open } from './workspace.ts';

const REST_MS = 120;
const ROW_PX = 76;
/** Rows that came in above: looked for as far as this. */
const CAME_MAX = 1_000;

/** `end` is the first number after them. */
const range = (first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);

interface ListProps {
  /** Rows in all, those that are not read yet included. */
  readonly count: number;
}

export class List extends Component<ListProps> {
  #list = createRef<HTMLUListElement>();
  #size = createRef<HTMLDivElement>();
  /** The row that keys start from, and that Tab comes to. */
  #active = 0;
  #row = ROW_PX;
  #first: string | null = null;
  #movedAt = 0;
  #covered = new Set<string>();
  #focused = false;
  #due = false;

  override componentDidMount(): void {
    addEventListener('scroll', this.#moved, { passive: true });
    addEventListener('resize', this.#again);
    list.focus = (key) => this.#focus(key);
    this.#again();
  }
  override componentWillUnmount(): void {
    removeEventListener('scroll', this.#moved);
    removeEventListener('resize', this.#again);
  }

  override componentWillUpdate(): void {
    this.#focused = this.#list.current?.contains(document.activeElement) ?? false;
  }

  override componentDidUpdate(): void {
    this.#row = this.#size.current?.offsetHeight || this.#row;
    this.#keepPlace();
    if (this.#focused && !this.#list.current?.contains(document.activeElement))
      this.#button(this.#active)?.focus({ preventScroll: true });
    const view = this.#view();
    const { first, end } = rowsIn({ ...view, top: offsetAt(view) });
    list.seen = range(first, end).flatMap((place) => this.#keyAt(place) ?? []);
    const { begun, listing } = current();
    if (begun && end > listing.keys.length) void current().ensure(first, end, view.count);
  }

  /** Null: not read yet. */
  #keyAt(place: number): string | null {
    return current().keyAt(place, this.props.count);
  }

  /** Drawn at most once a frame, whatever happens. */
  #again = (): void => {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.forceUpdate();
    });
  };

  #moved = (): void => {
    this.#movedAt = Date.now();
    this.#again();
    setTimeout(() => Date.now() - this.#movedAt >= REST_MS && this.#again(), REST_MS + 10);
  };

  #view() {
    const top = -(this.#list.current?.getBoundingClientRect().top ?? 0);
    return { top, height: innerHeight, row: this.#row, count: this.props.count };
  }

  #button(place: number): HTMLElement | null {
    return this.#list.current?.querySelector(`[data-place="${place}"]`) ?? null;
  }

  /** Rows that came in above what is seen do not push it away; who is at the top sees them come. */
  #keepPlace(): void {
    const [key, before] = [this.#keyAt(0), this.#first];
    this.#first = key;
    if (before === null || key === before || key === null) return;
    const added = range(0, Math.min(CAME_MAX, this.props.count)).find((place) => this.#keyAt(place) === before);
    if (added === undefined) return;
    this.#active += added;
    if (this.#view().top > this.#row) scrollBy({ top: added * this.#row, behavior: 'instant' });
    this.#again();
  }

  #focus(key: string | null): void {
    const place = key === null ? -1 : current().listing.placeOf(key);
    this.#go(place < 0 ? this.#active : place);
  }

  #go(place: number): void {
    if (this.props.count === 0) return;
    this.#active = Math.min(place, this.props.count - 1);
    const view = this.#view();
    const offset = offsetAt(view);
    const top = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
    // Where the row is in the window, and where it has to be.
    const by = scrollTo({ offset: this.#active * this.#row - offset, row: this.#row, top, bottom: innerHeight });
    if (by !== 0) scrollBy({ top: topFor(offset + by, view) - view.top, behavior: 'instant' });
    this.forceUpdate(() => this.#button(this.#active)?.focus({ preventScroll: true }));
  }

  #key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.floor(innerHeight / this.#row);
    const target = rowAfter(event.key, { index: this.#active, count: this.props.count, page });
    if (target === null) return;
    event.preventDefault();
    this.#go(target);
  };

  override render({ count }: ListProps) {
    this.#active = Math.max(0, Math.min(this.#active, count - 1));
    const view = this.#view();
    const offset = offsetAt(view);
    const { first, end } = rowsIn({ ...view, top: offset });
    const places = range(first, end);
    // Who left it by scrolling finds it again.
    if (count > 0 && this.#active < first) places.unshift(this.#active);
    if (count > 0 && this.#active >= end) places.push(this.#active);
    return (
      <>
        <div class="row-size" aria-hidden="true" ref={this.#size} />
        <ul
          id="rows"
          class="rows"
          aria-labelledby="list-title"
          data-rows={count}
          ref={this.#list}
          style={{ blockSize: `${heightOf(view)}px` }}
          onKeyDown={this.#key}
        >
          {places.map((place) => this.#drawRow(place, view.top + place * this.#row - offset))}
        </ul>
      </>
    );
  }

  #drawRow(place: number, y: number) {
    const { labels, opened } = state;
    const key = this.#keyAt(place);
    const row = key === null ? undefined : current().rows.get(key);
    const isActive = place === this.#active;
    // Covers are loaded where the list rests, not for every row that flies past.
    if (row && Date.now() - this.#movedAt >= REST_MS) this.#covered.add(row.key);
    return (
      <li
        key={key ?? `#${place}`}
        style={{ transform: `translateY(${y}px)` }}
        aria-posinset={place + 1}
        aria-setsize={this.props.count}
        aria-hidden={!row && !isActive}
      >
        {row ? (
          <button
            type="button"
            class="row"
            tabindex={isActive ? 0 : -1}
            aria-current={row.key === opened?.key ? 'true' : undefined}
            data-place={place}
            onClick={() => open(row.key)}
            onFocus={() => this.#enter(place)}
            title={row.status.why ?? ''}
          >
            <RowParts {...row} cover={this.#covered.has(row.key) ? row.cover : null} />
          </button>
        ) : isActive ? (
          <button type="button" class="row waiting" data-place={place}>
            <span class="unseen">{labels.page.loading}</span>
          </button>
        ) : (
          <div class="row waiting" />
        )}
      </li>
    );
  }

  #enter(place: number): void {
    if (place !== this.#active) this.#again();
    this.#active = place;
  }
}

const RowParts = ({ cover, title, note, status, at }: Row) => (
  <>
    <Sleeve cover={cover} size={48} />
    <span class="about">
      <span class="title" dir="auto">
        {title}
      </span>
      <span class="note">{note}</span>
    </span>
    <span class="how">
      <span class="state" data-tone={status.tone}>
        <Icon name={status.tone} />
        <span>{status.label}</span>
      </span>
      {status.progress !== null && (
        <span class="bar">
          <span style={{ inlineSize: `${status.progress}%` }} />
        </span>
      )}
    </span>
    {at !== null && (
      <time dateTime={at} title={momentText(at, state.labels)}>
        {agoBrief(at, serverNow(), state.labels)}
      </time>
    )}
  </>
);
