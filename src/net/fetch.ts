// Edge: the only `fetch(`: under our name, past the platform's cache, no redirect followed by itself.

export interface OutsideRequest {
  readonly method?: string;
  readonly headers: HeadersInit;
  readonly body?: BodyInit | undefined;
  readonly signal: AbortSignal;
}

const USER_AGENT = 'longplay';

export function fetchOutside(url: URL, { method = 'GET', headers, body, signal }: OutsideRequest): Promise<Response> {
  const named = new Headers(headers);
  named.set('user-agent', USER_AGENT);
  return fetch(url.href, {
    method,
    headers: named,
    ...(body !== undefined && { body }),
    signal,
    // Where it leads is for the caller's own rules: a key may ride along, and an address may be a private one.
    redirect: 'manual',
    // The cache would repeat to every retry what a host said once, a 404 above all.
    cache: 'no-store',
  });
}

export interface Redirect {
  /** Null: what it names is no URL. */
  readonly to: URL | null;
}

/** Null: the response is an answer itself. A redirect's body is let go: unread, it would hold its connection open. */
export async function redirectOf({ status, headers, body }: Response, from: URL): Promise<Redirect | null> {
  const location = headers.get('location');
  if (status < 300 || status > 399 || location === null) return null;
  await body?.cancel().catch(() => undefined);
  return { to: URL.parse(location, from.href) };
}
