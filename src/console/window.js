// Pure: which rows of a long list are to be seen, and where a key leads from one of them.

/** Rows kept ready above and below what is seen: a turn of the wheel shows no gap. */
const SPARE = 6;

/**
 * @param {{top: number, height: number, row: number, count: number}} view `top`: how far the list's beginning is above the view, in pixels; below 0 while it is not reached yet.
 * @returns {{first: number, end: number}} `end` is the first row after them.
 */
export function rowsIn({ top, height, row, count }) {
  const first = Math.min(Math.max(0, Math.floor(top / row) - SPARE), count);
  const end = Math.min(count, Math.max(first, Math.ceil((top + height) / row) + SPARE));
  return { first, end };
}

/**
 * @param {string} key As KeyboardEvent names it.
 * @param {{index: number, count: number, page: number}} from `page`: rows that fit the view.
 * @returns {number | null} Null: the key is none that moves, or there is nowhere to go.
 */
export function rowAfter(key, { index, count, page }) {
  if (count === 0) return null;
  /** @type {Record<string, number>} */
  const wanted = {
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

/**
 * How far to scroll so that a row is wholly seen; 0 where it is.
 * @param {{offset: number, row: number, top: number, bottom: number}} place `offset`: of the row, from the top of the window; `top` and `bottom`: of what is free to be seen.
 */
export function scrollTo({ offset, row, top, bottom }) {
  if (offset < top) return offset - top;
  return offset + row > bottom ? offset + row - bottom : 0;
}
