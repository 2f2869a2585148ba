// Vendors' callbacks: always 204, whatever comes; the body only names tasks, which are asked for again.
import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import type { ReadOptions } from '../../../src/flows/read-tasks.ts';
import { createRouter } from '../../../src/http/router.ts';
import type { HttpDeps } from '../../../src/http/context.ts';
import { BASE, fakeDeps, settingsOf, wrongSettings } from '../fixtures.ts';

const SECRET = 'hook-secret-0001';
const HOOK = `/hooks/relay/${SECRET}`;

interface Asked {
  vendor: string;
  ids: readonly string[];
  options: ReadOptions;
}

function hooks(env: Record<string, unknown> = { HOOK_SECRET: SECRET }, changes: Partial<HttpDeps> = {}) {
  const asked: Asked[] = [];
  const deps = fakeDeps({
    settings: ok(settingsOf(env)),
    askCalled: async ({ id }, ids, options) => void asked.push({ vendor: id, ids, options }),
    ...changes,
  });
  const send = async (path: string, body: BodyInit | null, headers: Record<string, string> = {}, method = 'POST') => {
    const kept: Promise<unknown>[] = [];
    const request = new Request(BASE + path, { method, headers, body });
    const answer = await createRouter(deps).fetch(request, { waitUntil: (work) => void kept.push(work) });
    await Promise.all(kept);
    return answer;
  };
  return { asked, send, log: deps.entries };
}

const silent = async (answer: Response): Promise<void> => {
  expect([answer.status, await answer.text()]).toEqual([204, '']);
};

describe('POST /hooks/{vendor}/{HOOK_SECRET}', () => {
  it.each<[string, string, string[]]>([
    ['task_id', '{"task_id":"a","status":"SUCCESS"}', ['a']],
    ['taskId', '{"taskId":"a"}', ['a']],
    ['data.task_id', '{"code":200,"msg":"ok","data":{"callbackType":"complete","task_id":"a","data":[]}}', ['a']],
    ['an error that names its task', '{"code":500,"data":{"task_id":"a"}}', ['a']],
    ['rows in a list', '[{"task_id":"a"},{"task_id":"b"},{"task_id":"a"}]', ['a', 'b']],
    ['JSON in a string', '{"data":"{\\"task_id\\":\\"a\\"}"}', ['a']],
    ['a number', '{"task_id":1264818594046181786}', ['1264818594046181786']],
    ['nothing but an id', '{"id":"suno_task_1"}', ['suno_task_1']],
    ['nothing but an id in data', '{"code":"success","data":"suno_task_1"}', ['suno_task_1']],
    ['a form', 'task_id=a&status=SUCCESS', ['a']],
    ['JSON in a form', `payload=${encodeURIComponent('{"taskId":"a"}')}`, ['a']],
  ])('asks at once for what %s names', async (_, body, ids) => {
    const { send, asked } = hooks();
    await silent(await send(HOOK, body, { 'Content-Type': 'text/plain' }));
    expect(asked).toEqual([{ vendor: 'relay', ids, options: { track: true } }]);
  });

  it('tracks nothing by itself where AUTO_TRACK is off', async () => {
    const { send, asked } = hooks({ HOOK_SECRET: SECRET, AUTO_TRACK: 'false' });
    await send('/hooks/other/hook%2Dsecret-0001', '{"task_id":"a"}');
    expect(asked).toEqual([{ vendor: 'other', ids: ['a'], options: { track: false } }]);
  });

  it('asks for at most 50 ids', async () => {
    const { send, asked } = hooks();
    await send(HOOK, JSON.stringify(Array.from({ length: 300 }, (_, index) => ({ task_id: `t-${index}` }))));
    expect(asked[0]?.ids).toHaveLength(50);
  });

  const NAMING = '{"task_id":"a"}';
  it.each<[string, string, BodyInit | null, Record<string, unknown>]>([
    ['a wrong secret', '/hooks/relay/hook-secret-0002', NAMING, { HOOK_SECRET: SECRET }],
    ['half a secret', '/hooks/relay/hook-secret', NAMING, { HOOK_SECRET: SECRET }],
    ['no percent-encoding', '/hooks/relay/%zz', NAMING, { HOOK_SECRET: SECRET }],
    ['an unset secret', HOOK, NAMING, {}],
    ['an unset secret, guessed', '/hooks/relay/null', NAMING, {}],
    ['an unknown vendor', `/hooks/nobody/${SECRET}`, NAMING, { HOOK_SECRET: SECRET }],
    ['broken JSON', HOOK, '{"task_id":"a"', { HOOK_SECRET: SECRET }],
    ['no body', HOOK, null, { HOOK_SECRET: SECRET }],
    ['bytes', HOOK, new Uint8Array([0xff, 0, 0xfe]), { HOOK_SECRET: SECRET }],
    ['no object', HOOK, '7', { HOOK_SECRET: SECRET }],
    ['an error', HOOK, '{"error":{"message":"No quota","id":"req-12345"}}', { HOOK_SECRET: SECRET }],
    ['a form without an id', HOOK, 'event=ping-12345', { HOOK_SECRET: SECRET }],
    [
      'a body of 2 MiB',
      HOOK,
      JSON.stringify({ task_id: 'a', data: 'x'.repeat(2 * 1024 * 1024) }),
      { HOOK_SECRET: SECRET },
    ],
  ])('%s: 204 and nothing is asked', async (_, path, body, env) => {
    const { send, asked, log } = hooks(env);
    await silent(await send(path, body));
    expect([asked, log]).toEqual([[], []]);
  });

  it('is 204 with wrong settings, and when the reading fails, which is logged without the path', async () => {
    await silent(await hooks({}, { settings: wrongSettings() }).send(HOOK, NAMING));
    const askCalled = () => Promise.reject(new Error('No ledger'));
    const { send, log } = hooks({ HOOK_SECRET: SECRET }, { askCalled });
    await silent(await send(HOOK, NAMING));
    expect(log).toMatchObject([{ event: 'error', at: 'hooks', message: 'Error: No ledger' }]);
    expect(JSON.stringify(log)).not.toContain(SECRET);
  });

  it('a body that breaks off is 204', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('The caller left')) });
    await silent(await hooks().send(HOOK, body));
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s is 405', async (method) => {
    const { send, asked } = hooks();
    const answer = await send(HOOK, null, {}, method);
    expect([answer.status, answer.headers.get('allow'), asked]).toEqual([405, 'POST', []]);
  });
});
