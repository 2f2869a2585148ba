import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readBatch, readTask } from '../../src/relay/normalize.ts';
import { openEnvelope } from '../../src/relay/envelope.ts';
import { parseJson } from '../../src/lib/json.ts';
import { Reading } from '../../src/model/task.ts';
import { walk } from '../../src/relay/walk.ts';
import { ATTACKS, SHAPES } from './cases.ts';
import { NOW, readSample, type Sample } from './samples.ts';

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

const idsOf = ({ request }: Sample): string[] =>
  request.body?.ids ?? [decodeURIComponent(request.path.split('/').at(-1) ?? '')];
const withBody = (sample: Sample, body: unknown): Sample => ({ ...sample, response: { ...sample.response, body } });
const readable = [...samples, ...SHAPES, ...ATTACKS].filter(
  ({ response }) => response.status === 200 && typeof response.body === 'object' && response.body !== null,
);
const named = readable.map((sample) => [sample.name, sample] as const);

/** What is kept of an answer but for the keys that it had. */
function readingOf(sample: Sample): unknown {
  return JSON.parse(JSON.stringify(readSample(sample)), (key, value: unknown) => (key === 'keys' ? undefined : value));
}

describe('an answer wrapped in further objects, lists and JSON texts', () => {
  const wrappers: readonly ((inner: unknown) => unknown)[] = [
    (inner) => ({ data: inner }),
    (inner) => ({ response: inner, request_id: 'abc' }),
    (inner) => ({ anything: inner }),
    (inner) => [inner],
    (inner) => JSON.stringify(inner),
    (inner) => ({ output: [null, inner] }),
  ];
  const alone = named.filter(([, { request }]) => request.method === 'GET');
  it.each(alone)('%s reads the same', (_name, sample) => {
    const plain = readingOf(sample);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wrappers), { minLength: 1, maxLength: 4 }), (layers) => {
        const wrapped = layers.reduce((inner: unknown, wrap) => wrap(inner), sample.response.body);
        expect(readingOf(withBody(sample, wrapped))).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });
});

/** Keys in another spelling; ids that are keys stay as they are. */
function respelled(value: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spell));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [/^cld2|^\D+$/.test(key) ? spell(key) : key, respelled(inner, spell)]),
  );
}
const snake = (key: string): string => key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();

/** Every text and every list in another form. */
function rewritten(value: unknown, text: (text: string) => string, list: (items: unknown[]) => unknown[]): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return list(value.map((item) => rewritten(item, text, list)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewritten(inner, text, list)]));
}
const asItIs = <T>(value: T): T => value;
const holdsObjects = (items: readonly unknown[]): boolean => items.some((item) => typeof item === 'object');

describe('an answer written in another way', () => {
  it.each<[way: string, rewrite: (body: unknown) => unknown]>([
    ['in snake_case', (body) => respelled(body, snake)],
    [
      'in camelCase',
      (body) => respelled(body, (key) => snake(key).replace(/_(\w)/g, (_, one: string) => one.toUpperCase())),
    ],
    ['in kebab-case', (body) => respelled(body, (key) => snake(key).replaceAll('_', '-'))],
    [
      'with null in its lists',
      (body) => rewritten(body, asItIs, (all) => (holdsObjects(all) ? [null, ...all, null] : all)),
    ],
    [
      'with its URLs in backticks',
      (body) => rewritten(body, (text) => text.replace(/^https?:\S+$/, ' `$&`\n'), asItIs),
    ],
  ])('%s reads the same', (_way, rewrite) => {
    for (const [name, sample] of named)
      expect(readingOf(withBody(sample, rewrite(sample.response.body))), name).toEqual(readingOf(sample));
  });
});

/** What looks like somebody's result, above all like that of the task that was asked for. */
function foreignTo(id: string | undefined) {
  const clip = { id: 'foreign-clip', title: 'F', status: 'complete', audio_url: 'https://f.example/f.mp3', text: 'la' };
  const row = { task_id: id, status: 'FAILURE', fail_reason: 'x', progress: '100%', data: [clip] };
  return fc.constantFrom<unknown>(
    ...[
      clip,
      row,
      [clip, clip],
      { data: row },
      { [String(id)]: row },
      { state: 'success', id },
      { code: 500, error: 'x' },
    ],
    ...[JSON.stringify(clip), JSON.stringify([row])],
    ...[['https://f.example/f.mp3'], { mp3: 'https://f.example/f.mp3' }, { url: 'https://f.example/f.mp3' }],
  );
}

/** Every object of a value, so that one of them may be given more. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

describe('whatever is put under the key of an input', () => {
  const inputs = fc.constantFrom(
    ...['input', 'inputs', 'request', 'params', 'payload', 'args', 'properties', 'source_clip', 'sourceClip'],
    ...['reference_audio', 'upload', 'uploadedAudio', 'persona', 'voice', 'user', 'creator', 'continueClip'],
    ...['cover_clip', 'history', 'concat_history', 'recommended', 'parent', 'parentTask', 'media_urls'],
  );
  it.each(named)('changes nothing of %s', (_name, sample) => {
    const plain = readingOf(sample);
    const places = objectsIn(sample.response.body).length;
    fc.assert(
      fc.property(inputs, foreignTo(idsOf(sample)[0]), fc.nat(places), (key, foreign, place) => {
        const body = structuredClone(sample.response.body);
        const object = objectsIn(body)[place % Math.max(1, places)];
        if (object === undefined || key in object) return;
        object[key] = foreign;
        expect(readingOf(withBody(sample, body)), JSON.stringify(body)).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});

describe('whatever is put inside a clip', () => {
  const keys = fc.constantFrom(
    'wav',
    'user_data',
    'clip',
    'next',
    'persona',
    'formats',
    'audio_formats',
    'versions',
    'x',
  );
  it.each(named)('changes nothing of %s', (_name, sample) => {
    const asked = new Set(idsOf(sample));
    const clipsIn = (body: unknown) => walk(body, asked).filter(({ is }) => is === 'clip');
    const plain = readingOf(sample);
    const count = clipsIn(sample.response.body).length;
    if (count === 0) return;
    fc.assert(
      fc.property(keys, foreignTo([...asked][0]), fc.nat(count - 1), (key, foreign, which) => {
        const body = structuredClone(sample.response.body);
        const object = clipsIn(body)[which]?.fields.raw as Record<string, unknown>;
        if (key in object) return;
        object[key] = foreign;
        expect(readingOf(withBody(sample, body)), JSON.stringify(body)).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });
});

describe('no JSON ends a task that it does not name', () => {
  const words = fc.constantFrom<unknown>(
    'SUCCESS',
    'FAILURE',
    'error',
    'complete',
    30,
    40,
    '',
    null,
    'text',
    7,
    'other-task',
  );
  const keys = fc.constantFrom(
    ...['task_id', 'id', 'status', 'state', 'data', 'result', 'items', 'clips', 'audio_url', 'image_url', 'metadata'],
    ...['duration', 'text', 'title', 'progress', 'submit_time', 'fail_reason', 'error', 'message', 'response', 'word'],
  );
  const { anything } = fc.letrec((tie) => ({
    anything: fc.oneof(
      { maxDepth: 6 },
      words,
      fc.array(tie('anything'), { maxLength: 3 }),
      fc.dictionary(keys, tie('anything'), { maxKeys: 8 }),
    ),
  }));
  const status = (body: unknown): string => {
    const read = readTask(body, TASK_ID);
    return read.ok ? read.value.status : read.fault.reason;
  };
  it('without an OK code', () => {
    fc.assert(
      fc.property(anything, (body) => {
        expect(['succeeded', 'failed']).not.toContain(status(body));
      }),
      { numRuns: 3_000 },
    );
  });
  it('with one, where it is about another task', () => {
    const other = fc.dictionary(keys, words, { maxKeys: 8 });
    fc.assert(
      fc.property(other, fc.constantFrom('data', 'result', 'response'), (row, place) => {
        const body = { code: 'success', message: '', [place]: { ...row, task_id: 'other-task' } };
        expect(['succeeded', 'failed'], JSON.stringify(body)).not.toContain(status(body));
      }),
      { numRuns: 2_000 },
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
