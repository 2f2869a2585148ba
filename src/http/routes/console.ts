// Edge: the console's page, script and style (src/console): what the assets binding holds, under our own headers.
import { noneMatches } from '../conditional.ts';
import type { Call } from '../context.ts';
import { Problem } from '../problem.ts';
import { mediaOriginOf } from './pages.ts';

/** What is served and as what; other files of the folder are for who works on it. */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
};
const FILE_NAME = /^[a-z]+(?:-[a-z]+)*\.([a-z]+)$/;

export const consolePage = (call: Call): Promise<Response> => asset('index.html', call);
export const consoleFile = (call: Call): Promise<Response> => asset(call.params['file'] ?? '', call);

/** Needs no settings: where these are wrong, the page shows what the API says of them. */
async function asset(name: string, call: Call): Promise<Response> {
  const type = TYPES[FILE_NAME.exec(name)?.[1] ?? ''];
  const found = type === undefined ? null : await call.deps.consoleAsset(name);
  if (type === undefined || found === null) throw new Problem('not_found', 'The console has no such file');
  const headers = {
    // Page and scripts belong together: each is asked for anew, and not sent twice. No shared cache keeps either, since no tag
    // would make it forget them when a new version is there.
    'Cache-Control': 'private, no-cache',
    ETag: found.etag,
    'Content-Security-Policy': policy(mediaOriginOf(call)),
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex',
  };
  const seen = call.request.headers.get('if-none-match');
  if (seen !== null && !noneMatches(seen, found.etag)) {
    await found.body?.cancel();
    return new Response(null, { status: 304, headers });
  }
  return new Response(found.body, { headers: { ...headers, 'Content-Type': `${type}; charset=utf-8` } });
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
  ].join('; ');
