// Edge: the only file that calls a vendor. Its key goes to the vendor's own host and nowhere else.
import type { Vendor } from '../config.ts';
import { fail, ok, type Fault, type Result } from '../fault.ts';
import { MEDIA_REDIRECTS_MAX, VENDOR_ANSWER_MAX_BYTES } from '../limits.ts';
import { redact } from '../redact.ts';
import { openEnvelope } from './envelope.ts';

export interface VendorAnswer {
  /** The parsed body, and its text with the key redacted. */
  readonly value: unknown;
  readonly text: string;
}

export interface VendorClient {
  /** `GET /suno/fetch/{id}`. */
  get(vendor: Vendor, id: string): Promise<Result<VendorAnswer>>;
  /** `POST /suno/fetch`. */
  batch(vendor: Vendor, ids: readonly string[]): Promise<Result<VendorAnswer>>;
}

/** Outgoing requests one invocation may still make: redirects count too (Free plan: 50 in all). */
export interface Budget {
  left: number;
}

export interface ClientDeps {
  readonly timeoutMs: number;
  readonly budget: Budget;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

const USER_AGENT = 'longplay';

export function vendorClient(deps: ClientDeps): VendorClient {
  return {
    get: (vendor, id) =>
      ask(deps, vendor, 'get', vendor.base_url + vendor.fetch_path.replaceAll('{id}', encodeURIComponent(id)), {
        method: 'GET',
      }),
    batch: (vendor, ids) =>
      ask(deps, vendor, 'batch', vendor.base_url + (vendor.batch_path ?? ''), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ids }),
      }),
  };
}

async function ask(
  deps: ClientDeps,
  vendor: Vendor,
  route: 'get' | 'batch',
  url: string,
  init: RequestInit,
): Promise<Result<VendorAnswer>> {
  try {
    const response = await send(deps, vendor, url, { ...init, signal: AbortSignal.timeout(deps.timeoutMs) });
    if (!response.ok) return response;
    const { status, headers } = response.value;
    const text = await readCapped(response.value);
    if (text === null)
      return fail(unavailable(`The vendor's answer is larger than ${VENDOR_ANSWER_MAX_BYTES} bytes`, status));
    const body = redact(text, vendor.key);
    const answer = { status, contentType: headers.get('content-type'), retryAfter: headers.get('retry-after'), body };
    const opened = openEnvelope(answer, deps.now(), { route, vendorKey: vendor.key });
    if (!opened.ok)
      deps.log({
        event: 'vendor.fault',
        vendor: vendor.id,
        route,
        status,
        ...opened.fault,
        vendor_request_id: headers.get('x-oneapi-request-id'),
      });
    return opened.ok ? ok({ value: opened.value, text: body }) : opened;
  } catch (error) {
    // Lands here: time-out, refused or reset connection, a body that breaks off, our own limit of requests.
    const own = error instanceof Error && /too many (subrequests|requests)/i.test(error.message);
    if (own) return fail({ reason: 'own_limit', detail: 'This invocation may make no more requests' });
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const fault = unavailable(
      timedOut ? `The vendor did not answer within ${deps.timeoutMs / 1000} s` : 'The connection to the vendor failed',
      null,
    );
    deps.log({ event: 'vendor.fault', vendor: vendor.id, route, ...fault });
    return fail(fault);
  }
}

const unavailable = (detail: string, status: number | null): Fault => ({
  reason: 'unavailable',
  detail,
  status,
  retry_after_ms: null,
});

/** Redirects by hand: only within the vendor's own host, since the key rides along. */
async function send(deps: ClientDeps, vendor: Vendor, first: string, init: RequestInit): Promise<Result<Response>> {
  let url = new URL(first);
  for (let hop = 0; hop <= MEDIA_REDIRECTS_MAX; hop++) {
    if (deps.budget.left <= 0)
      return fail({ reason: 'own_limit', detail: 'This invocation has used up its budget of requests' });
    deps.budget.left--;
    const headers = new Headers(init.headers);
    headers.set('accept', 'application/json');
    // Messages are localised by it (UPSTREAM 2).
    headers.set('accept-language', 'en');
    headers.set('user-agent', USER_AGENT);
    if (vendor.key !== null)
      headers.set('authorization', /^bearer /i.test(vendor.key) ? vendor.key : `Bearer ${vendor.key}`);
    const response = await fetch(url.href, { ...init, headers, redirect: 'manual', cache: 'no-store' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return ok(response);
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    const here = url;
    if (!next || !staysAtHome(here, next)) {
      return fail({
        reason: 'bad_answer',
        what: 'no_endpoint',
        status: response.status,
        detail: `The vendor redirects to another host; check base_url of vendor "${vendor.id}"`,
      });
    }
    // A 303, and by custom a 301 or 302 of a POST, would become a GET of something else: that is no API.
    if (init.method === 'POST' && ![307, 308].includes(response.status)) {
      return fail({
        reason: 'bad_answer',
        what: 'no_endpoint',
        status: response.status,
        detail: `The vendor redirects a POST; check base_url of vendor "${vendor.id}"`,
      });
    }
    url = next;
  }
  return fail({ reason: 'bad_answer', what: 'no_endpoint', status: 310, detail: 'The vendor redirects without end' });
}

/** Same host and port, and never from https to http. An upgrade to https on the standard ports stays at home too. */
const staysAtHome = (from: URL, to: URL): boolean =>
  to.origin === from.origin ||
  (from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    to.hostname === from.hostname &&
    from.port === '' &&
    to.port === '');

/** Null: larger than any answer of a relay. */
async function readCapped(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > VENDOR_ANSWER_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return new Blob(chunks).text();
}
