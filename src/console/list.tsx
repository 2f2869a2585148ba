// Edge: the list on the page. Only rows that are seen are elements; focus, selection and scroll stay where they are.
import { Component, createRef } from 'preact';
import { serverNow } from './api.ts';
import { agoBrief, momentText } from './format.ts';
import { Icon, Sleeve } from './elements.tsx';
import type { Labels } from './english.ts';
import type { Row } from './status.ts';
import { heightOf, offsetAt, rowAfter, rowsIn, scrollTo, topFor } from './window.ts';

const REST_MS = 120;
const ROW_PX = 76;
/** Rows that came in above: looked for as far as this. */
const CAME_MAX = 1_000;

interface ListProps {
  /** Rows in all, those that are not read yet included. */
  readonly count: number;
  /** Null: not read yet. */
  keyAt(place: number): string | null;
  rowOf(key: string): Row | null;
  readonly selected: string | null;
  readonly labels: Labels;
  open(key: string): void;
  /** Keys of the rows that are seen, the place of the first, and the one behind the last. */
  seen(keys: readonly string[], first: number, end: number): void;
  /** How the rest of the page brings the focus here. */
  focusing(focus: (key: string | null) => void): void;
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
    this.props.focusing((key) => this.#focus(key));
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
    const { first, end } = this.#window();
    const keys = Array.from({ length: end - first }, (_, index) => this.props.keyAt(first + index));
    this.props.seen(
      keys.filter((key) => key !== null),
      ...([first, end] as const),
    );
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
  #window() {
    const view = this.#view();
    return rowsIn({ ...view, top: offsetAt(view) });
  }

  #button(place: number): HTMLElement | null {
    return this.#list.current?.querySelector(`[data-place="${place}"]`) ?? null;
  }

  /** Rows that came in above what is seen do not push it away; who is at the top sees them come. */
  #keepPlace(): void {
    const { count, keyAt } = this.props;
    const [key, before] = [keyAt(0), this.#first];
    this.#first = key;
    if (before === null || key === before || key === null) return;
    let added = 1;
    while (added < Math.min(CAME_MAX, count) && keyAt(added) !== before) added++;
    if (keyAt(added) !== before) return;
    this.#active += added;
    if (this.#view().top > this.#row) scrollBy({ top: added * this.#row, behavior: 'instant' });
    this.#again();
  }

  #focus(key: string | null): void {
    if (key !== null) {
      const { count, keyAt } = this.props;
      for (let place = 0; place < count && keyAt(place) !== null; place++)
        if (keyAt(place) === key) this.#active = place;
    }
    this.#go(this.#active);
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

  #placeIn({ target }: Event): number | null {
    const button = target instanceof Element ? target.closest<HTMLElement>('button.row') : null;
    return button === null ? null : Number(button.dataset['place']);
  }

  override render({ count, keyAt, open }: ListProps) {
    this.#active = Math.max(0, Math.min(this.#active, count - 1));
    const view = this.#view();
    const offset = offsetAt(view);
    const { first, end } = rowsIn({ ...view, top: offset });
    const places = Array.from({ length: end - first }, (_, index) => first + index);
    // Who left it by scrolling finds it again.
    if (count > 0 && this.#active < first) places.unshift(this.#active);
    if (count > 0 && this.#active >= end) places.push(this.#active);
    const resting = Date.now() - this.#movedAt >= REST_MS;
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
          onFocusIn={(event: Event) => {
            const place = this.#placeIn(event);
            if (place === null || place === this.#active) return;
            this.#active = place;
            this.#again();
          }}
          onClick={(event) => {
            const place = this.#placeIn(event);
            const key = place === null ? null : keyAt(place);
            if (key !== null) open(key);
          }}
        >
          {places.map((place) => {
            const key = keyAt(place);
            if (resting && key !== null) this.#covered.add(key);
            return this.#drawRow(key, place, view.top + place * this.#row - offset);
          })}
        </ul>
      </>
    );
  }

  #drawRow(key: string | null, place: number, y: number) {
    const { count, labels, selected } = this.props;
    const row = key === null ? null : this.props.rowOf(key);
    // Covers are loaded where the list rests, not for every row that flies past.
    const cover = key !== null && this.#covered.has(key) ? row?.cover : null;
    return (
      <li
        key={key ?? `#${place}`}
        style={{ transform: `translateY(${y}px)` }}
        aria-posinset={place + 1}
        aria-setsize={count}
      >
        <button
          type="button"
          class={row === null ? 'row waiting' : 'row'}
          tabindex={place === this.#active ? 0 : -1}
          aria-current={key !== null && key === selected ? 'true' : undefined}
          data-place={place}
          title={row?.status.why ?? undefined}
        >
          <Sleeve cover={cover} size={48} />
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
  }
}
