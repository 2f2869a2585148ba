// Every code of the API has words in the console: none of the sources' lists knows one that the page could not tell of.
import { describe, expect, it } from 'vitest';
import * as words from '../../src/console/words.js';
import { EVENT_TYPES } from '../../src/model/event.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { faultCode, type Fault } from '../../src/model/fault.ts';
import { Pacing } from '../../src/model/circuit-breaker.ts';
import * as task from '../../src/model/task.ts';

const FAULTS: Record<Fault['reason'], Fault> = {
  not_found: { reason: 'not_found', detail: '' },
  unauthorized: { reason: 'unauthorized', detail: '' },
  forbidden: { reason: 'forbidden', detail: '' },
  rate_limited: { reason: 'rate_limited', detail: '', retry_after_ms: null },
  unavailable: { reason: 'unavailable', detail: '', status: null, retry_after_ms: null },
  bad_answer: { reason: 'bad_answer', detail: '', status: 200, what: 'html' },
  own_limit: { reason: 'own_limit', detail: '' },
};

const TABLES: [string, readonly string[], Readonly<Record<string, unknown>>][] = [
  ['file reasons', task.FILE_REASONS, words.FILE_REASONS],
  ['problem codes', Object.keys(PROBLEMS), words.PROBLEMS],
  ['faults of a vendor, which pause it', Object.values(FAULTS).map(faultCode), words.PROBLEMS],
  ['healths of vendors', Pacing.entries.health.options, words.HEALTH],
  ['tracking states', task.TRACKING_STATES, words.TRACKING],
  ['statuses of tasks', task.TASK_STATUSES, words.STATUSES],
  ['archive states', task.ARCHIVE_STATES, words.ARCHIVE],
  ['kinds', task.KINDS, words.KINDS],
  ['statuses of clips', task.CLIP_STATUSES, words.CLIPS],
  ['states of files', task.FILE_STATES, words.FILES],
  ['roles of files', task.ROLES, words.ROLES],
  ['visibilities', task.VISIBILITIES, words.VISIBILITIES],
];

describe.each(TABLES)('%s', (_, codes, table) => {
  it.each(codes)('%s has words of its own', (code) => {
    expect(Object.hasOwn(table, code)).toBe(true);
    const told = JSON.stringify(table[code]);
    expect(told).toMatch(/[a-z]{3}/);
    // Words, not the code again; no jargon of ours.
    expect(told).not.toMatch(/[a-z]_[a-z]+_|undefined|null/);
  });
});

describe('words', () => {
  it('of every event are there, or it is known that nothing is said of it', () => {
    for (const type of EVENT_TYPES) expect(Object.hasOwn(words.EVENTS, type)).toBe(true);
  });

  it('of each reason say what and then what', () => {
    for (const { what, then } of [...Object.values(words.FILE_REASONS), ...Object.values(words.PROBLEMS)])
      expect([/^[A-Z].*[^.]$/.test(what), /^[A-Z].*[.:]$/.test(then)]).toEqual([true, true]);
  });

  it('of a code that only a newer server knows are the code', () => {
    expect(words.problemWords('brand_new').what).toContain('brand_new');
    expect(words.problemWords('constructor').what).toContain('constructor');
  });
});
