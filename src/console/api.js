// Edge: the only file that asks the API. Every answer is a value: what was asked for, or the problem in its way.
import { token } from './session.js';

/** @typedef {import('../http/problem.ts').ProblemCode} ProblemCode */

/**
 * @typedef {object} Trouble
 * @property {ProblemCode | 'offline' | 'unreadable'} code
 * @property {string | null} detail
 * @property {number | null} wait_seconds As long as the server asks to be left alone.
 * @property {{path: string, message: string}[]} errors
 */

/**
 * @template Value
 * @typedef {{ok: true, value: Value, status: number} | {ok: false, trouble: Trouble}} Outcome
 */

/** A request that takes longer than this is given up: the next look comes anyway. */
const TIMEOUT_MS = 30_000;

/** Until then the server wants no requests (ms since the epoch). */
const limit = { until: 0 };

/** How far the server's clock is before ours, by its last answer. */
const clock = { ahead_ms: 0 };
export const serverNow = () => Date.now() + clock.ahead_ms;

/** How long nothing is asked any more, because too much was. */
export const limitedMs = () => Math.max(0, limit.until - Date.now());

/**
 * @template Value
 * @param {'GET' | 'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} path
 * @param {{body?: unknown, as?: string}} [options] `as`: this token instead of the session's.
 * @returns {Promise<Outcome<Value>>}
 */
export async function ask(method, path, { body, as } = {}) {
  if (limitedMs() > 0) return failure({ code: 'rate_limited', wait_seconds: Math.ceil(limitedMs() / 1000) });
  try {
    const answer = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${as ?? token() ?? ''}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isFinite(date)) clock.ahead_ms = date - Date.now();
    const text = await answer.text();
    if (answer.ok) return { ok: true, status: answer.status, value: text === '' ? null : JSON.parse(text) };
    return problemOf(answer, text);
  } catch (error) {
    // TypeError: no connection, or a token with characters that no header can hold. TimeoutError. SyntaxError: no JSON.
    return failure({ code: error instanceof SyntaxError ? 'unreadable' : 'offline' });
  }
}

/**
 * @param {Response} answer
 * @param {string} text
 * @returns {{ok: false, trouble: Trouble}}
 */
function problemOf({ status, headers }, text) {
  const wait = Number(headers.get('retry-after'));
  const wait_seconds = Number.isFinite(wait) && wait > 0 ? wait : null;
  if (status === 429) limit.until = Date.now() + 1000 * (wait_seconds ?? 60);
  if (!/problem\+json/.test(headers.get('content-type') ?? '')) return failure({ code: 'unreadable', wait_seconds });
  const { code, detail, errors } = JSON.parse(text);
  return failure({ code, detail, errors, wait_seconds });
}

/**
 * @param {Partial<Trouble> & {code: Trouble['code']}} trouble
 * @returns {{ok: false, trouble: Trouble}}
 */
const failure = (trouble) => ({ ok: false, trouble: { detail: null, wait_seconds: null, errors: [], ...trouble } });

/** @param {Record<string, string | number | null | undefined>} query Null, undefined and '' are left out. */
export function withQuery(/** @type {string} */ path, query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value != null && value !== '') parameters.set(name, String(value));
  const text = String(parameters);
  return text === '' ? path : `${path}?${text}`;
}

/** @param {string} vendor @param {string} id @param {string} [then] */
export const taskPath = (vendor, id, then = '') =>
  `/v1/tasks/${encodeURIComponent(id)}${then}?vendor=${encodeURIComponent(vendor)}`;

/** @param {string} slug */
export const clipPath = (slug) => `/v1/clips/${encodeURIComponent(slug)}`;
