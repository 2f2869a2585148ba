// Edge: one request to longplay, tried again while that may help.
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, type Result } from '../../model/fault.ts';
import { readRetryAfter } from '../../net/retry-after.ts';
import type { Screen } from './screen.ts';

export interface Target {
  url: string;
  token: string;
}

/** Why nothing more can be sent. */
export interface Stopped {
  reason: string;
  /** What of the request is wrong. */
  errors?: readonly { path: string; message: string }[];
}

/** Pauses before each further try, some 2 min in all; a wrong address shows sooner. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];
const FIRST_CONTACT_PAUSES_MS = [500, 1_500];
/** The server's own word is obeyed up to this long. */
const PAUSE_MAX_MS = 120_000;
/** A large import writes some hundred records. */
const TIMEOUT_MS = 120_000;

interface Attempt extends Stopped {
  retry: boolean;
  pause_ms: number | null;
}

export interface Client {
  call: (method: 'GET' | 'POST', path: string, body?: string) => Promise<Result<unknown, Stopped>>;
}

export function openClient(target: Target, say: (text: string) => void): Client {
  let reached = false;
  return {
    async call(method, path, body) {
      for (let tries = 0; ; tries++) {
        const result = await attempt(target, method, path, body);
        if (result.ok) {
          reached = true;
          return result;
        }
        const { retry, pause_ms, reason, errors = [] } = result.fault;
        const pause = (reached ? PAUSES_MS : FIRST_CONTACT_PAUSES_MS)[tries];
        if (!retry) return fail({ reason, errors });
        if (pause === undefined) return fail({ reason: `${reason} (tried ${tries + 1} times)` });
        const wait = Math.min(pause_ms ?? pause, PAUSE_MAX_MS);
        say(`${reason}; next try in ${wait < 1_000 ? `${wait} ms` : `${Math.ceil(wait / 1_000)} s`}`);
        await sleep(wait);
      }
    },
  };
}

async function attempt(
  { url, token }: Target,
  method: string,
  path: string,
  body?: string,
): Promise<Result<unknown, Attempt>> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const answer = readJson(text);
    if (response.ok && answer !== null) return ok(answer);
    return fail(explain(url, response, answer));
  } catch (error) {
    return fail({ retry: true, pause_ms: null, reason: `${url} cannot be reached: ${causeOf(error)}` });
  }
}

/** Statuses that have an explanation of their own; `detail` is what the server says. */
const WORDS: Record<number, (url: string, detail: string) => string> = {
  401: (url) => `${url} refuses the token: set LONGPLAY_TOKEN to one of its API_TOKENS`,
  403: (_, detail) => `the token does not allow this: ${detail}`,
  404: (_, detail) => `not found: ${detail}`,
  429: (url) => `${url} limits our requests`,
};

function explain(url: string, response: Response, answer: Record<string, unknown> | null): Attempt {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return stop(`${url} leads to another address: give that one as --url`);
  }
  if (response.ok || (answer === null && status < 500 && status !== 429))
    return stop(`${url} does not answer as longplay does (HTTP ${status} without JSON): is the address right?`);
  const detail = String(answer?.['detail'] ?? answer?.['title'] ?? `HTTP ${status}`);
  const pause_ms = readRetryAfter(response.headers.get('retry-after'), Date.now());
  // A number alone would be no word about it; `not_configured` is a 503 that no try mends.
  const retry = status === 429 || (status >= 500 && answer?.['retryable'] !== false);
  const errors = Array.isArray(answer?.['errors']) ? (answer['errors'] as NonNullable<Stopped['errors']>) : [];
  return { retry, pause_ms, errors, reason: WORDS[status]?.(url, detail) ?? `${url} answered ${status}: ${detail}` };
}

const stop = (reason: string): Attempt => ({ retry: false, pause_ms: null, reason });

function readJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    // A page, or nothing: no longplay answered.
    return null;
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const { code, message } = (error.cause ?? error) as { code?: string; message?: string };
  return code === 'ECONNREFUSED' ? 'nothing listens there' : (code ?? message ?? error.message);
}

interface List {
  data: { id: string }[];
  has_more: boolean;
  next_cursor: string | null;
}
interface Stats {
  files: { archived: number; pending: number; unavailable: number };
}

/** The rate limit is 600 requests a minute: two thirds of it are left to others. */
const PAUSE_A_REQUEST_MS = 300;
const PAUSE_MIN_MS = 2_000;

export async function follow(
  client: Client,
  vendor: string | null,
  ids: ReadonlySet<string>,
  screen: Screen,
): Promise<Result<string, Stopped>> {
  for (;;) {
    let requests = 1;
    const numbers: Record<string, number> = {};
    for (const state of ['watching', 'archiving', 'expired']) {
      let cursor = '';
      numbers[state] = 0;
      do {
        const query = `limit=100&tracking=${state}${vendor === null ? '' : `&vendor=${encodeURIComponent(vendor)}`}`;
        const page = await client.call('GET', `/v1/tasks?${query}${cursor}`);
        if (!page.ok) return page;
        const { data, next_cursor } = page.value as List;
        numbers[state] += data.filter(({ id }) => ids.has(id)).length;
        cursor = next_cursor === null ? '' : `&cursor=${encodeURIComponent(next_cursor)}`;
        requests++;
      } while (cursor !== '');
    }
    const stats = await client.call('GET', '/v1/stats');
    if (!stats.ok) return stats;
    const { watching = 0, archiving = 0, expired = 0 } = numbers;
    const settled = Math.max(0, ids.size - watching - archiving - expired);
    const { archived, pending, unavailable } = (stats.value as Stats).files;
    const files = `files of all tasks: ${archived} kept, ${pending} to come, ${unavailable} lost`;
    const line = `${settled} settled, ${archiving} archiving, ${watching} watching, ${expired} expired; ${files}`;
    if (watching + archiving === 0) return ok(line);
    screen.progress(line);
    await sleep(Math.max(PAUSE_MIN_MS, requests * PAUSE_A_REQUEST_MS));
  }
}
