// Pure: one page of a list, and where the next one begins (CONTRACT 6), for every list of the API.
import { jsonText } from './respond.ts';
import type { MemberCall } from './context.ts';

export interface Page<Row> {
  readonly rows: Row[];
  readonly next_cursor: string | null;
}

/** `rows`: asked for with a limit one higher, so that the row too many tells that there is more. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** `data` is the page's rows as JSON text: what is kept as text is sent as it is. */
export function pageAnswer({ base, url }: MemberCall, { next_cursor }: Page<unknown>, data: string): Response {
  const text = `{"data":${data},"has_more":${next_cursor !== null},"next_cursor":${JSON.stringify(next_cursor)}}`;
  return jsonText(text, 200, next_cursor === null ? {} : { Link: nextLink(base, url, next_cursor) });
}

function nextLink(base: string, { pathname, searchParams }: URL, cursor: string): string {
  const query = new URLSearchParams(searchParams);
  query.set('cursor', cursor);
  return `<${base}${pathname}?${query}>; rel="next"`;
}
