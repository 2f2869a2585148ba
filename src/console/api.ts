// Edge: the only file that asks the API. Every answer is a value: what was asked for, or the trouble in its way.
import type { Result } from '../model/fault.ts';
import type { TroubleCode } from './english.ts';
import { type Answer, type Request, Scheduler, type Urgency } from './scheduler.ts';
import { remember, token } from './session.ts';

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
  /** A limit, or the server's own fault: nothing was refused, and asked again it may well be done. */
  readonly passes?: boolean;
}

/** A request that takes longer than this is given up: the next look comes anyway. */
const TIMEOUT_MS = 30_000;
const DAY_S = 86_400;

/** How far the server's clock is before ours, by its last answer. */
let ahead_ms = 0;
export const serverNow = (): number => Date.now() + ahead_ms;

const scheduler = new Scheduler({
  send,
  // It goes on evenly when the machine's clock is set.
  now: () => performance.now(),
  after: (ms, callback) => void setTimeout(callback, ms),
  random: () => Math.random(),
});

/** From now on with this token, '': with none; whoever asked before is never answered. */
export function beginSession(text: string): void {
  remember(text);
  scheduler.begin();
}
export const isResting = (): boolean => scheduler.rests;

/** A moment in its place, or less than nothing, is no number of seconds; nobody waits for longer than a day. */
function waitIn(header: string | null): number | null {
  const seconds = Number(header);
  return seconds > 0 ? Math.min(seconds, DAY_S) : null;
}

async function send({ method, path, body }: Request): Promise<Answer | null> {
  try {
    const answer = await fetch(path, {
      method,
      headers: { Authorization: `Bearer ${token()}`, ...(body !== null && { 'Content-Type': 'application/json' }) },
      body,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) ahead_ms = date - Date.now();
    return {
      status: answer.status,
      text: await answer.text(),
      type: answer.headers.get('content-type') ?? '',
      retry_after_s: waitIn(answer.headers.get('retry-after')),
    };
  } catch {
    // TypeError: no connection. TimeoutError.
    return null;
  }
}

/** What each answer has; whoever stands between may answer anything. */
const HAS: readonly (readonly [path: RegExp, name: string])[] = [
  [/^\/v1\/stats$/, 'vendors'],
  [/^\/v1\/(tasks|clips|events)\?/, 'data'],
  [/^\/v1\/tasks\/[^?]+\?/, 'tracking'],
  [/^\/v1\/clips\//, 'slug'],
  [/^\/v1\/tasks(\/import)?$/, 'results'],
];
const isOurs = (asked: string, value: unknown): boolean =>
  HAS.every(([path, name]) => !path.test(asked) || (typeof value === 'object' && value !== null && name in value));

/** A cursor that leads to itself, as where a cache takes all pages for one, is the end. */
function ended<Value>(asked: string, value: Value): Value {
  const cursor = new URLSearchParams(asked.split('?')[1]).get('cursor');
  const leadsBack = cursor !== null && (value as Partial<Page<unknown>> | null)?.next_cursor === cursor;
  return leadsBack ? { ...value, has_more: false, next_cursor: null } : value;
}

/** `body`: JSON as a text. */
export async function ask<Value>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  { body = null, urgency = 'act', signal }: Partial<Omit<Request, 'method' | 'path'>> = {},
): Promise<Result<Value, Trouble>> {
  const answer = await scheduler.ask({ method, path, body, urgency, signal });
  if (answer === null) return { ok: false, fault: { code: 'offline' } };
  const { status, text, retry_after_s } = answer;
  const until = retry_after_s && Date.now() + 1000 * retry_after_s;
  const passes = status === 429 || status < 400 || status >= 500;
  try {
    if (status === 204) return { ok: true, value: null as Value };
    const value: unknown = JSON.parse(text);
    const isWell = status >= 200 && status < 300;
    if (isWell && isOurs(path, value)) return { ok: true, value: ended(path, value as Value) };
    // A problem of ours, or a relay's own way to say what failed (`/suno/…`).
    const { code, detail, message, errors } = value as Trouble & { message?: string };
    if (!isWell && typeof code === 'string')
      return { ok: false, fault: { code, detail: detail || message || null, until, errors, passes } };
  } catch {
    // SyntaxError: a page of somebody else in the server's place, or nothing at all.
  }
  return { ok: false, fault: { code: status === 429 ? 'rate_limited' : 'unreadable', until, passes } };
}

/** What fails by the server's own fault is tried so often, ever more rarely: it may be what was asked that breaks it. */
const TRIES = 5;

/** One of many, while somebody looks on who can stop it: what passes is waited for, and it is asked again. */
export async function askOn<Value>(
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
  body: string | null = null,
): Promise<Result<Value, Trouble>> {
  for (let failures = 0; ;) {
    const outcome = await ask<Value>(method, path, { body, urgency: 'read', signal });
    if (outcome.ok || outcome.fault.passes !== true || signal.aborted) return outcome;
    if (outcome.fault.code !== 'rate_limited' && ++failures === TRIES) return outcome;
  }
}

/** What is in the way of every other request, too. */
export const isInTheWay = ({ code }: Trouble): boolean => ['offline', 'unauthorized', 'forbidden'].includes(code);

/** Told how each reading went that nobody has pressed for; null: well. */
export const ear = { hear: (_path: string, _trouble: Trouble | null): void => {} };

/** What the page shows, read again and again; null: not now. */
export async function read<Value>(path: string, urgency: Urgency): Promise<Value | null> {
  const outcome = await ask<Value>('GET', path, { urgency });
  ear.hear(path, outcome.ok ? null : outcome.fault);
  return outcome.ok ? outcome.value : null;
}

/** What is null is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  return `${path}?${new URLSearchParams(given)}`;
}

export const taskPath = (vendor: string, id: string, then = ''): string =>
  `/v1/tasks/${encodeURIComponent(id)}${then}?vendor=${encodeURIComponent(vendor)}`;
export const clipPath = (slug: string): string => `/v1/clips/${encodeURIComponent(slug)}`;
/** What the vendor itself answers, without what is internal to it. */
export const answerPath = (vendor: string, id: string): string => `/${vendor}/suno/fetch/${encodeURIComponent(id)}`;
