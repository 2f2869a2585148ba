// Edge: the list on the page. Only rows that are seen are elements; focus, selection and scroll stay where they are.
import { Component, createRef } from 'preact';
import { serverNow } from './api.ts';
import { Icon, Listed, Sleeve } from './elements.tsx';
import { agoBrief, momentText } from './format.ts';
import { list, state } from './state.ts';
import { rowOf } from './status.ts';
import { heightOf, offsetAt, rowAfter, rowsIn, topFor, type View } from './window.ts';
import { current, open } from './workspace.ts';

const REST_MS = 120;
/** Until the first one is there to be measured. */
const ROW_PX = 76;

/** `end` is the first number after them. */
const range = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

/** `count`: rows in all, those that are not read yet included; `active`: the one that keys start from, and Tab comes to. */
export class List extends Component<{ count: number }, { active: number }> {
  override state = { active: 0 };
  #list = createRef<HTMLUListElement>();
  #first: string | null = null;
  /** Rows whose cover is shown, and what waits for scrolling to come to rest; 0: it has. */
  #covered = new Set<string>();
  #rest = 0;
  #focused = false;

  override componentDidMount(): void {
    addEventListener('scroll', this.#moved, { passive: true });
    addEventListener('resize', this.#again);
    list.focus = (key) => this.#go(current().listing.placeOf(key ?? ''));
    this.#again();
  }
  override componentWillUnmount(): void {
    removeEventListener('scroll', this.#moved);
    removeEventListener('resize', this.#again);
  }

  override componentDidUpdate(): void {
    this.#keepPlace();
    if (this.#focused && !this.#holdsFocus()) this.#focus();
    const { first, end } = rowsIn(this.#view());
    const source = current();
    list.seen = range(first, end).flatMap((place) => source.keyAt(place) ?? []);
    if (source.begun && end > source.listing.keys.length) void source.ensure(first, end);
  }

  /** There may be fewer rows by now. */
  get #active(): number {
    return Math.max(0, Math.min(this.state.active, this.props.count - 1));
  }

  #again = (): void => this.setState({});

  #moved = (): void => {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = 0;
      this.#again();
    }, REST_MS);
    this.#again();
  };

  #view(): View {
    const top = -(this.#list.current?.getBoundingClientRect().top ?? 0);
    const row = this.#list.current?.querySelector('li')?.offsetHeight ?? ROW_PX;
    return { top, height: innerHeight, row, count: this.props.count };
  }

  #holdsFocus(): boolean {
    return this.#list.current?.contains(document.activeElement) ?? false;
  }
  #focus(): void {
    const row = this.#list.current?.querySelector<HTMLElement>(`[data-place="${this.#active}"]`);
    row?.focus({ preventScroll: true });
  }

  /** By pixels of the rows, of which more than one may go by with each pixel of the page. */
  #scroll(by: number): void {
    const view = this.#view();
    if (by !== 0) scrollBy({ top: topFor(offsetAt(view) + by, view) - view.top, behavior: 'instant' });
  }

  /** Rows that came in above what is seen do not push it away; who is at the top sees them come. */
  #keepPlace(): void {
    const added = current().listing.placeOf(this.#first ?? '');
    this.#first = current().keyAt(0);
    if (added <= 0) return;
    const { top, row } = this.#view();
    if (top > row) this.#scroll(added * row);
    this.setState({ active: this.#active + added });
  }

  /** -1: to where the keys stand. */
  #go(place: number): void {
    const active = place < 0 ? this.#active : Math.min(place, this.props.count - 1);
    const view = this.#view();
    const y = active * view.row - offsetAt(view);
    const top = Math.max(0, document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0);
    this.#scroll(y < top ? y - top : Math.max(0, y + view.row - view.height));
    this.setState({ active }, () => this.#focus());
  }

  #key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { height, row, count } = this.#view();
    const target = rowAfter(event.key, { index: this.#active, count, page: Math.floor(height / row) });
    if (target === null) return;
    event.preventDefault();
    this.#go(target);
  };

  override render({ count }: { count: number }) {
    this.#focused = this.#holdsFocus();
    const view = this.#view();
    const { first, end } = rowsIn(view);
    // Who left it by scrolling finds it again.
    const places = new Set([...range(first, end), this.#active]);
    const y = view.top - offsetAt(view);
    return (
      <ul
        id="rows"
        class="rows"
        aria-labelledby="list-title"
        data-rows={count}
        ref={this.#list}
        style={{ blockSize: `${heightOf(view)}px` }}
        onKeyDown={this.#key}
      >
        {count > 0 &&
          [...places].sort((one, other) => one - other).map((place) => this.#drawRow(place, y + place * view.row))}
      </ul>
    );
  }

  #drawRow(place: number, y: number) {
    const key = current().keyAt(place) ?? `#${place}`;
    const item = current().items.get(key);
    const isActive = place === this.#active;
    // Covers are loaded where the list rests, not for every row that flies past.
    if (item && this.#rest === 0) this.#covered.add(key);
    const row = item && rowOf(item, state.labels);
    return (
      <li
        key={key}
        style={{ transform: `translateY(${y}px)` }}
        aria-posinset={place + 1}
        aria-setsize={this.props.count}
        aria-hidden={!row && !isActive}
      >
        <button
          type="button"
          class={row ? 'row' : 'row waiting'}
          tabindex={isActive ? 0 : -1}
          aria-current={key === state.opened?.key ? 'true' : undefined}
          data-place={place}
          onClick={() => open(key)}
          onFocus={() => this.setState({ active: place })}
          title={row?.status.why ?? ''}
        >
          {row ? (
            <RowParts {...row} cover={this.#covered.has(key) ? row.cover : null} />
          ) : (
            isActive && <span class="unseen">{state.labels.page.loading}</span>
          )}
        </button>
      </li>
    );
  }
}

const RowParts = ({ cover, title, note, status, at }: ReturnType<typeof rowOf>) => (
  <>
    <Sleeve cover={cover} size={48} />
    <span class="about">
      <span class="title" dir="auto">
        {title}
      </span>
      <span class="note">
        <Listed of={note} />
      </span>
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
