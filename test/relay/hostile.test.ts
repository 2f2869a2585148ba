// What hostile vendors answer: JSON of absurd depth and width, names of every object, numbers beyond any: read in bounded time, or a fault in words.
import { afterEach, describe, expect, it } from 'vitest';
import { RAW_ANSWER_MAX_BYTES, VENDOR_ANSWER_MAX_BYTES } from '../../src/model/limits.ts';
import { publicAnswer, publicRow } from '../../src/views/relay-answer.ts';
import { viewTask } from '../../src/views/task.ts';
import { readBatch, readTask } from '../../src/relay/normalize.ts';
import { openEnvelope } from '../../src/relay/envelope.ts';
import { parseJson } from '../../src/lib/json.ts';
import { submittedIds, tasksIn } from '../../src/relay/task-ids.ts';
import { BASE, known, NOW } from '../http/fixtures.ts';

/** An eighth of the largest answer that is read at all: time is in line with size. */
const WIDE_BYTES = VENDOR_ANSWER_MAX_BYTES / 8;
const WITHIN_MS = 15_000;
const DEEP = 100_000;
const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).sort().join();
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(PROTOTYPE);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

/** Everything that is done with an answer on its way to callers and records. */
function readAll(text: string, id = 't-1'): void {
  const opened = openEnvelope({ status: 200, contentType: null, retryAfter: null, body: text }, NOW);
  if (!opened.ok) return expect(opened.fault.detail).not.toBe('');
  readTask(opened.value, id);
  readBatch(opened.value, [id, 't-2']);
  submittedIds(200, opened.value);
  tasksIn(opened.value);
  // More is not kept of any answer.
  if (text.length > RAW_ANSWER_MAX_BYTES) return;
  for (const form of ['answer', 'row'] as const) {
    const { stored } = known({ id, raw: { form, json: text } });
    const context = { settings: { archive_video: false }, base: BASE, media_base: BASE, now: NOW };
    const task = viewTask(known(), context);
    JSON.stringify([publicAnswer(stored, task), publicRow(stored, task)]);
  }
}

const repeat = (part: string, bytes = WIDE_BYTES): string => part.repeat(Math.floor(bytes / part.length) - 10);
const list = (part: string, bytes?: number): string =>
  `{"code":"success","data":[${repeat(`${part},`, bytes)}${part}]}`;
const nested = (open: string, inner: string, close: string): string => open.repeat(DEEP) + inner + close.repeat(DEEP);
const row = (data: string): string => `{"code":"success","data":{"task_id":"t-1","status":"SUCCESS","data":${data}}}`;

describe('an answer of absurd form is read in bounded time', () => {
  it.each<[name: string, text: string]>([
    ['lists, 100,000 deep', row(nested('[', '', ']'))],
    ['objects, 100,000 deep', row(nested('{"data":', '1', '}'))],
    ['lists around a number of many digits, 100,000 deep', row(nested('[', '1264818594046181786', ']'))],
    [
      'JSON texts within JSON texts',
      row(Array.from({ length: 18 }).reduce<string>((text) => JSON.stringify(`[${text}]`), '"x"')),
    ],
    ['8 MB of empty objects', list('{}', VENDOR_ANSWER_MAX_BYTES)],
    ['1 MB of empty lists', list('[]')],
    ['1 MB of clips', list('{"id":"c","audio_url":"https://a.example/a.mp3"}')],
    ['1 MB of tasks', list('{"task_id":"t-1","status":"SUCCESS"}')],
    ['1 MB of texts that look like JSON', list('"[{"')],
    ['1 MB of one text', `{"data":"${repeat('[')}"}`],
    ['1 MB of keys', `{"data":{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":{}`).join()}}}`],
    ['1 MB of white space', `${repeat(' ')}{}`],
    ['1 MB of long numbers', list('1264818594046181786')],
    ['1 MB of brackets that never close', repeat('[')],
  ])(
    '%s',
    (_, text) => {
      const started = performance.now();
      readAll(text);
      expect(performance.now() - started).toBeLessThan(WITHIN_MS);
    },
    20_000,
  );
});

describe('names of every object', () => {
  it.each(NAMES)('%s as an id of task and clip', (name) => {
    const clip = { id: name, status: 'complete', audio_url: 'https://cdn.example/a.mp3', title: name };
    const answer = { code: 'success', data: [{ task_id: name, status: 'SUCCESS', data: [clip] }] };
    const { found, absent } = readBatch(JSON.parse(JSON.stringify(answer)), [name, 'other']);
    expect([absent, found.get(name)?.reading.clips[0]]).toMatchObject([['other'], { id: name, title: name }]);
    expect(tasksIn(answer).map(({ id }) => id)).toEqual([name]);
  });

  it.each(NAMES)('%s as a key of rows, clips and codes', (name) => {
    const inner = `{"polluted":true,"status":"SUCCESS","audio_url":"https://cdn.example/a.mp3"}`;
    readAll(`{"${name}":${inner},"code":"${name}","status":"${name}","data":{"clips":{"${name}":${inner}}}}`, name);
    readAll(`{"data":{"task_id":"t-1","${name}":${inner},"status":"${name}"}}`);
    const { found } = readBatch(JSON.parse(`{"data":{"${name}":${inner}}}`), [name, 'other']);
    expect([...found.keys()]).toEqual([name]);
  });

  it.each(NAMES)('%s as a status is nobody’s word', (name) => {
    const read = readTask({ data: { task_id: 't-1', status: name, data: null } }, 't-1');
    expect(read).toMatchObject({ ok: true, value: { status: 'unknown', vendor_status: name } });
  });

  it('an own __proto__ of an answer stays an own key of what is passed on', () => {
    const text = row('{"__proto__":{"polluted":true},"x":1}');
    const { stored, pacing } = known({ raw: { form: 'answer', json: text } });
    const context = { settings: { archive_video: false }, base: BASE, media_base: BASE, now: NOW };
    const shown = publicAnswer(stored, viewTask({ stored, pacing }, context));
    expect(JSON.parse(JSON.stringify(shown))).toEqual(JSON.parse(text));
  });
});

describe('numbers and keys', () => {
  it.each(['1e999', '-1e999', '1e-999', '-0', '1.7976931348623157e309', '9'.repeat(400)])(
    'duration, progress and times of %s are numbers of sense or null',
    (number) => {
      const clip = `{"id":"clip-one","audio_url":"https://cdn.example/a.mp3","duration":${number},"created_at":${number}}`;
      const parsed = parseJson(
        `{"data":{"task_id":"t-1","status":"SUCCESS","progress":${number},"submit_time":${number},"data":[${clip}]}}`,
      );
      const read = readTask(parsed.ok && parsed.value, 't-1');
      if (!read.ok) throw new Error(read.fault.detail);
      const { progress, submitted_at, clips } = read.value;
      for (const value of [progress, clips[0]?.duration_seconds ?? null])
        expect(value === null || Number.isFinite(value)).toBe(true);
      for (const time of [submitted_at, clips[0]?.created_at ?? null])
        expect(time === null || !Number.isNaN(Date.parse(time))).toBe(true);
    },
  );

  it('of a key that is given twice the last one counts', () => {
    const parsed = parseJson('{"data":{"task_id":"t-1","status":"FAILURE","status":"SUCCESS"}}');
    expect(readTask(parsed.ok && parsed.value, 't-1')).toMatchObject({ ok: true, value: { status: 'succeeded' } });
  });
});
