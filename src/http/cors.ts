// Pure: what pages of other origins may do: with the API as CORS_ORIGINS says, with what is public whatever they like.

const METHODS = 'GET, HEAD, POST, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-None-Match, MCP-Protocol-Version, Prefer';
const ANSWER_HEADERS = 'ETag, Idempotent-Replayed, Link, Preference-Applied, Retry-After, X-Request-Id';
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

/** On every answer about what is public: to be read by any page, and shown in one that lets in nothing which does not say so. */
export const SHARED_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Retry-After, X-Request-Id',
  'Cross-Origin-Resource-Policy': 'cross-origin',
} as const;

const SHARED_METHODS = 'GET, HEAD, OPTIONS';
const READ_HEADERS = [
  ...['Range', 'If-Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'],
];
/** RFC 9110 5.6.2: what may be the name of a header. */
const TOKEN = /^[!#$%&'*+.^_`|~\da-z-]+$/i;

/** Players send headers of their own, such as Safari's `X-Playback-Session-Id`: nothing is lost by allowing any of them. */
export function sharedPreflight(request: Request): Record<string, string> {
  const asked = (request.headers.get('access-control-request-headers') ?? '').split(',').map((name) => name.trim());
  const names = [...READ_HEADERS, ...asked.filter((name) => TOKEN.test(name))];
  return {
    Allow: SHARED_METHODS,
    'Access-Control-Allow-Methods': SHARED_METHODS,
    'Access-Control-Allow-Headers': [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].join(', '),
    'Access-Control-Max-Age': PREFLIGHT_SECONDS,
  };
}
