// Pure: which rows of a long list are to be seen, and where a key leads from one of them.

/** Rows kept ready above and below what is seen: a turn of the wheel shows no gap. */
const SPARE = 6;

export interface View {
  /** How far the list's beginning is above the view, in pixels; below 0 while it is not reached yet. */
  readonly top: number;
  readonly height: number;
  readonly row: number;
  readonly count: number;
}

/** `end` is the first row after them. */
export function rowsIn({ top, height, row, count }: View): { first: number; end: number } {
  const first = Math.min(Math.max(0, Math.floor(top / row) - SPARE), count);
  const end = Math.min(count, Math.max(first, Math.ceil((top + height) / row) + SPARE));
  return { first, end };
}

/** `key` as KeyboardEvent names it, `page`: rows that fit the view. Null: the key is none that moves, or there is nowhere to go. */
export function rowAfter(key: string, at: Record<'index' | 'count' | 'page', number>): number | null {
  const { index, count, page } = at;
  if (count === 0) return null;
  const wanted: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + Math.max(1, page - 1),
    PageUp: index - Math.max(1, page - 1),
    Home: 0,
    End: count - 1,
  };
  const target = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
  return target === undefined ? null : Math.min(Math.max(0, target), count - 1);
}

/** Browsers lay out no element higher than some 17 million pixels: a longer list is moved through in larger steps. */
const HEIGHT_MAX_PX = 8_000_000;

/** How high the list is laid out, and the first pixel of its rows that is seen where it is scrolled to `top`. */
export function heightOf({ row, count }: Pick<View, 'row' | 'count'>): number {
  return Math.min(row * count, HEIGHT_MAX_PX);
}
export function offsetAt(view: View): number {
  const [whole, laid] = [view.row * view.count, heightOf(view)];
  if (whole === laid) return view.top;
  const share = view.top / Math.max(1, laid - view.height);
  return Math.max(Math.min(view.top, 0), Math.min(1, share) * (whole - view.height));
}
/** Where to scroll so that this pixel of the rows is the first one seen. */
export function topFor(offset: number, view: Omit<View, 'top'>): number {
  const [whole, laid] = [view.row * view.count, heightOf(view)];
  return whole === laid ? offset : (offset / Math.max(1, whole - view.height)) * (laid - view.height);
}

/** How far to scroll so that a row is wholly seen; 0 where it is. `offset`: of the row, from the top of the window; `top` and `bottom`: of what is free to be seen. */
export function scrollTo({ offset, row, top, bottom }: Record<'offset' | 'row' | 'top' | 'bottom', number>): number {
  if (offset < top) return offset - top;
  return offset + row > bottom ? offset + row - bottom : 0;
}
