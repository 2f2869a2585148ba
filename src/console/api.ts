// Edge: the only file that asks the API. Every answer is a value: what was asked for, or the trouble in its way.
import type { TroubleCode } from './english.ts';
import { type Answer, type Request, Scheduler, type Urgency } from './scheduler.ts';

export interface Page<Item> {
  readonly data: Item[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}
export interface Trouble {
  readonly code: TroubleCode;
  /** What the server says of it, in English. */
  readonly detail?: string | null;
  /** The moment until which the server asks to be left alone (ms since the epoch). */
  readonly until?: number | null;
  readonly errors?: readonly { path: string; message: string }[] | undefined;
}
/** `null` trouble: the session is over, and nobody is to be told. */
export type Outcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly trouble: Trouble | null };

/** A request that takes longer than this is given up: the next look comes anyway. */
const TIMEOUT_MS = 30_000;

/** How far the server's clock is before ours, by its last answer. */
const clock = { ahead_ms: 0 };
export const serverNow = (): number => Date.now() + clock.ahead_ms;

const scheduler = new Scheduler({
  send,
  now: () => Date.now(),
  after: (ms, callback) => void setTimeout(callback, ms),
  random: () => Math.random(),
});
const session = { token: '' };

/** From now on with this token; answers to whoever was here before are dropped. */
export function beginSession(token: string): void {
  session.token = token;
  scheduler.begin();
}
export const isResting = (): boolean => scheduler.rests;

async function send({ method, path, body, token }: Request): Promise<Answer | null> {
  try {
    const answer = await fetch(path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body !== null && { 'Content-Type': 'application/json' }) },
      ...(body !== null && { body }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const wait = Number(answer.headers.get('retry-after'));
    const date = answer.headers.get('date');
    if (date !== null && Number.isFinite(Date.parse(date))) clock.ahead_ms = Date.parse(date) - Date.now();
    return {
      status: answer.status,
      text: await answer.text(),
      type: answer.headers.get('content-type') ?? '',
      retry_after_s: Number.isFinite(wait) && wait > 0 ? wait : null,
    };
  } catch {
    // TypeError: no connection, or a token with characters that no header can hold. TimeoutError.
    return null;
  }
}

/** `body`: JSON as a text. */
export async function ask<Value>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  { body = null, urgency = 'act' }: Partial<Pick<Request, 'body' | 'urgency'>> = {},
): Promise<Outcome<Value>> {
  const sent = await scheduler.ask({ method, path, body, token: session.token, urgency });
  switch (sent.kind) {
    case 'stopped':
      return { ok: false, trouble: null };
    case 'offline':
      return inTrouble({ code: 'offline' });
    case 'limited':
      return inTrouble({ code: 'rate_limited', until: Date.now() + sent.wait_ms });
    case 'answer':
      return outcomeOf(sent.answer);
  }
}

/** Told how each reading went that nobody has pressed for; null: well. */
export const ear = { hear: (_path: string, _trouble: Trouble | null): void => {} };

/** What the page shows, read again and again; null: not now. */
export async function read<Value>(path: string, urgency: Urgency): Promise<Value | null> {
  const outcome = await ask<Value>('GET', path, { urgency });
  if (outcome.ok || outcome.trouble !== null) ear.hear(path, outcome.ok ? null : outcome.trouble);
  return outcome.ok ? outcome.value : null;
}

function outcomeOf<Value>({ status, text, retry_after_s }: Answer): Outcome<Value> {
  const until = retry_after_s === null ? null : Date.now() + 1000 * retry_after_s;
  try {
    if (status >= 200 && status < 300) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as Value };
    // A problem of ours, or a relay's own way to say what failed (`/suno/…`).
    const { code, detail, message, errors } = JSON.parse(text) as Trouble & { message?: string };
    if (typeof code === 'string') return inTrouble({ code, detail: detail || message || null, until, errors });
  } catch {
    // SyntaxError: a page of somebody else in the server's place.
  }
  return inTrouble({ code: status === 429 ? 'rate_limited' : 'unreadable', until });
}

const inTrouble = (trouble: Trouble): Outcome<never> => ({ ok: false, trouble });

/** Null, undefined and '' are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value != null && value !== '') parameters.set(name, String(value));
  const text = String(parameters);
  return text === '' ? path : `${path}?${text}`;
}

export const taskPath = (vendor: string, id: string, then = ''): string =>
  `/v1/tasks/${encodeURIComponent(id)}${then}?vendor=${encodeURIComponent(vendor)}`;
export const clipPath = (slug: string): string => `/v1/clips/${encodeURIComponent(slug)}`;
/** What the vendor itself answers, without what is internal to it. */
export const answerPath = (vendor: string, id: string): string => `/${vendor}/suno/fetch/${encodeURIComponent(id)}`;

/** Null: none, or something else in its place, such as `javascript:`. */
export function webAddress(text: string | null | undefined): string | null {
  if (text == null || !URL.canParse(text, location.origin)) return null;
  const url = new URL(text, location.origin);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
