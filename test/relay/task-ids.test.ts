import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId } from '../../src/model/id.ts';
import { openEnvelope } from '../../src/relay/envelope.ts';
import { parseJson } from '../../src/lib/json.ts';
import { tasksIn } from '../../src/relay/task-ids.ts';
import { bodyText, differences, NOW, readSample, type Sample } from './samples.ts';

const samples = [
  ...Object.values(import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' })),
  ...Object.values(import.meta.glob<Sample>('../vendor-answers/own/*.json', { eager: true, import: 'default' })),
];
const clip = (id: string) => ({ id, title: id, status: 'complete', audio_url: `https://cdn.example/${id}.mp3` });
const row = (id: string, data: unknown = null) => ({ task_id: id, status: 'SUCCESS', data });
const idsOf = (answer: unknown): string[] => tasksIn(answer).map(({ id }) => id);

function bodyOf({ request, response }: Sample): unknown {
  const answer = { status: response.status, contentType: null, retryAfter: null, body: bodyText(response.body) };
  const opened = openEnvelope(answer, NOW, { route: request.method === 'POST' ? 'batch' : 'get' });
  return opened.ok ? opened.value : undefined;
}

const askedIn = ({ request }: Sample): string[] =>
  request.body?.ids ?? [decodeURIComponent(request.path.split('/').at(-1) ?? '')];

describe('tasksIn()', () => {
  const telling = samples.filter((sample) => bodyOf(sample) !== undefined);
  it.each(telling.map((sample) => [sample.name, sample] as const))(
    '%s: what it names is read as if asked for',
    (_, sample) => {
      const body = bodyOf(sample);
      const found = new Map(tasksIn(body).map((task) => [task.id, task.reading]));
      const named = askedIn(sample).filter((id) => JSON.stringify(body).includes(id));
      if (sample.request.method === 'GET') {
        if (named.length === 0) return;
        const holds = (status: string) => found.get(named[0]!)?.clips.some((one) => one.status === status) ?? false;
        expect([...found.keys()]).toContain(named[0]);
        expect(differences(sample, { ...found.get(named[0]!), partial: holds('complete') && holds('failed') })).toEqual(
          [],
        );
        return;
      }
      const expected = readSample(sample)['tasks'] as Record<string, { error?: string }>;
      for (const id of named) {
        if (expected[id]?.error === undefined)
          expect(found.get(id), id).toMatchObject({ status: (expected[id] as { status: string }).status });
      }
    },
  );

  it.each<[string, unknown, string[]]>([
    [
      'a GET answer',
      { code: 'success', data: { task_id: 'a', status: 'SUCCESS', data: [clip('c1'), clip('c2')] } },
      ['a'],
    ],
    ['a batch, in its order, each once', { data: [row('b'), row('a'), row('b')] }, ['b', 'a']],
    ['bare rows', [row('a'), { taskId: 'b', status: 'QUEUED' }], ['a', 'b']],
    [
      'a row whose id is `id`',
      { data: { id: 'a-1', status: 'SUCCESS', progress: '100%', data: [clip('c1')] } },
      ['a-1'],
    ],
    [
      'rows keyed by id',
      { data: { '60c7b051-89dc': { status: 'SUCCESS', data: [clip('c1')] }, '60c7b051-89dd': [clip('c2')] } },
      ['60c7b051-89dc', '60c7b051-89dd'],
    ],
    ['JSON in a string, twice', { data: JSON.stringify(JSON.stringify({ task_id: 'a', status: 'SUCCESS' })) }, ['a']],
    [
      'a flat list of clips with task ids',
      [
        { ...clip('c1'), task_id: 'a' },
        { ...clip('c2'), task_id: 'b' },
      ],
      ['a', 'b'],
    ],
    ['numbers, with all digits', JSON.parse('{"data":{"task_id":12345,"status":"SUCCESS"}}'), ['12345']],
    [
      'a wrapper that has a task’s keys',
      { action: 'query', status: 'SUCCESS', data: [row('a'), row('b')] },
      ['a', 'b'],
    ],
    [
      'another vendor’s id inside a task',
      { task_id: 'a', status: 'SUCCESS', data: { taskId: 'z', items: [clip('c1')] } },
      ['a'],
    ],
    ['a callback', { code: 200, data: { callbackType: 'complete', task_id: 'a', data: [clip('c1')] } }, ['a']],
    ['clips without a task', { data: [clip('c1'), clip('c2')] }, []],
    ['a map of clips', { clips: { 'c1-000001': clip('c1'), 'c2-000002': { status: 'queued', title: 'x' } } }, []],
    ['variants of lyrics', { data: [{ id: 'v1', text: 'la', title: 'A', status: 'complete' }] }, []],
    [
      'an id that no path may hold',
      [row('..'), row('a\u0000b'), row('x'.repeat(201)), row('😀'.repeat(200))],
      ['😀'.repeat(200)],
    ],
    ['an echo of the request', { input: { task_id: 'z' }, data: null }, []],
    ['an error', { code: 'task_not_exist', message: 'no', data: null }, []],
  ])('finds %s', (_, answer, ids) => {
    expect(idsOf(answer)).toEqual(ids);
  });

  it('gives each task its own row and reading', () => {
    const [first, second] = tasksIn({ data: [row('a', [clip('c1')]), row('b', [clip('c2')])] });
    expect(first).toMatchObject({ id: 'a', row: row('a', [clip('c1')]), reading: { clips: [{ title: 'c1' }] } });
    expect(second).toMatchObject({ id: 'b', reading: { status: 'succeeded', clips: [{ title: 'c2' }] } });
  });

  it('keeps a snowflake’s digits', () => {
    const parsed = parseJson('{"data":[{"task_id":1264818594046181786,"status":"SUCCESS"}]}');
    expect(parsed.ok && idsOf(parsed.value)).toEqual(['1264818594046181786']);
  });

  it('takes the vendor’s key out of failures', () => {
    const answer = { task_id: 'a', status: 'FAILURE', fail_reason: 'key plain-secret-key is used up' };
    expect(JSON.stringify(tasksIn(answer, 'plain-secret-key')[0]?.reading)).not.toContain('plain-secret-key');
  });

  it('never throws, and names only ids that may be asked for', () => {
    const key = fc.constantFrom(
      ...[
        'task_id',
        'taskId',
        'id',
        'status',
        'data',
        'clips',
        'items',
        'audio_url',
        'text',
        'progress',
        '__proto__',
        '60c7b051-89dc',
      ],
    );
    const leaf = fc.oneof(
      fc.constantFrom(null, '', 0, 1e300, '..', '\ud800', 'SUCCESS', 'https://a.example/b.mp3', '{"task_id":"x"}', '"'),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 8 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          value.map((one) => JSON.stringify(one)),
          fc.jsonValue(),
        ),
        (answer) => {
          for (const { id } of tasksIn(answer)) expect(isId(id)).toBe(true);
        },
      ),
    );
  });

  it('does not follow endless depth', () => {
    let deep: unknown = row('a');
    for (let level = 0; level < 5_000; level++) deep = { data: [deep] };
    expect(idsOf(deep)).toEqual([]);
  });
});
