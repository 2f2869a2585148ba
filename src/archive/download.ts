// Edge: the only file that calls a media host. Each hop's address is checked; never a key, a cookie or a referrer is sent.
import { MEDIA_HEADERS_TIMEOUT_MS, MEDIA_REDIRECTS_MAX, MEDIA_STALL_TIMEOUT_MS } from '../model/limits.ts';
import type { FileFailure } from '../model/messages.ts';
import { type AddressRules, checkAddress } from '../net/address.ts';
import { fetchOutside, redirectOf } from '../net/fetch.ts';
import { holdsKey } from '../net/redact.ts';
import { Broken, type Pieces, piecesOf } from './byte-chunks.ts';

export interface Source {
  body: ReadableStream<Uint8Array>;
  /** Null: unknown until the body ends. */
  length: number | null;
}
export type Opened = ({ ok: true } & Source) | ({ ok: false } & FileFailure);

export interface DownloadRules {
  address: AddressRules;
  /** The vendor's key, which no address that is asked may hold: a vendor that echoes it could redirect it anywhere. */
  key?: string | null;
  maxBytes: number;
  /** Each one that is missing is that of limits.ts. */
  timeouts?: { headersMs?: number; stallMs?: number; totalMs?: number };
}

/** What a status other than 200 means (CONTRACT 5); any other: unreachable. */
const REASONS: Readonly<Record<number, FileFailure['reason']>> = {
  401: 'source_forbidden',
  403: 'source_forbidden',
  404: 'source_gone',
  410: 'source_gone',
  451: 'source_gone',
};

const failure = (reason: FileFailure['reason'], detail: string, final = false): Opened => ({
  ok: false,
  reason,
  detail,
  final,
});

/** Opens a file's source. `signal` ends the request and its body together. */
export async function openSource(first: string, rules: DownloadRules, signal: AbortSignal): Promise<Opened> {
  let location = first;
  for (let hop = 0; hop <= MEDIA_REDIRECTS_MAX; hop++) {
    // The vendor's own address stays what it is; a host that redirects astray may have had a bad moment.
    const isFinal = hop === 0;
    if (holdsKey(location, rules.key ?? null))
      return failure('blocked_address', 'The address holds the vendor’s key', isFinal);
    const address = checkAddress(location, rules.address);
    if (!address.ok) return failure('blocked_address', address.fault, isFinal);
    const url = address.value;
    const response = await request(url, rules, signal);
    if (typeof response === 'string') return failure('unreachable', response);
    const redirect = await redirectOf(response, url);
    if (redirect === null) return opened(response, url, rules.maxBytes);
    if (redirect.to === null) return failure('unreachable', `The host ${url.host} redirects to no URL`);
    location = redirect.to.href;
  }
  return failure('unreachable', `More than ${MEDIA_REDIRECTS_MAX} redirects`);
}

/** The answer, or a sentence that says why there is none. */
async function request(url: URL, { timeouts }: DownloadRules, signal: AbortSignal): Promise<Response | string> {
  const { headersMs = MEDIA_HEADERS_TIMEOUT_MS } = timeouts ?? {};
  const headersInTime = new AbortController();
  const timer = setTimeout(() => headersInTime.abort(), headersMs);
  try {
    return await fetchOutside(url, {
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal: AbortSignal.any([signal, headersInTime.signal]),
    });
  } catch {
    if (headersInTime.signal.aborted) return `The host ${url.host} does not answer within ${headersMs} ms`;
    if (signal.aborted && signal.reason instanceof Broken) return signal.reason.message;
    // Refused, reset, unresolvable. The runtime's own message may hold the URL.
    return `The host ${url.host} does not answer`;
  } finally {
    clearTimeout(timer);
  }
}

/** The body under a stall clock, counted. What breaks off is truncated; what was too slow is unreachable (CONTRACT 5). */
export async function* watched(body: Source['body'], rules: DownloadRules, ending: AbortController): Pieces {
  const { stallMs = MEDIA_STALL_TIMEOUT_MS } = rules.timeouts ?? {};
  const pieces = piecesOf(body);
  let size = 0;
  try {
    for (;;) {
      const stalled = setTimeout(() => ending.abort(stall(size, stallMs)), stallMs);
      const { done, value } = await pieces
        .next()
        .catch(() => {
          throw ending.signal.aborted
            ? ending.signal.reason
            : new Broken('truncated', `The body broke off after ${size} bytes`);
        })
        .finally(() => clearTimeout(stalled));
      if (done) return;
      size += value.byteLength;
      if (size > rules.maxBytes) throw tooLarge(`more than ${rules.maxBytes}`, rules.maxBytes);
      yield value;
    }
  } finally {
    await pieces.return();
  }
}

const stall = (size: number, ms: number): Broken =>
  new Broken('unreachable', `After ${size} bytes none came for ${ms} ms`);
const tooLarge = (bytes: string, most: number): Broken =>
  new Broken('too_large', `The file has ${bytes} bytes; settings allow ${most}`, true);

async function opened(response: Response, url: URL, maxBytes: number): Promise<Opened> {
  const { status, headers, body } = response;
  if (status !== 200) {
    await discard(response);
    return failure(REASONS[status] ?? 'unreachable', `The host ${url.host} answers ${status}`);
  }
  const length = lengthOf(headers);
  if (body === null || length === 0) {
    await discard(response);
    return failure('empty', `The host ${url.host} sends no bytes`);
  }
  if (length !== null && length > maxBytes) {
    await discard(response);
    return { ok: false, ...tooLarge(String(length), maxBytes).failure };
  }
  return { ok: true, body, length };
}

/** The runtime decodes compressed bodies by itself: their Content-Length then tells nothing of the bytes that come. */
function lengthOf(headers: Headers): number | null {
  const encoding = headers.get('content-encoding');
  const text = headers.get('content-length');
  if ((encoding !== null && encoding !== 'identity') || text === null || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}

/** A body that nobody reads holds its connection open. */
const discard = async (response: Response): Promise<void> => {
  await response.body?.cancel().catch(() => undefined);
};
