// Pure: which other origins' pages may use the API (CONTRACT 2, CORS_ORIGINS). Public files answer any origin by themselves (media.ts).

const METHODS = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS = 'Authorization, Content-Type, If-None-Match, MCP-Protocol-Version, Prefer';
const ANSWER_HEADERS = 'ETag, Link, Preference-Applied, Retry-After, X-Request-Id';
/** A day: the longest that any browser keeps a preflight's answer. */
const PREFLIGHT_SECONDS = '86400';

/** Headers for an answer of the API to a page of `origin`; none where it is not allowed, and the browser then keeps the page from reading. */
export function corsHeaders(origin: string | null, allowed: readonly string[]): Record<string, string> {
  if (allowed.length === 0) return {};
  // Tokens come in a header, never in a cookie: `*` gives no page anything that it could not ask by itself.
  const any = allowed.includes('*');
  if (!any && (origin === null || !allowed.includes(origin))) return { Vary: 'Origin' };
  return {
    'Access-Control-Allow-Origin': any ? '*' : (origin ?? '*'),
    'Access-Control-Expose-Headers': ANSWER_HEADERS,
    ...(!any && { Vary: 'Origin' }),
  };
}

/** A browser's question before it sends a token (Fetch Standard, CORS-preflight). It carries none itself. */
export const isPreflight = (request: Request): boolean =>
  request.method === 'OPTIONS' && request.headers.has('origin') && request.headers.has('access-control-request-method');

export const preflightHeaders = (origin: string | null, allowed: readonly string[]): Record<string, string> => ({
  ...corsHeaders(origin, allowed),
  'Access-Control-Allow-Methods': METHODS,
  'Access-Control-Allow-Headers': REQUEST_HEADERS,
  'Access-Control-Max-Age': PREFLIGHT_SECONDS,
});
