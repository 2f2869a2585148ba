// Pure: values to answers: JSON, lists with the link of their next page, and pages under their policy.
import { type Locale, localeOf } from '../views/pages/language.ts';
import type { Page } from '../views/pages/layout.tsx';
import { type Message, messagePage } from '../views/pages/message.tsx';
import type { Call, MemberCall } from './context.ts';

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  jsonText(JSON.stringify(value), status, headers);

/** For what is JSON text already; UTF-8. */
export function jsonText(
  text: string | Uint8Array<ArrayBuffer>,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  });
}

export interface PageRules {
  /** Origins: of links, and of covers and audio. */
  readonly base: string;
  readonly media_base: string;
  readonly status?: number;
  /** Whoever wants to may frame it. */
  readonly framed?: boolean;
  /** The tags, parted by commas, by which the edge cache forgets it (edge-cache.ts). Null: it is not to be kept. */
  readonly keep: string | null;
}

/** A minute: a title changed or a song made public shows soon, and a link shared in public still costs little. */
const KEEP = 'public, max-age=60';

export function pageAnswer(page: Page, { base, media_base, status = 200, framed = false, keep }: PageRules): Response {
  return new Response(page.markup, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy(page, media_base, framed),
      // Who has an unlisted song's link has the song: no other site learns it from us.
      'Referrer-Policy': 'no-referrer',
      // For browsers that know no frame-ancestors.
      ...(framed ? framing(media_base === base) : { 'X-Frame-Options': 'DENY' }),
      ...(page.noindex && { 'X-Robots-Tag': 'noindex' }),
      ...(keep === null ? { 'Cache-Control': 'no-store' } : { 'Cache-Control': KEEP, 'Cache-Tag': keep }),
    },
  });
}

/**
 * A page that is isolated (HTML Standard, "cross-origin embedder policy") frames only what isolates itself as well. Our own
 * files say that they may be used; those of a bucket's own domain say nothing, so they are asked for without credentials.
 */
const framing = (ownFiles: boolean): Record<string, string> => ({
  'Cross-Origin-Embedder-Policy': ownFiles ? 'require-corp' : 'credentialless',
  'Cross-Origin-Resource-Policy': 'cross-origin',
});

/** By the link, or else the browser. */
export const localeIn = ({ request, url }: Pick<Call, 'request' | 'url'>): Locale =>
  localeOf(url.searchParams.get('lang'), request.headers.get('accept-language'));

/** A browser that opens a link, not a player or a program that asks for anything. */
export const wantsPage = ({ headers }: Request): boolean => /\btext\/html\b/i.test(headers.get('accept') ?? '');

export const messageAnswer = (message: Message, framed: boolean, origin: string): Response =>
  pageAnswer(messagePage(message, framed), {
    base: origin,
    media_base: origin,
    status: message.status,
    framed,
    keep: null,
  });

/** Nothing but what the page is made of: its own style and script by their hashes, our files, and its icon, which is data. */
function policy({ style, script }: Page, media_base: string, framed: boolean): string {
  return [
    `default-src 'none'`,
    `img-src ${media_base} data:`,
    `media-src ${media_base}`,
    `style-src ${style}`,
    // The script looks at the page's own address again.
    ...(script === null ? [] : [`script-src ${script}`, `connect-src 'self'`]),
    `base-uri 'none'`,
    framed ? `form-action 'none'` : `form-action 'self'`,
    `frame-ancestors ${framed ? '*' : `'none'`}`,
  ].join('; ');
}

export interface List<Row> {
  readonly rows: readonly Row[];
  readonly next_cursor: string | null;
}

/** The next page goes on after the last row of this one, where there is `more`. */
export function listOf<Row>(rows: readonly Row[], more: boolean, cursorOf: (row: Row) => string): List<Row> {
  const last = rows.at(-1);
  return { rows, next_cursor: more && last !== undefined ? cursorOf(last) : null };
}

/** `data` is the page's rows as JSON text: what is kept as text is sent as it is. */
export function listAnswer({ base, url }: MemberCall, { next_cursor }: List<unknown>, data: string): Response {
  const text = `{"data":${data},"has_more":${next_cursor !== null},"next_cursor":${JSON.stringify(next_cursor)}}`;
  return jsonText(text, 200, next_cursor === null ? {} : { Link: nextLink(base, url, next_cursor) });
}

function nextLink(base: string, { pathname, searchParams }: URL, cursor: string): string {
  const query = new URLSearchParams(searchParams);
  query.set('cursor', cursor);
  return `<${base}${pathname}?${query}>; rel="next"`;
}
