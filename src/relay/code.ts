// Pure: the codes of envelopes and what each means, as numbers and as words.
import { readText, snakeCase } from './values.ts';

export type Meaning = 'ok' | 'running' | 'denied' | 'unauthorized' | 'forbidden' | 'rate_limited' | 'unavailable';

/** In lower case, with underscores. Numbers that HTTP defines mean what they mean there. */
export const CODE_MEANINGS = {
  ok: ['success', 'ok', '200', '1', '0', '20000'],
  running: ['201', '1102'],
  denied: [
    'error',
    'fail',
    '400',
    '404',
    'not_found',
    'not_exist',
    'task_not_exist',
    'task_not_found',
    'job_not_found',
    'record_not_found',
  ],
  unauthorized: ['401', '402', 'unauthorized', 'payment_required', 'invalid_api_key', 'insufficient_user_quota'],
  forbidden: ['403', 'forbidden'],
  rate_limited: ['429', 'rate_limited', 'too_many_requests', 'rate_limit_exceeded'],
} as const satisfies Record<Exclude<Meaning, 'unavailable'>, readonly string[]>;

const LONGEST_CODE = 100;

const meaningOf: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(CODE_MEANINGS).flatMap(([meaning, codes]) => codes.map((code) => [code, meaning as Meaning] as const)),
);

/** Null: there is no code. A code that nobody knows is the relay's own trouble: it denies nothing. */
export function readCode(code: unknown): Meaning | null {
  const text = readText(code, LONGEST_CODE);
  return text === null ? null : (meaningOf.get(snakeCase(text)) ?? 'unavailable');
}

export const isOkCode = (code: unknown): boolean => readCode(code) === 'ok';
