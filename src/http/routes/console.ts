// Edge: the console’s page, scripts and styles: texts that are part of the Worker, under our own headers.
import { FILES, PAGE } from '#console';
import { noneMatches } from '../conditional.ts';
import type { Call } from '../context.ts';
import { Problem } from '../problem.ts';
import { mediaOriginOf } from './pages.ts';

/** Their names have their hash: other bytes have another name. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Needs no settings: where these are wrong, the page shows what the API says of them. */
export function consolePage(call: Call): Response {
  const etag = `"${PAGE.tag}"`;
  const headers = {
    // Names the newest files, so it is asked for anew each time, and not sent twice. No shared cache keeps it, since no tag
    // would make it forget it when a new version is there.
    'Cache-Control': 'private, no-cache',
    ETag: etag,
    'Content-Security-Policy': policy(mediaOriginOf(call)),
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex',
  };
  const seen = call.request.headers.get('if-none-match');
  if (seen !== null && !noneMatches(seen, etag)) return new Response(null, { status: 304, headers });
  return new Response(PAGE.text, { headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' } });
}

export function consoleFile(call: Call): Response {
  const name = call.params['file'] ?? '';
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (file === undefined) throw new Problem('not_found', 'The console has no such file');
  return new Response(file.text, {
    headers: {
      'Content-Type': `${file.type}; charset=utf-8`,
      'Cache-Control': FOR_EVER,
      'Cache-Tag': 'console',
      'X-Robots-Tag': 'noindex',
      // The runtime compresses what says so; on a computer of one's own nothing else would.
      ...(/\bgzip\b/.test(call.request.headers.get('accept-encoding') ?? '') && { 'Content-Encoding': 'gzip' }),
    },
  });
}

/** The page holds a token: it runs and asks nothing but our own, and shows and plays nothing but our files. */
const policy = (media: string): string =>
  [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data: ${media}`,
    `media-src 'self' ${media}`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    // Forms of the page are read by its script and sent nowhere.
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    // No code of ours makes one, so none may be made.
    `trusted-types 'none'`,
  ].join('; ');
