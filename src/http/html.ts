// Pure: a page → its answer: what a browser may do with it, who may frame it, who may keep it.
import type { Page } from '../views/pages/layout.ts';

export interface PageRules {
  /** Origin of covers and audio. */
  readonly media_base: string;
  readonly status?: number;
  /** Whoever wants to may frame it. */
  readonly framed?: boolean;
  /** The tag by which the edge cache forgets it (edge-cache.ts). Null: it is not to be kept. */
  readonly keep: string | null;
}

/** A minute: a title changed or a song made public shows soon, and a link shared in public still costs little. */
const KEEP = 'public, max-age=60';

export function pageAnswer(page: Page, { media_base, status = 200, framed = false, keep }: PageRules): Response {
  return new Response(page.markup, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': policy(page, media_base, framed),
      // Who has an unlisted song's link has the song: no other site learns it from us.
      'Referrer-Policy': 'no-referrer',
      // For browsers that know no frame-ancestors.
      ...(!framed && { 'X-Frame-Options': 'DENY' }),
      ...(page.noindex && { 'X-Robots-Tag': 'noindex' }),
      ...(keep === null ? { 'Cache-Control': 'no-store' } : { 'Cache-Control': KEEP, 'Cache-Tag': keep }),
    },
  });
}

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
