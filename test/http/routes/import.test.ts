// POST /v1/tasks/import: which tasks saved answers tell of, what is kept of each, and what is said of those that tell of none.
import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import type { Flows } from '../../../src/http/context.ts';
import type { Imported } from '../../../src/ledger/api.ts';
import { call, ENV, errorPaths, fakeDeps, problem, settingsOf, SLUG, type Ask } from '../fixtures.ts';

const clip = { id: SLUG, title: 'Low Water', status: 'complete', audio_url: 'https://cdn.example/one.mp3' };
const row = (id: string, data: unknown = [clip]) => ({ task_id: id, status: 'SUCCESS', data });
const lone = (id: string) => ({ code: 'success', message: '', data: row(id) });
const PATH = '/v1/tasks/import';
const post = (body: unknown, more: Ask = {}): Ask => ({ method: 'POST', body, ...more });

async function importing(ask: Ask, changes: Partial<Parameters<typeof fakeDeps>[0]> = {}) {
  const calls: [string, Imported[]][] = [];
  const deps = fakeDeps(changes);
  const importAnswers: Flows['importAnswers'] = async (vendor, answers) => {
    calls.push([vendor, answers]);
    return deps.flows.importAnswers(vendor, answers);
  };
  const answer = await call(PATH, ask, { ...deps, flows: { ...deps.flows, importAnswers } });
  const { results } = (await answer.json()) as { results: Record<string, unknown>[] };
  return { status: answer.status, results, calls, imported: calls.flatMap(([, answers]) => answers) };
}

const refused = (detail: string) => ({
  error: { code: 'invalid_request', title: 'The request is not valid', detail, retryable: false },
});

describe('POST /v1/tasks/import', () => {
  it('hands all tasks on in one call, and answers one entry for each, in order', async () => {
    const answers = [lone('new-1'), { code: 'success', data: [row('old-1'), row('new-2')] }, row('new-1')];
    const { status, results, calls } = await importing(post({ answers }));
    expect(status).toBe(202);
    expect(results).toEqual([
      { id: 'new-1', created: true },
      { id: 'old-1', created: false },
      { id: 'new-2', created: true },
      { id: 'new-1', created: true },
    ]);
    expect(calls.map(([vendor, entries]) => [vendor, entries.map(({ id }) => id)])).toEqual([
      ['relay', ['new-1', 'old-1', 'new-2', 'new-1']],
    ]);
  });

  it('reads each answer as if the vendor had given it now', async () => {
    const { imported } = await importing(post({ answers: [lone('new-1')] }));
    expect(imported[0]?.reading).toMatchObject({
      kind: 'music',
      status: 'succeeded',
      clips: [{ id: SLUG, title: 'Low Water', audio_url: clip.audio_url }],
    });
  });

  it('keeps the whole answer of one task, and the row of each of several', async () => {
    const beside = { task: { task_id: 'beside-1', status: 'SUCCESS' }, clips: [clip] };
    const kept = async (answer: unknown) =>
      (await importing(post({ answers: [answer] }))).imported.map(({ raw }) => raw);
    expect(await kept(lone('a-1'))).toEqual([{ form: 'answer', json: JSON.stringify(lone('a-1')) }]);
    expect(await kept(beside)).toEqual([{ form: 'answer', json: JSON.stringify(beside) }]);
    expect(await kept(row('a-1'))).toEqual([{ form: 'row', json: JSON.stringify(row('a-1')) }]);
    expect(await kept(row('a-1', null))).toEqual([{ form: 'row', json: JSON.stringify(row('a-1', null)) }]);
    const keyed = { code: 'success', data: { 'task-0001': row('task-0001'), 'task-0002': row('task-0002') } };
    expect(await kept(keyed)).toEqual(
      Object.values(keyed.data).map((one) => ({ form: 'row', json: JSON.stringify(one) })),
    );
    for (const list of [[row('a-1')], { code: 'success', data: [row('a-1')] }])
      expect(await kept(list)).toEqual([{ form: 'row', json: JSON.stringify(row('a-1')) }]);
  });

  it('takes an answer as text too, however it begins', async () => {
    const answers = [JSON.stringify(lone('new-1')), `\ufeff \n${JSON.stringify(row('new-2'))}\n`];
    const { results, imported } = await importing(post({ answers }));
    expect(results.map(({ id }) => id)).toEqual(['new-1', 'new-2']);
    expect(imported.map(({ raw }) => raw.form)).toEqual(['answer', 'row']);
  });

  it('keeps every digit of an id that is a number, in an answer and in a text', async () => {
    const text = '{"task_id":1264818594046181786,"status":"SUCCESS","data":[]}';
    const raw = `{"answers":[${text},${JSON.stringify(text)}]}`;
    const { results, imported } = await importing({
      method: 'POST',
      raw,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(results.map(({ id }) => id)).toEqual(['1264818594046181786', '1264818594046181786']);
    expect(imported.map(({ raw: kept }) => kept.json)).toEqual([text, text]);
  });

  it('says which answers name no task, in their places, and imports the others', async () => {
    const nothing = [
      null,
      7,
      {},
      [],
      { code: 'success', data: null },
      [clip],
      row('..'),
      row('a\nb'),
      row('a'.repeat(201)),
    ];
    const { status, results, imported } = await importing(post({ answers: [...nothing, row('new-1'), '{"task', ''] }));
    expect(status).toBe(202);
    expect(results).toEqual([
      ...nothing.map((_, index) => refused(`answers.${index} names no task by an id`)),
      { id: 'new-1', created: true },
      refused(`answers.${nothing.length + 1} is a text that is not JSON`),
      refused(`answers.${nothing.length + 2} is a text that is not JSON`),
    ]);
    expect(imported).toHaveLength(1);
  });

  it('bothers the ledger with nothing where nothing is to be imported', async () => {
    const { status, calls } = await importing(post({ answers: [{}] }));
    expect([status, calls]).toEqual([202, []]);
  });

  it('keeps no key: neither the vendor’s nor one that looks like a relay’s', async () => {
    const leaky = { ...lone('new-1'), message: `key ${ENV.RELAY_API_KEY} and sk-abcdef123456 are wrong` };
    const { imported } = await importing(post({ answers: [leaky, JSON.stringify(leaky)] }));
    expect(imported).toHaveLength(2);
    for (const { raw, reading } of imported) {
      expect(JSON.stringify([raw, reading])).not.toMatch(/sk-/);
      expect(JSON.parse(raw.json)).toMatchObject({ message: 'key [redacted] and [redacted] are wrong' });
    }
  });

  it('keeps what was read of a row nested too deep to be written again', async () => {
    // V8 writes plain values without recursion; an own `toJSON` takes it off that path.
    const deep = `{"task_id":"new-1","status":"SUCCESS","toJSON":1,"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const headers = { 'Content-Type': 'application/json' };
    const { status, imported } = await importing({ method: 'POST', raw: `{"answers":[${deep}]}`, headers });
    expect(status).toBe(202);
    expect(imported.map(({ id, raw }) => [id, raw])).toEqual([
      ['new-1', { form: 'row', json: '{"task_id":"new-1","status":"SUCCESS","data":null}' }],
    ]);
  });

  it('takes the named vendor’s, also of one that is retired; 404 for one that is not there', async () => {
    expect((await importing(post({ answers: [row('a-1')], vendor: 'other' }))).calls[0]?.[0]).toBe('other');
    const VENDORS = { ...ENV.VENDORS, old: { base_url: 'https://old.example', retired: true } };
    const settings = ok(settingsOf({ VENDORS }));
    const { status, calls } = await importing(post({ answers: [row('a-1')], vendor: 'old' }), { settings });
    expect([status, calls[0]?.[0]]).toEqual([202, 'old']);
    expect(await problem(PATH, post({ answers: [row('a-1')], vendor: 'nobody' }))).toEqual([404, 'not_found']);
  });

  it.each([
    [{}, 'answers'],
    [{ answers: {} }, 'answers'],
    [{ answers: [] }, 'answers'],
    [{ answers: Array.from({ length: 101 }, () => row('a-1')) }, 'answers'],
    [{ answers: [row('a-1')], ids: [] }, 'ids'],
    [{ answers: [row('a-1')], vendor: 7 }, 'vendor'],
    [{ answers: [row('a-1')], vendor: 1e18 }, 'vendor'],
    ['text', 'body'],
  ])('400 for %j at %s', async (body, path) => expect(await errorPaths(PATH, post(body))).toEqual([path]));

  it('refuses a query, another type and a body over 1 MiB', async () => {
    const body = { answers: [row('a-1')] };
    expect(await errorPaths(`${PATH}?vendor=relay`, post(body))).toEqual(['query.vendor']);
    expect(await problem(PATH, post(body, { headers: { 'Content-Type': 'text/plain' } }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await problem(PATH, post({ answers: ['a'.repeat(1_048_577)] }))).toEqual([413, 'payload_too_large']);
  });
});
