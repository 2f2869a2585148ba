// Every code of the API has words in the console: none of the sources' lists knows one that the page could not tell of.
import { describe, expect, it } from 'vitest';
import { chinese } from '../../src/console/chinese.ts';
import { english } from '../../src/console/english.ts';
import { languageOf } from '../../src/model/language.ts';
import { problemWords } from '../../src/console/status.ts';
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

type Words = typeof english;
const TABLES: [string, readonly string[], (words: Words) => Readonly<Record<string, unknown>>][] = [
  ['file reasons', task.FILE_REASONS, (words) => words.file_reasons],
  ['problem codes', Object.keys(PROBLEMS), (words) => words.trouble.codes],
  ['faults of a vendor, which pause it', Object.values(FAULTS).map(faultCode), (words) => words.trouble.codes],
  ['healths of vendors', Pacing.entries.health.options, (words) => words.health],
  ['tracking states', task.TRACKING_STATES, (words) => words.tracking],
  ['statuses of tasks', task.TASK_STATUSES, (words) => words.statuses],
  ['archive states', task.ARCHIVE_STATES, (words) => words.archive],
  ['kinds', task.KINDS, (words) => words.kinds],
  ['statuses of clips', task.CLIP_STATUSES, (words) => words.clips],
  ['states of files', task.FILE_STATES, (words) => words.files],
  ['roles of files', task.ROLES, (words) => words.roles],
  ['visibilities', task.VISIBILITIES, (words) => words.visibilities],
];
const LANGUAGES = [
  ['English', english, /[a-z]{3}/],
  ['Chinese', chinese, /[\u4e00-\u9fff]/],
] as const;

describe.each(LANGUAGES)('%s', (_, labels, language) => {
  it.each(TABLES)('has words of its own for all %s', (_, codes, tableOf) => {
    const table = tableOf(labels);
    for (const code of codes) {
      expect(Object.hasOwn(table, code)).toBe(true);
      const told = JSON.stringify(table[code]);
      expect(told).toMatch(language);
      // Words, not the code again; no jargon of ours.
      expect(told).not.toMatch(/\b[a-z]+_[a-z]+_|undefined|null/);
    }
  });

  it('says of every event what happened, or that nothing is said of it', () => {
    for (const type of EVENT_TYPES) expect(Object.hasOwn(labels.events, type)).toBe(true);
  });

  it('says of each reason what and then what', () => {
    for (const words of [...Object.values(labels.file_reasons), ...Object.values(labels.trouble.codes)])
      expect(words).toMatch(/^[^.。]+[.。].+[.:。：]$/);
  });

  it('has a text at every place', () => {
    const visit = (value: unknown, path: string): void => {
      if (typeof value === 'string')
        expect([path, value !== '']).toEqual([path, !/\.events\.(task\.succeeded|clip\.archived)$/.test(path)]);
      else if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(labels, '');
  });

  it('shows a code that only a newer server knows', () => {
    expect(problemWords(labels, 'brand_new')).toContain('brand_new');
    expect(problemWords(labels, 'constructor')).toContain('constructor');
  });
});

describe('the two tables', () => {
  it('say the same things: the same keys at the same places', () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.length
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort()
                .map(([key, inner]) => [key, shape(inner)]),
            )
          : typeof value;
    expect(shape(chinese)).toEqual(shape(english));
  });
});

describe('languageOf()', () => {
  it.each([
    [['zh-CN', 'en'], 'zh'],
    [['de-DE', 'zh-Hant-TW'], 'zh'],
    [['en-GB', 'zh'], 'en'],
    [['de'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (preferred, language) => {
    expect(languageOf(preferred)).toBe(language);
  });
});
