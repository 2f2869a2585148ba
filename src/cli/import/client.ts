// Edge: one request to longplay, tried again while that may help.
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, type Result } from '../../model/fault.ts';
import { readRetryAfter } from '../../net/retry-after.ts';

export interface Target {
  url: string;
  token: string;
}

/** Why nothing more can be sent. */
export interface Stopped {
  reason: string;
}

/** Pauses before each further try, some 2 min in all; a wrong address shows sooner. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];
const FIRST_CONTACT_PAUSES_MS = [500, 1_500];
/** The server's own word is obeyed up to this long. */
const PAUSE_MAX_MS = 120_000;
/** A large import writes some hundred records. */
const TIMEOUT_MS = 120_000;

interface Attempt {
  retry: boolean;
  pause_ms: number | null;
  reason: string;
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
        const { retry, pause_ms, reason } = result.fault;
        const pause = (reached ? PAUSES_MS : FIRST_CONTACT_PAUSES_MS)[tries];
        if (!retry) return fail({ reason });
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
      ...{ method, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) },
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
  return { retry, pause_ms, reason: WORDS[status]?.(url, detail) ?? `${url} answered ${status}: ${detail}` };
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
