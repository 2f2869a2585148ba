// Edge: one request to a vendor; the only file that calls one. The key goes to its own host only.
import type { Vendor } from '../config/vendors.ts';
import { fail, type Fault, ok, type Result } from '../model/fault.ts';
import { MEDIA_REDIRECTS_MAX, VENDOR_ANSWER_MAX_BYTES } from '../model/limits.ts';
import { byteChunks } from '../net/byte-chunks.ts';
import { fetchOutside, redirectOf } from '../net/fetch.ts';
import { redact, redactJson } from '../net/redact.ts';

/** Outgoing requests one invocation may still make: redirects count too (Free plan: 50 in all). */
export interface Budget {
  left: number;
}

export interface ClientDeps {
  /** For an answer about tasks, which are asked for again. */
  readonly timeoutMs: number;
  /** For an answer to what a caller passes on; none: the usual one. */
  readonly relayTimeoutMs?: number;
  /** Vendors are told it in a hook's address, and may repeat it. */
  readonly hookSecret?: string | null;
  readonly budget: Budget;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

export interface Outgoing {
  /** Its name in the log. */
  readonly route: 'get' | 'batch' | 'submit' | 'pass';
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  /** A stream is sent on as it comes: it cannot be sent again. */
  readonly body?: string | { readonly stream: ReadableStream<Uint8Array>; readonly length: number | null };
}

export interface Reply {
  readonly status: number;
  /** Of headers and text alike the vendor's key and our hook's secret are redacted. */
  header(name: string): string | null;
  readonly text: string;
}

/** A fault is an answer that never came, or that nobody may follow or hold. */
export async function exchange(
  deps: ClientDeps,
  vendor: Vendor,
  outgoing: Outgoing,
  timeoutMs: number,
): Promise<Result<Reply>> {
  const watch = timeLimit(timeoutMs);
  /** Our own hook stands in a submit, and a relay may tell it again. */
  const withoutHook = (text: string): string =>
    deps.hookSecret ? text.replaceAll(deps.hookSecret, '[redacted]') : text;
  try {
    const response = await send(deps, vendor, outgoing, watch);
    if (!response.ok) return response;
    const { status, headers } = response.value;
    const text = await readCapped(response.value);
    if (text === null)
      return fail(unavailable(`The vendor's answer is larger than ${VENDOR_ANSWER_MAX_BYTES} bytes`, status));
    const header = (name: string): string | null => {
      const value = headers.get(name);
      return value === null ? null : withoutHook(redact(value, vendor.key));
    };
    return ok({ status, header, text: withoutHook(redactJson(text, vendor.key)) });
  } catch (error) {
    // Lands here: time-out, refused or reset connection, a body that breaks off, our own limit of requests.
    const own = error instanceof Error && /too many (subrequests|requests)/i.test(error.message);
    if (own) return fail({ reason: 'own_limit', detail: 'This invocation may make no more requests' });
    const fault = unavailable(
      watch.signal.aborted
        ? `The vendor did not answer within ${timeoutMs / 1000} s`
        : 'The connection to the vendor failed',
      null,
    );
    deps.log({ event: 'vendor.fault', vendor: vendor.id, route: outgoing.route, ...fault });
    return fail(fault);
  } finally {
    watch.stop();
  }
}

const unavailable = (detail: string, status: number | null): Fault => ({
  reason: 'unavailable',
  detail,
  status,
  retry_after_ms: null,
});

const noEndpoint = (detail: string, status: number): Fault => ({
  reason: 'bad_answer',
  what: 'no_endpoint',
  status,
  detail,
});

/** The vendor's time for its whole answer. An upload's pieces set it back: only a caller knows how long those take. */
function timeLimit(ms: number): Watch & { stop(): void } {
  const controller = new AbortController();
  const begin = () => setTimeout(() => controller.abort(new DOMException('Out of time', 'TimeoutError')), ms);
  let timer = begin();
  return {
    signal: controller.signal,
    moved: () => {
      clearTimeout(timer);
      timer = begin();
    },
    stop: () => clearTimeout(timer),
  };
}

/** Redirects by hand: only within the vendor's own host, since the key rides along. */
async function send(deps: ClientDeps, vendor: Vendor, outgoing: Outgoing, watch: Watch): Promise<Result<Response>> {
  const { method, body } = outgoing;
  let url = new URL(outgoing.url);
  for (let hop = 0; hop <= MEDIA_REDIRECTS_MAX; hop++) {
    if (deps.budget.left <= 0)
      return fail({ reason: 'own_limit', detail: 'This invocation has used up its budget of requests' });
    deps.budget.left--;
    const response = await fetchOutside(url, {
      method,
      headers: headersFor(vendor, outgoing),
      body: typeof body === 'object' ? upload(body.stream, body.length, watch) : body,
      signal: watch.signal,
    });
    const redirect = await redirectOf(response, url);
    if (redirect === null) return ok(response);
    const next = redirect.to;
    if (!next || !staysAtHome(url, next))
      return fail(
        noEndpoint(`The vendor redirects to another host; check base_url of vendor "${vendor.id}"`, response.status),
      );
    // A 303, and by custom a 301 or 302 of a POST, would become a GET of something else: that is no API. And a stream is spent.
    const sameAgain = method === 'GET' || ([307, 308].includes(response.status) && typeof body !== 'object');
    if (!sameAgain)
      return fail(
        noEndpoint(`The vendor redirects a ${method}; check base_url of vendor "${vendor.id}"`, response.status),
      );
    url = next;
  }
  return fail(noEndpoint('The vendor redirects without end', 310));
}

function headersFor(vendor: Vendor, outgoing: Outgoing): Headers {
  const headers = new Headers({ accept: 'application/json', ...outgoing.headers });
  // Messages are localised by it.
  headers.set('accept-language', 'en');
  if (vendor.key !== null)
    headers.set(vendor.auth_header, vendor.auth_scheme === '' ? vendor.key : `${vendor.auth_scheme} ${vendor.key}`);
  return headers;
}

/** Same host and port, and never from https to http. An upgrade to https on the standard ports stays at home too. */
const staysAtHome = (from: URL, to: URL): boolean =>
  to.origin === from.origin ||
  (from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    to.hostname === from.hostname &&
    from.port === '' &&
    to.port === '');

/** By itself a body comes in pieces of 4 KB, of which a batch's answer has dozens. */
const READ_BYTES = 64 * 1024;

/** Null: larger than any answer of a relay. */
async function readCapped(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of byteChunks(response.body, READ_BYTES)) {
    size += chunk.byteLength;
    if (size > VENDOR_ANSWER_MAX_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

interface Watch {
  readonly signal: AbortSignal;
  /** Bytes went on their way. */
  moved(): void;
}

/** Of a length that is known the stream keeps the promise: fewer or more bytes break the request off. */
export function upload(stream: ReadableStream<Uint8Array>, length: number | null, watch: Watch): ReadableStream {
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  pump(stream, writable, watch).catch(() => {
    // The caller left, the vendor closed, or time ran out: the request that reads the other end fails and says so.
  });
  return readable;
}

async function pump(from: ReadableStream<Uint8Array>, to: WritableStream, watch: Watch): Promise<void> {
  const [reader, writer] = [from.getReader(), to.getWriter()];
  // Each failure comes out of read() or write() as well: told twice it would be an unhandled rejection.
  reader.closed.catch(() => undefined);
  writer.closed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return await writer.close();
      await writer.write(value);
      watch.moved();
    }
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
    throw error;
  }
}
