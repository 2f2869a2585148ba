// Edge: the only file that calls a media host: each hop's address checked; never a key, a cookie or a referrer.
import {
  CHUNK_BYTES,
  HELD_MAX_BYTES,
  MEDIA_HEADERS_TIMEOUT_MS,
  MEDIA_REDIRECTS_MAX,
  MEDIA_STALL_TIMEOUT_MS,
  MULTIPART_PART_BYTES,
  SLOWEST_BYTES_PER_SECOND,
  WHOLE_MAX_BYTES,
} from '../model/limits.ts';
import type { FileFailure } from '../model/messages.ts';
import { type AddressRules, checkAddress } from '../net/address.ts';
import { type Around, byteChunks, type Chunks, wholeOf } from '../net/byte-chunks.ts';
import { fetchOutside, redirectOf } from '../net/fetch.ts';
import { holdsKey } from '../net/redact.ts';
import { readRetryAfter } from '../net/retry-after.ts';
import { BodyError } from './body-error.ts';

export type Body =
  /** `held`: the same bytes once more, all of them there when the last chunk has come. Null: they are too many to be held. */
  | { chunks: Chunks; length: number; held: ReadableStream | Uint8Array | null }
  /** Of unknown length: its chunks are parts of an upload, and more than one. */
  | { chunks: Chunks; length: null };

export interface DownloadRules {
  address: AddressRules;
  /** The vendor's key, which no address that is asked may hold: a vendor that echoes it could redirect it anywhere. */
  key?: string | null;
  maxBytes: number;
  /** Each one that is missing is that of limits.ts. */
  timeouts?: { headersMs?: number; stallMs?: number; totalMs?: number };
}

/** What a status other than 200 means; any other: unreachable. */
const REASONS: Readonly<Record<number, FileFailure['reason']>> = {
  401: 'source_forbidden',
  403: 'source_forbidden',
  404: 'source_gone',
  410: 'source_gone',
  451: 'source_gone',
};

/** A host that limits us, or is down for a while, may say for how long: by its own clock, where it names a date. */
const BUSY: readonly number[] = [429, 503];
const waitOf = (headers: Headers): number | null =>
  readRetryAfter(headers.get('retry-after'), Date.parse(headers.get('date') ?? ''));

/** `ending` ends the request and its body together; it is used for that here, too. Throws BodyError. */
export async function download(source: string, rules: DownloadRules, ending: AbortController): Promise<Body> {
  const { response, host } = await open(source, rules, ending.signal);
  const body = response.body;
  const length = lengthOf(response.headers);
  if (body === null || length === 0) throw await refused(response, 'empty', `The host ${host} sends no bytes`);
  if (length !== null && length > rules.maxBytes)
    throw await refused(response, 'too_large', tooLarge(String(length), rules.maxBytes), true);
  if (length === null) return unmeasured(watched(body, MULTIPART_PART_BYTES, rules, ending));
  if (length <= WHOLE_MAX_BYTES) return alone(await readWhole(body, length, rules, ending), length);
  const [read, held] = length <= HELD_MAX_BYTES ? body.tee() : [body, null];
  return { chunks: watched(read, CHUNK_BYTES, rules, ending), length, held };
}

/** Follows redirects to the answer that has the file. */
async function open(
  first: string,
  rules: DownloadRules,
  signal: AbortSignal,
): Promise<{ response: Response; host: string }> {
  let location = first;
  for (let hop = 0; hop <= MEDIA_REDIRECTS_MAX; hop++) {
    // The vendor's own address stays what it is; a host that redirects astray may have had a bad moment.
    const isFinal = hop === 0;
    if (holdsKey(location, rules.key ?? null))
      throw new BodyError('blocked_address', 'The address holds the vendor’s key', isFinal);
    const address = checkAddress(location, rules.address);
    if (!address.ok) throw new BodyError('blocked_address', address.fault, isFinal);
    const url = address.value;
    const response = await request(url, rules, signal);
    const redirect = await redirectOf(response, url);
    if (redirect === null) {
      if (response.status === 200) return { response, host: url.host };
      const { status, headers } = response;
      const failed = await refused(
        response,
        REASONS[status] ?? 'unreachable',
        `The host ${url.host} answers ${status}`,
      );
      throw BUSY.includes(status) ? failed.later(waitOf(headers)) : failed;
    }
    if (redirect.to === null) throw new BodyError('unreachable', `The host ${url.host} redirects to no URL`);
    location = redirect.to.href;
  }
  throw new BodyError('unreachable', `More than ${MEDIA_REDIRECTS_MAX} redirects`);
}

async function request(url: URL, { timeouts }: DownloadRules, signal: AbortSignal): Promise<Response> {
  const { headersMs = MEDIA_HEADERS_TIMEOUT_MS } = timeouts ?? {};
  const headersInTime = new AbortController();
  const timer = setTimeout(() => headersInTime.abort(), headersMs);
  try {
    return await fetchOutside(url, {
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal: AbortSignal.any([signal, headersInTime.signal]),
    });
  } catch {
    if (signal.aborted && signal.reason instanceof BodyError) throw signal.reason;
    const within = headersInTime.signal.aborted ? ` within ${headersMs} ms` : '';
    // Refused, reset, unresolvable. The runtime's own message may hold the URL.
    throw new BodyError('unreachable', `The host ${url.host} does not answer${within}`);
  } finally {
    clearTimeout(timer);
  }
}

/** By the runtime, in one turn: how much of it has come is not seen before its end, so that a slow one gets its time in advance. */
async function readWhole(
  body: ReadableStream<Uint8Array>,
  length: number,
  { timeouts }: DownloadRules,
  ending: AbortController,
): Promise<Uint8Array<ArrayBuffer>> {
  const { stallMs = MEDIA_STALL_TIMEOUT_MS } = timeouts ?? {};
  const ms = stallMs + Math.ceil((length / SLOWEST_BYTES_PER_SECOND) * 1_000);
  const late = () => new BodyError('unreachable', `The body of ${length} bytes was not there within ${ms} ms`);
  const timer = setTimeout(() => ending.abort(late()), ms);
  return wholeOf(body, length)
    .catch(() => brokenOff(`before all of its ${length} bytes had come`, ending))
    .finally(() => clearTimeout(timer));
}

/** No more than is allowed, each chunk in time. */
async function* watched(
  body: ReadableStream<Uint8Array>,
  chunkBytes: number,
  { timeouts, maxBytes }: DownloadRules,
  ending: AbortController,
): Chunks {
  const { stallMs = MEDIA_STALL_TIMEOUT_MS } = timeouts ?? {};
  let reading: { size: number; isSeen: boolean } | null = null;
  // One timer a body: to set and clear one takes as long as hashing 50 KB. A read that it meets twice has lasted for one turn.
  const timer = setInterval(() => {
    if (reading?.isSeen)
      ending.abort(new BodyError('unreachable', `After ${reading.size} bytes none came for ${stallMs} ms`));
    if (reading) reading.isSeen = true;
  }, stallMs);
  // Whoever refuses a file reads its chunks no further, and ends the download.
  ending.signal.addEventListener('abort', () => clearInterval(timer));
  const watch: Around = (read, size) => {
    reading = { size, isSeen: false };
    return read.catch(() => brokenOff(`after ${size} bytes`, ending)).finally(() => (reading = null));
  };
  let size = 0;
  try {
    for await (const chunk of byteChunks(body, chunkBytes, watch)) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new BodyError('too_large', tooLarge(`more than ${maxBytes}`, maxBytes), true);
      yield chunk;
    }
  } finally {
    clearInterval(timer);
  }
}

/** What breaks off is truncated, unless it was ended here: what was too slow is unreachable. */
function brokenOff(where: string, { signal }: AbortController): never {
  throw signal.aborted ? signal.reason : new BodyError('truncated', `The body broke off ${where}`);
}

/** One that ends within a part is held as if its length had been told. */
async function unmeasured(chunks: Chunks): Promise<Body> {
  const { value } = await chunks.next();
  if (!value) throw new BodyError('empty', 'The body has no bytes');
  if (value.byteLength === MULTIPART_PART_BYTES) return { chunks: continued(value, chunks), length: null };
  // To read on would take its memory.
  await chunks.return();
  return alone(value, value.byteLength);
}

function alone(held: Uint8Array<ArrayBuffer>, length: number): Body {
  const chunks = async function* (): Chunks {
    yield held;
  };
  return { chunks: chunks(), length, held };
}

/** What was read of it already goes first. Left early, it leaves the rest as well. */
async function* continued(first: Uint8Array<ArrayBuffer>, chunks: Chunks): Chunks {
  try {
    yield first;
    yield* chunks;
  } finally {
    await chunks.return();
  }
}

const tooLarge = (bytes: string, most: number): string => `The file has ${bytes} bytes; settings allow ${most}`;

/** The runtime decodes compressed bodies by itself: their Content-Length then tells nothing of the bytes that come. */
function lengthOf(headers: Headers): number | null {
  const encoding = headers.get('content-encoding');
  const text = headers.get('content-length');
  if ((encoding !== null && encoding !== 'identity') || text === null || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}

async function refused(
  response: Response,
  reason: FileFailure['reason'],
  detail: string,
  final = false,
): Promise<BodyError> {
  await discard(response);
  return new BodyError(reason, detail, final);
}

/** A body that nobody reads holds its connection open. */
const discard = async (response: Response): Promise<void> => {
  await response.body?.cancel().catch(() => undefined);
};
