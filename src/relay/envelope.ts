// Pure: status, headers and body text of an answer → its JSON value, or the Fault that it means (UPSTREAM 2 and 5).
import { fail, ok, type Fault, type Result } from '../model/fault.ts';
import { redact } from '../net/redact.ts';
import { readRetryAfter } from '../net/retry-after.ts';
import { isOkCode } from './code.ts';
import { parseJson } from '../lib/json.ts';
import { cut, readNumber, readText } from './values.ts';

export interface Answer {
  readonly status: number;
  /** For the detail only: relays send JSON as text/plain and pages as JSON. */
  readonly contentType: string | null;
  readonly retryAfter: string | null;
  readonly body: string;
}

/**
 * `batch`: one request for many ids, where a 400 refuses the request and says nothing about any id.
 * `relay`: a request that is about no id at all.
 */
export type Route = 'get' | 'batch' | 'relay';

export interface Asked {
  readonly route?: Route;
  readonly vendorKey?: string | null;
}

/** DESIGN 3: a batch refused with one of these is worth halving. */
const BATCH_REFUSALS = new Set([400, 404, 422, 500]);

export function refusesBatch(fault: Fault): boolean {
  return fault.reason === 'unavailable' && fault.status !== null && BATCH_REFUSALS.has(fault.status);
}

/** What a status means whatever the body says. */
const MEANINGS = {
  401: 'unauthorized',
  402: 'unauthorized', // out of credit: like new-api's 401 for an exhausted quota
  403: 'forbidden',
  408: 'unavailable',
  425: 'unavailable',
  429: 'rate_limited',
} as const satisfies Record<number, Fault['reason']>;

/** Statuses by which a relay says that it does not know an id. */
const UNKNOWN_ID = new Set([400, 404, 410, 422]);

/** `error.type` or `error.code` of a 404 that is about the path: the base URL is wrong, not the id. */
const NO_ENDPOINT_TYPES = new Set(['invalid_request_error', 'invalid_url', 'unknown_url', 'route_not_found']);

type Kind = 'json' | 'html' | 'empty' | 'text';

export function openEnvelope(answer: Answer, now: number, asked: Asked = {}): Result<unknown> {
  const parsed = parseJson(answer.body);
  const kind = parsed.ok ? 'json' : kindOf(answer.body);
  const value = parsed.ok ? parsed.value : undefined;
  const context = { answer, now, kind, asked, message: messageOf(value, asked.vendorKey ?? null) };
  if (answer.status < 200 || answer.status > 299) return fail(faultOf(answer.status, value, context));
  if (!parsed.ok) return fail(unreadable(context));
  const code = errorCodeOf(value);
  return code === null ? ok(value) : fail(code === 'no_task' ? noTask(context) : faultOf(code, value, context));
}

interface Context {
  readonly answer: Answer;
  readonly now: number;
  readonly kind: Kind;
  readonly asked: Asked;
  readonly message: string | null;
}

function faultOf(status: number, value: unknown, context: Context): Fault {
  const meaning = MEANINGS[status as keyof typeof MEANINGS] ?? (status >= 500 ? 'unavailable' : null);
  const retry_after_ms = readRetryAfter(context.answer.retryAfter, context.now);
  switch (meaning) {
    case 'unauthorized':
      return { reason: 'unauthorized', detail: tell(`The vendor refuses the key (${status})`, context) };
    case 'forbidden':
      return { reason: 'forbidden', detail: tell(`The vendor does not allow this to the key (${status})`, context) };
    case 'rate_limited':
      return {
        reason: 'rate_limited',
        detail: tell(`The vendor limits the rate (${status})`, context),
        retry_after_ms,
      };
    case 'unavailable':
      return {
        reason: 'unavailable',
        detail: tell(`The vendor is unavailable (${status})`, context),
        status,
        retry_after_ms,
      };
    case null:
      break;
  }
  if (context.kind === 'html') return unreadable(context);
  const isAboutId =
    context.asked.route !== 'relay' &&
    UNKNOWN_ID.has(status) &&
    (context.kind === 'json' ? !isNoEndpoint(status, value) : context.kind === 'empty');
  if (isAboutId && context.asked.route === 'batch') {
    return {
      reason: 'unavailable',
      detail: tell(`The vendor refused the batch (${status})`, context),
      status,
      retry_after_ms,
    };
  }
  if (isAboutId && (context.kind === 'json' || status === 404)) {
    return { reason: 'not_found', detail: tell('The vendor does not know this task', context) };
  }
  if (UNKNOWN_ID.has(status) && context.kind !== 'json' && status !== 404) return unreadable(context);
  const what = status >= 300 && status < 400 ? 'redirected' : 'no such endpoint';
  const detail = tell(`Not a relay API: ${what} (${status}); check base_url and paths`, context);
  return { reason: 'bad_answer', detail, status, what: 'no_endpoint' };
}

/** A body that is no JSON. */
function unreadable({ answer, kind }: Context): Fault {
  const sentences = {
    html: ['html', 'Not a relay API: HTML instead of JSON; check base_url'],
    empty: ['empty', "Cannot read the vendor's answer: the body is empty"],
    text: ['broken_json', "Cannot read the vendor's answer: invalid or truncated JSON"],
    json: ['no_task', "Cannot read the vendor's answer: JSON without any task"],
  } as const satisfies Record<Kind, readonly [string, string]>;
  const [what, sentence] = sentences[kind];
  return { reason: 'bad_answer', detail: `${sentence} (${answer.status})`, status: answer.status, what };
}

function noTask(context: Context): Fault {
  const detail = tell('The vendor answers an error instead of a task', context);
  return { reason: 'bad_answer', detail, status: context.answer.status, what: 'no_task' };
}

function kindOf(body: string): Kind {
  const bare = body.trim();
  if (bare === '') return 'empty';
  return bare.startsWith('<') ? 'html' : 'text';
}

/** What a 2xx means by the code in its envelope: null for success, else the HTTP status that the code stands for. */
function errorCodeOf(value: unknown): number | 'no_task' | null {
  if (!isObject(value)) return null;
  const { code } = value;
  // UPSTREAM 2: a missing code is none.
  if (code === undefined || code === null || code === '')
    return isObject(value.error) && isBareError(value) ? errorStatus(value.error) : null;
  return isOkCode(code) ? null : (httpStatus(code) ?? 400);
}

function errorStatus(error: Record<string, unknown>): number | 'no_task' {
  return httpStatus(error.code) ?? httpStatus(error.status) ?? httpStatus(error.type) ?? 'no_task';
}

/** An error and nothing of a task: GoAPI's tasks carry an `error` of code 0 beside what they hold. */
function isBareError(value: Record<string, unknown>): boolean {
  for (const key in value) {
    const other = value[key];
    if (key !== 'error' && typeof other === 'object' && other !== null && Object.keys(other).length > 0) return false;
    if (key === 'task_id' || key === 'taskId' || (key === 'data' && isText(other))) return false;
  }
  return isSetError(value.error);
}

function isSetError(error: unknown): boolean {
  return isObject(error) && Object.values(error).some((part) => part !== null && part !== '' && part !== 0);
}

function httpStatus(code: unknown): number | null {
  const status = readNumber(code);
  return status !== null && Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}

function isNoEndpoint(status: number, value: unknown): boolean {
  if (status !== 404 || !isObject(value)) return false;
  const error = isObject(value.error) ? value.error : value;
  return [error.type, error.code].some((word) => typeof word === 'string' && NO_ENDPOINT_TYPES.has(word));
}

/** Code units: enough for a sentence; before redaction more is read, so that no key is cut in half and so kept. */
const LONGEST_MESSAGE = 300;
const LONGEST_RAW_MESSAGE = 3_000;

function messageOf(value: unknown, vendorKey: string | null): string | null {
  if (!isObject(value)) return null;
  const error = isObject(value.error) ? value.error.message : value.error;
  for (const candidate of [value.message, value.msg, error, value.errMsg, value.description]) {
    const text = readText(candidate, LONGEST_RAW_MESSAGE);
    if (text !== null) return cut(redact(text, vendorKey), LONGEST_MESSAGE);
  }
  return null;
}

const tell = (sentence: string, { message }: Context): string =>
  message === null ? sentence : `${sentence}: ${message}`;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
