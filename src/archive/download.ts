// Edge: the only file that calls a media host. Redirects by hand, each hop's address checked; never a key, a cookie or a referrer.
import { checkAddress, type AddressRules } from '../address.ts';
import { MEDIA_HEADERS_TIMEOUT_MS, MEDIA_REDIRECTS_MAX } from '../limits.ts';
import type { FileFailure } from '../mirroring.ts';

export interface Source {
  body: ReadableStream<Uint8Array>;
  /** Null: unknown until the body ends. */
  length: number | null;
}
export type Opened = ({ ok: true } & Source) | ({ ok: false } & FileFailure);

export interface DownloadRules {
  address: AddressRules;
  maxBytes: number;
}

/** What a status other than 200 means (CONTRACT 5); any other: unreachable. */
const REASONS: Readonly<Record<number, FileFailure['reason']>> = {
  401: 'source_forbidden',
  403: 'source_forbidden',
  404: 'source_gone',
  410: 'source_gone',
  451: 'source_gone',
};

const failure = (reason: FileFailure['reason'], detail: string, final = false): Opened => ({ ok: false, reason, detail, final });

/** Opens a file's source. `signal` ends the request and its body together. */
export async function openSource(first: string, rules: DownloadRules, signal: AbortSignal): Promise<Opened> {
  let location = first;
  for (let hop = 0; hop <= MEDIA_REDIRECTS_MAX; hop++) {
    const address = checkAddress(location, rules.address);
    if (!address.ok) return failure('blocked_address', address.fault, true);
    const url = address.value;
    const response = await request(url, signal);
    if (response === null) return failure('unreachable', `The host ${url.host} does not answer`);
    const next = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && next !== null) {
      await discard(response);
      if (!URL.canParse(next, url.href)) return failure('unreachable', `The host ${url.host} redirects to no URL`);
      location = new URL(next, url.href).href;
      continue;
    }
    return opened(response, url, rules.maxBytes);
  }
  return failure('unreachable', `More than ${MEDIA_REDIRECTS_MAX} redirects`);
}

async function request(url: URL, signal: AbortSignal): Promise<Response | null> {
  const headersInTime = new AbortController();
  const timer = setTimeout(() => headersInTime.abort(), MEDIA_HEADERS_TIMEOUT_MS);
  try {
    return await fetch(url.href, {
      redirect: 'manual',
      // The platform's own cache would repeat a 404 to every retry.
      cache: 'no-store',
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'longplay (+https://longplay.dev)' },
      signal: AbortSignal.any([signal, headersInTime.signal]),
    });
  } catch {
    // Refused, reset, unresolvable, timed out: nobody answered.
    return null;
  } finally {
    clearTimeout(timer);
  }
}

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
    return failure('too_large', `The file has ${length} bytes; settings allow ${maxBytes}`, true);
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
