import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readBatch, readTask } from '../../src/relay/normalize.ts';
import { openEnvelope } from '../../src/relay/envelope.ts';
import { parseJson } from '../../src/lib/json.ts';
import { Reading } from '../../src/model/task.ts';
import { NOW, type Sample } from './samples.ts';

const samples = Object.values(import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' }));
const TASK_ID = 'task-under-test';

/** Values that nobody sends on purpose, under the keys that we look at. */
const key = fc.constantFrom(
  ...[
    'task_id',
    'taskId',
    'id',
    'status',
    'state',
    'data',
    'clips',
    'items',
    'audio_url',
    'audioUrl',
    'audio_urls',
    'stream_audio_url',
  ],
  ...[
    'image_url',
    'metadata',
    'duration',
    'tags',
    'prompt',
    'text',
    'lyrics',
    'title',
    'progress',
    'submit_time',
    'fail_reason',
  ],
  ...['error', 'code', 'message', '__proto__', 'constructor', 'toString', 'length', TASK_ID],
);
const leaf = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    0,
    -1,
    1e300,
    30,
    'SUCCESS',
    'IN_PROGRESS',
    'error',
    TASK_ID,
    '[',
    '{"a":',
    '[{"audio_url":"https://a.example/b.mp3"}]',
  ),
  fc.constantFrom(
    'https://a.example/b.mp3',
    'http://[',
    'https://audiopipe.suno.ai/?item_id=1',
    '\ud800',
    '9'.repeat(400),
    '2026-02-30T00:00:00Z',
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.maxSafeInteger(),
);
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 8 }),
  ),
})).value;
const anyJson = fc.oneof(hostile, fc.jsonValue());

function check(body: unknown): void {
  const read = readTask(body, TASK_ID);
  if (read.ok) v.parse(v.strictObject(Reading.entries), read.value);
  for (const { reading } of readBatch(body, [TASK_ID, 'another-task']).found.values()) v.parse(Reading, reading);
}

describe('whatever a vendor sends', () => {
  it('is read without throwing, into a Reading that its schema accepts', () => {
    fc.assert(fc.property(anyJson, check), { numRuns: 1_000 });
  });

  it('is read the same way twice', () => {
    fc.assert(
      fc.property(anyJson, (body) => {
        expect(readTask(body, TASK_ID)).toEqual(readTask(body, TASK_ID));
      }),
      { numRuns: 300 },
    );
  });

  it('is a Fault or a value as body text of any status', () => {
    const text = fc.oneof(
      fc.string(),
      anyJson.map((value) => JSON.stringify(value)),
      fc.constant('<html>'),
      fc.constant(''),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 200, max: 599 }), fc.option(fc.string()), (body, status, retryAfter) => {
        const opened = openEnvelope({ status, contentType: null, retryAfter, body }, NOW);
        expect(typeof opened.ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be nested a hundred thousand levels deep', () => {
    const depth = 100_000;
    const parsed = parseJson(`${'{"data":['.repeat(depth)}1${']}'.repeat(depth)}`);
    if (parsed.ok) check(parsed.value);
    expect(parseJson(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`)).toBeDefined();
  });

  it('may hold a hundred thousand clips: a hundred are kept', () => {
    const clips = Array.from({ length: 100_000 }, (_, at) => ({
      id: `clip-${at}`,
      audio_url: `https://a.example/${at}.mp3`,
    }));
    const read = readTask({ data: clips }, TASK_ID);
    expect(read.ok && read.value.clips.length).toBe(100);
  });
});

describe('an answer wrapped in further objects, lists and JSON texts', () => {
  const wrappers: readonly ((inner: unknown) => unknown)[] = [
    (inner) => ({ data: inner }),
    (inner) => ({ response: inner, request_id: 'abc' }),
    (inner) => ({ anything: inner }),
    (inner) => [inner],
    (inner) => JSON.stringify(inner),
    (inner) => ({ code: 'success', message: '', data: JSON.stringify(inner) }),
    (inner) => ({ output: [null, inner] }),
  ];
  const songs = samples.filter(
    ({ request, expect: expected }) => request.method === 'GET' && Array.isArray(expected.clips),
  );
  it.each(songs.map((sample) => [sample.name, sample] as const))('%s reads the same', (_name, sample) => {
    const taskId = sample.request.path.split('/').at(-1) ?? '';
    const plain = readTask(sample.response.body, taskId);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wrappers), { minLength: 1, maxLength: 4 }), (layers) => {
        const wrapped = layers.reduce((inner: unknown, wrap) => wrap(inner), sample.response.body);
        expect(readTask(wrapped, taskId)).toEqual(plain);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what the vendor says', () => {
  it('stays visible as vendor_status when nobody knows the word', () => {
    const word = fc.stringMatching(/^[A-Z][A-Z_]{2,20}X$/);
    fc.assert(
      fc.property(word, (status) => {
        const read = readTask({ code: 'success', data: { task_id: TASK_ID, status } }, TASK_ID);
        expect(read.ok && [read.value.status, read.value.vendor_status]).toEqual(['unknown', status]);
      }),
    );
  });

  it('keeps every digit of an id that is a JSON number', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 10n ** 15n, max: 10n ** 19n }),
        fc.bigInt({ min: 10n ** 15n, max: 10n ** 19n }),
        (task, clip) => {
          const text = `{"data":[{"task_id": ${task},"status":"SUCCESS","data":[{"id":${clip},"audio_url":"https://a.example/b.mp3"}]}]}`;
          const parsed = parseJson(text);
          const found = readBatch(parsed.ok ? parsed.value : null, [String(task)]).found.get(String(task));
          expect(found?.reading.clips[0]?.id).toBe(String(clip));
          expect(JSON.stringify(found?.row)).toContain(`"task_id":${task}`);
        },
      ),
    );
  });
});
