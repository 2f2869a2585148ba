// Pure: status, headers and body text of an answer → its JSON value, or the Fault that it means.
import { isPlain, parseJson } from '../lib/json.ts';
import { fail, ok, type Fault, type Result } from '../model/fault.ts';
import { redact } from '../net/redact.ts';
import { readRetryAfter } from '../net/retry-after.ts';
import { readCode, type Meaning } from './code.ts';
import { first, isClosed, readFields, RESULT_KEYS } from './fields.ts';
import { holdsMore } from './shape.ts';
import { mostAdvanced, type Word } from './status.ts';
import { cut, readJsonText, readNumber, readText } from './values.ts';
import { walk } from './walk.ts';

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
export type RequestKind = 'get' | 'batch' | 'relay';

export interface RequestFacts {
  readonly route?: RequestKind;
  readonly vendorKey?: string | null;
  /** The ids that were asked for: a row that names one of them beats the code around it. */
  readonly ids?: readonly string[];
}

/** A batch refused with one of these is worth halving. */
const BATCH_REFUSALS = new Set([400, 404, 422, 500]);

export function refusesBatch(fault: Fault): boolean {
  return fault.reason === 'unavailable' && fault.status !== null && BATCH_REFUSALS.has(fault.status);
}

/** What a status means whatever the body says; every 5xx is `unavailable`. */
const STATUSES: Readonly<Record<number, Meaning>> = {
  401: 'unauthorized',
  402: 'unauthorized', // out of credit: like new-api's 401 for an exhausted quota
  403: 'forbidden',
  408: 'unavailable',
  425: 'unavailable',
  429: 'rate_limited',
};

/** Statuses by which a relay says that it does not know an id. */
const UNKNOWN_ID = new Set([400, 404, 410, 422]);

/** A code in the body may tell more than these: new-api sends 403 for an empty balance. */
const VAGUE = new Set([400, 403, 404, 422]);

/** `error.type` or `error.code` of a 404 that is about the path: the base URL is wrong, not the id. */
const NO_ENDPOINT_TYPES = new Set(['invalid_request_error', 'invalid_url', 'unknown_url', 'route_not_found']);

type Kind = 'json' | 'html' | 'empty' | 'text';

export interface AnswerFacts {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly kind: Kind;
  readonly route: RequestKind;
  readonly value: unknown;
  readonly message: string | null;
}

export function openEnvelope(answer: Answer, now: number, asked: RequestFacts = {}): Result<unknown> {
  const { status } = answer;
  const parsed = parseJson(answer.body);
  const value = parsed.ok ? parsed.value : undefined;
  const context: AnswerFacts = {
    status,
    retryAfterMs: readRetryAfter(answer.retryAfter, now),
    kind: parsed.ok ? 'json' : kindOf(answer.body),
    route: asked.route ?? 'get',
    value,
    message: messageOf(value, asked.vendorKey ?? null),
  };
  const { ids = [] } = asked;
  if (UNKNOWN_ID.has(status) && isAnswered(context, ids)) return ok(value);
  if (status < 200 || status > 299) return fail(faultOfStatus(context));
  if (!parsed.ok) return fail(unreadable(context));
  const refusal = refusalOf(value);
  return refusal === null || namesTask(value, ids) ? ok(value) : fail(faultOf(refusal, context));
}

/** Whether an answer tells of an id under a status that denies it. An error that repeats the id does not. */
function isAnswered({ route, value }: AnswerFacts, ids: readonly string[]): boolean {
  const goesOn = isPlain(value) && readCode(first(readFields(value), 'code')) === 'running';
  return (
    (route === 'get' && goesOn) || namesTask(value, ids, ({ status, state }) => status !== 'failed' || holdsMore(state))
  );
}

/** Whether an answer holds a task of these ids: one with a state that is known, or with something to show. */
function namesTask(value: unknown, ids: readonly string[], counts: (word: Word) => boolean = () => true): boolean {
  const asked = new Set(ids);
  return (
    ids.length > 0 &&
    walk(value, asked).some((found) => {
      if (found.row === null || !asked.has(found.row.task ?? '')) return false;
      if (found.is !== 'task' && found.is !== 'wrapper') return true;
      const { around, key, list } = found.place;
      const isState = found === found.row || (around === found.row && RESULT_KEYS.has(key) && list === null);
      const word = isState ? mostAdvanced([found.fields]) : null;
      return word !== null && word.status !== 'unknown' && counts(word);
    })
  );
}

/** Why an answer is none: what its code means, and the code. */
export interface Refusal {
  readonly meaning: Exclude<Meaning, 'ok' | 'running'> | 'no_task';
  readonly code: string | null;
}

/** What an object with an error in it means under a 2xx, by its structure alone; null: it is no refusal. */
export function refusalOf(value: unknown): Refusal | null {
  const object = typeof value === 'string' ? readJsonText(value) : value;
  if (!isPlain(object)) return null;
  const code = first(readFields(object), 'code');
  const meaning = readCode(code);
  if (meaning !== null) return meaning === 'ok' || meaning === 'running' ? null : refusal(meaning, code);
  return isBare(object) ? errorOf(object) : null;
}

/** What an object says that has an error, or no success, and nothing else to say. */
export function errorOf(object: object): Refusal | null {
  const fields = readFields(object);
  const [error, success] = [first(fields, 'error'), first(fields, 'success')];
  if (isPlain(error) && isSet(error)) return errorRefusal(error as Record<string, unknown>);
  return success === false || (typeof error === 'string' && error !== '') ? refusal('denied', null) : null;
}

const refusal = (meaning: Refusal['meaning'], code: unknown): Refusal => ({ meaning, code: readText(code, 100) });

function errorRefusal({ code, status, type }: Record<string, unknown>): Refusal {
  for (const word of [code, status, type]) {
    const meaning = readCode(word);
    const isNumber = readNumber(word) !== null;
    // Types of errors are words of all sorts: only those that are known say something.
    if (meaning !== null && meaning !== 'ok' && meaning !== 'running' && (meaning !== 'unavailable' || isNumber))
      return refusal(meaning, word);
  }
  return { meaning: 'no_task', code: null };
}

const NAMES_TASK: ReadonlySet<string> = new Set(['data', 'task_id', 'taskId']);

/** An error and nothing of a task: GoAPI's tasks carry an `error` of code 0 beside what they hold. */
function isBare(object: object): boolean {
  return Object.entries(object).every(([key, value]) => {
    if (key === 'error' || key === 'message' || isClosed(key)) return true;
    if (typeof value === 'string') return value === '' || !NAMES_TASK.has(key);
    if (typeof value !== 'object' || value === null) return true;
    return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
  });
}

const isSet = (error: object): boolean =>
  Object.values(error).some((part) => part !== null && part !== '' && part !== 0);

/** The fault that a refusal is. */
export function faultOf({ meaning, code }: Refusal, context: AnswerFacts): Fault {
  const { status, retryAfterMs: retry_after_ms, route } = context;
  const by = code ?? status;
  // A code that is an HTTP status stands for it, towards whoever halves a batch or backs off.
  const number = readNumber(code);
  const meant = number !== null && number >= 400 && number <= 599 ? number : status;
  switch (meaning) {
    case 'unauthorized':
      return { reason: 'unauthorized', detail: tell(`The vendor refuses the key (${by})`, context) };
    case 'forbidden':
      return { reason: 'forbidden', detail: tell(`The vendor does not allow this to the key (${by})`, context) };
    case 'rate_limited':
      return { reason: 'rate_limited', detail: tell(`The vendor limits the rate (${by})`, context), retry_after_ms };
    case 'unavailable': {
      const detail = tell(`The vendor is unavailable (${by})`, context);
      return { reason: 'unavailable', detail, status: meant, retry_after_ms };
    }
    case 'denied':
      if (route !== 'batch')
        return { reason: 'not_found', detail: tell('The vendor does not know this task', context) };
      return {
        reason: 'unavailable',
        detail: tell(`The vendor refused the batch (${by})`, context),
        status: status >= 400 ? status : 400,
        retry_after_ms,
      };
    case 'no_task': {
      const detail = tell('The vendor answers an error instead of a task', context);
      return { reason: 'bad_answer', detail, status, what: 'no_task' };
    }
  }
}

/** A refusal that the reader met inside an answer. */
export const faultInside = (refusal: Refusal, value: unknown, vendorKey: string | null): Fault =>
  faultOf(refusal, {
    status: 200,
    retryAfterMs: null,
    kind: 'json',
    route: 'get',
    value,
    message: messageOf(value, vendorKey),
  });

function faultOfStatus(context: AnswerFacts): Fault {
  const { status, kind, route, value } = context;
  const meaning = STATUSES[status] ?? (status >= 500 ? 'unavailable' : null);
  const refused = VAGUE.has(status) ? refusalIn(value) : null;
  if (refused !== null) return faultOf(refused, context);
  if (meaning !== null) return faultOf({ meaning: meaning as Refusal['meaning'], code: null }, context);
  if (kind === 'html') return unreadable(context);
  if (UNKNOWN_ID.has(status) && kind !== 'json' && status !== 404) return unreadable(context);
  const isAboutId =
    route !== 'relay' && UNKNOWN_ID.has(status) && (kind === 'json' ? !isNoEndpoint(status, value) : kind === 'empty');
  if (isAboutId) return faultOf({ meaning: 'denied', code: null }, context);
  const what = status >= 300 && status < 400 ? 'redirected' : 'no such endpoint';
  const detail = tell(`Not a relay API: ${what} (${status}); check base_url and paths`, context);
  return { reason: 'bad_answer', detail, status, what: 'no_endpoint' };
}

/** What the code of an error's body says of the key or the rate, under a status that may mean several things. */
function refusalIn(value: unknown): Refusal | null {
  if (!isPlain(value)) return null;
  const fields = readFields(value);
  const error = first(fields, 'error');
  const inner = isPlain(error) ? (error as Record<string, unknown>).code : null;
  for (const word of [first(fields, 'code'), inner]) {
    const meaning = readCode(word);
    if (meaning === 'unauthorized' || meaning === 'rate_limited') return refusal(meaning, word);
  }
  return null;
}

/** A body that is no JSON. */
function unreadable({ status, kind }: AnswerFacts): Fault {
  const sentences = {
    html: ['html', 'Not a relay API: HTML instead of JSON; check base_url'],
    empty: ['empty', "Cannot read the vendor's answer: the body is empty"],
    text: ['broken_json', "Cannot read the vendor's answer: invalid or truncated JSON"],
    json: ['no_task', "Cannot read the vendor's answer: JSON without any task"],
  } as const satisfies Record<Kind, readonly [string, string]>;
  const [what, sentence] = sentences[kind];
  return { reason: 'bad_answer', detail: `${sentence} (${status})`, status, what };
}

function kindOf(body: string): Kind {
  const bare = body.trim();
  if (bare === '') return 'empty';
  return bare.startsWith('<') ? 'html' : 'text';
}

function isNoEndpoint(status: number, value: unknown): boolean {
  if (status !== 404 || !isPlain(value)) return false;
  const { error } = value as Record<string, unknown>;
  const { type, code } = (isPlain(error) ? error : value) as Record<string, unknown>;
  return [type, code].some((word) => typeof word === 'string' && NO_ENDPOINT_TYPES.has(word));
}

/** Code units: enough for a sentence; before redaction more is read, so that no key is cut in half and so kept. */
const LONGEST_MESSAGE = 300;
const LONGEST_RAW_MESSAGE = 3_000;

/** Where relays say what is wrong, in words for people that nobody may match on. */
const MESSAGE_KEYS = ['message', 'msg', 'errMsg', 'err_msg', 'errorMsg', 'failMsg', 'description'] as const;

function messageOf(value: unknown, vendorKey: string | null): string | null {
  if (!isPlain(value)) return null;
  const object = value as Record<string, unknown>;
  const error = isPlain(object.error) ? (object.error as Record<string, unknown>).message : object.error;
  const [message, msg, ...others] = MESSAGE_KEYS.map((key) => object[key]);
  for (const candidate of [message, msg, error, ...others]) {
    const text = readText(candidate, LONGEST_RAW_MESSAGE);
    if (text !== null) return cut(redact(text, vendorKey), LONGEST_MESSAGE);
  }
  return null;
}

const tell = (sentence: string, { message }: AnswerFacts): string =>
  message === null ? sentence : `${sentence}: ${message}`;
