import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId } from '../../src/model/id.ts';
import { parseJson } from '../../src/lib/json.ts';
import { submittedIds } from '../../src/relay/task-ids.ts';
import { SUBMITS } from './cases.ts';
import { bodyText, type Submit } from './samples.ts';

const real = import.meta.glob<Submit[]>('../vendor-answers/submit/*.json', { eager: true, import: 'default' });
const UUID = '1f3e4a5a-dc6c-4017-a5d7-5d840405c904';
const parsed = (text: string): unknown => {
  const result = parseJson(text);
  if (!result.ok) throw new Error('No JSON');
  return result.value;
};

describe('submittedIds() of real-shaped answers', () => {
  const submits = Object.values(real).flat();
  it('are all 22 there', () => expect(submits).toHaveLength(22));
  it.each([...submits, ...SUBMITS].map((submit) => [submit.name, submit] as const))(
    '%s',
    (_, { status, body, ids }) => {
      expect(submittedIds(status, parsed(bodyText(body))) ?? []).toEqual(ids);
    },
  );
});

describe('submittedIds()', () => {
  it.each<[string, unknown, string[]]>([
    ['the id as data', { code: 'success', message: '', data: UUID }, [UUID]],
    ['no code at all', { data: UUID }, [UUID]],
    ['data.task_id', { code: 200, msg: 'ok', data: { task_id: UUID } }, [UUID]],
    ['data.taskId', { code: '200', data: { taskId: UUID, status: 'PENDING' } }, [UUID]],
    ['data.id', { code: 1, data: { id: UUID, status: 'submitted' } }, [UUID]],
    ['task_id before a row’s number', { code: 'success', data: { id: 3141, task_id: UUID } }, [UUID]],
    ['a list of ids', { code: 'success', data: ['task-a', 'task-b', 'task-a'] }, ['task-a', 'task-b']],
    ['a list of objects', { data: [{ task_id: 'task-a' }, { taskId: 'task-b' }] }, ['task-a', 'task-b']],
    ['data nested once more', { code: 'success', data: { code: 200, data: { taskId: UUID } } }, [UUID]],
    ['data nested, bare', { code: 0, data: { data: UUID } }, [UUID]],
    ['task_id at top level', { task_id: UUID, status: 'queued' }, [UUID]],
    ['id at top level', { id: 'task_abc123', object: 'task', status: 'queued' }, ['task_abc123']],
    ['under another wrapper', { response: { taskId: UUID } }, [UUID]],
    ['result', { code: 1, description: 'ok', result: '1320098173412546' }, ['1320098173412546']],
    ['task_ids', { task_ids: ['task-a', 'task-b'] }, ['task-a', 'task-b']],
    ['JSON in a string', { code: 'success', data: JSON.stringify({ task_id: UUID }) }, [UUID]],
    ['JSON in a JSON string', JSON.stringify({ data: JSON.stringify([UUID]) }), [UUID]],
    ['a number', parsed('{"code":0,"data":1264818594046181786}'), ['1264818594046181786']],
    ['a number as task_id', parsed('{"data":{"task_id":17612000802760041000}}'), ['17612000802760041000']],
    ['ids that need encoding', { data: { task_id: 'a#b c' } }, ['a#b c']],
  ])('reads %s', (_, answer, ids) => {
    expect(submittedIds(200, answer)).toEqual(ids);
  });

  it.each<[string, unknown]>([
    ['null', { code: 'success', data: null }],
    ['an empty text', { code: 'success', data: '' }],
    ['a word', { code: 'success', data: 'success' }],
    ['a sentence', { code: 'success', data: 'task was accepted' }],
    ['a sentence without spaces', { code: 'success', data: '提交成功' }],
    ['a flag', { code: 'success', data: true }],
    ['a URL', { code: 'success', data: 'https://a.example/x' }],
    ['clips', { code: 'success', data: [{ id: 'clip-1', title: 'A', audio_url: '' }] }],
    ['ids that no path may hold', { data: ['..', 'a\u0000', 'x'.repeat(201)] }],
    ['an echo of the request', { code: 'success', input: { task_id: UUID } }],
    ['nothing', {}],
  ])('names none for %s', (_, answer) => {
    expect(submittedIds(200, answer)).toEqual([]);
  });

  it.each<[number, unknown]>([
    [400, { code: 'invalid_request', data: UUID }],
    [500, { data: UUID }],
    [200, { code: 'error', data: UUID }],
    [200, { code: 500, data: { task_id: UUID } }],
    [200, { success: false, data: UUID }],
  ])('is null for an error: %i %j', (status, answer) => {
    expect(submittedIds(status, answer)).toBeNull();
  });

  it('looks over errors inside a list', () => {
    expect(submittedIds(200, { data: [{ code: 500, task_id: 'task-a' }, { task_id: 'task-b' }] })).toEqual(['task-b']);
  });

  it('never throws, and names only ids that may be asked for', () => {
    const key = fc.constantFrom('task_id', 'taskId', 'id', 'data', 'result', 'code', 'items', '__proto__', 'length');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 12 },
        fc.constantFrom(null, '', '..', 'success', 200, 'abc', '{"data":"x"}', '"[', '\ud800'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.oneof(value, fc.jsonValue()), (answer) => {
        for (const id of submittedIds(200, answer) ?? []) expect(isId(id)).toBe(true);
      }),
    );
  });
});
