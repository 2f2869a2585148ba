// What happened is told: the log, signed webhooks with their retries, a vendor's callbacks, takedowns and imports, over HTTP against npm start.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { Product, stopAll, until } from './product.ts';
import { makeSong, newRelay, pollsOf, taskAnswer } from './world.ts';

const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] as const;
const HOOK_SECRET = 'hook-secret-0123456789';

let standIn: StandIn;
let product: Product;
let relay: TestSpace;
let moody: TestSpace;
let calm: TestSpace;
let everybody: string;

beforeAll(async () => {
  standIn = await startStandIn();
  relay = newRelay(standIn.url);
  moody = newRelay(standIn.url);
  calm = newRelay(standIn.url);
  everybody = await relay.receiver([
    { status: 500 },
    { status: 503, headers: { 'retry-after': '1' } },
    { status: 204 },
  ]);
  product = await Product.start({
    vendors: { relay: relay.url, moody: moody.url, calm: calm.url },
    vars: { WEBHOOK_URL: everybody, WEBHOOK_SECRET: SECRETS.join(' '), HOOK_SECRET },
  });
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const pathOf = (url: string): string => new URL(url).pathname.replace(new URL(relay.url).pathname, '');
const received = (url: string) => relay.log(pathOf(url));
async function logOf(is: (event: Event) => boolean): Promise<Event[]> {
  const events: Event[] = [];
  let cursor = '';
  for (;;) {
    const { json } = await product.get(`/v1/events?limit=100${cursor}`);
    events.push(...json.data);
    if (!json.has_more) return events.filter(is);
    cursor = `&cursor=${json.next_cursor}`;
  }
}
const isOf =
  (id: string) =>
  ({ data }: Event): boolean =>
    ('task_id' in data && data.task_id === id) || ('id' in data && data.id === id);
const told = (id: string, count: number): Promise<Event[]> =>
  until(`${count} events of ${id}`, async () => {
    const events = await logOf(isOf(id));
    return events.length >= count ? events : null;
  });

describe.concurrent('the log and the webhooks', () => {
  it('tell of a song, in order, with the task and the clips as they stood, to everybody and to who asked for it', async () => {
    const own = await relay.receiver();
    await makeSong(relay, 'told');
    const { status } = await product.call('POST', '/v1/tasks', {
      body: { vendor: 'relay', ids: ['told'], webhook_url: own },
    });
    expect(status).toBe(202);
    const events = await told('told', 4);
    expect(events.map(({ type }) => type)).toEqual([
      'task.succeeded',
      'clip.archived',
      'clip.archived',
      'task.settled',
    ]);
    expect(events[0]?.data).toMatchObject({ status: 'succeeded', archive: { state: 'pending' } });
    expect(events[1]?.data).toMatchObject({ audio: { state: 'archived' }, cover: { state: 'archived' } });
    expect(events[3]?.data).toMatchObject({
      tracking: { state: 'settled' },
      archive: { state: 'complete', archived: 4 },
    });

    for (const receiver of [own, everybody]) {
      const got = await until('all four, delivered', async () => {
        const mine = (await received(receiver)).filter(({ body }) => isOf('told')(JSON.parse(body) as Event));
        return new Set(mine.map(({ headers }) => headers['webhook-id'])).size === 4 ? mine : null;
      });
      for (const { headers, body } of got) {
        for (const secret of SECRETS)
          expect(new Webhook(secret).verify(body, headers as never)).toEqual(JSON.parse(body));
        // The log, every receiver and every try have the same bytes.
        expect(body).toBe(JSON.stringify(events.find(({ id }) => id === headers['webhook-id'])));
      }
    }
  });

  it('tell when a vendor is paused and answers again', async () => {
    await moody.vendor({ fault: 'status', status: 401 });
    await makeSong(moody, 'kept-out');
    await product.track('moody', ['kept-out']);
    const isMoody = ({ data }: Event): boolean => 'vendor' in data && data.vendor === 'moody' && 'reason' in data;
    await until('the pause', async () => (await logOf(isMoody)).length === 1);
    expect((await product.get('/v1/stats')).json.vendors.moody).toMatchObject({ health: 'paused', pending: 1 });
    expect((await product.get('/metrics')).text).toContain('vendor="moody"');
    await moody.vendor({});
    const resumed = await product.call('POST', '/v1/vendors/moody/resume');
    expect(resumed.status).toBe(202);
    expect(resumed.json).toMatchObject({ health: 'ok' });
    await product.settled('moody', 'kept-out');
    expect((await logOf(isMoody)).map(({ type }) => type)).toEqual(['vendor.paused', 'vendor.resumed']);
  });

  it('show a delivery that nobody will take as failed', async () => {
    const gone = await calm.receiver([{ status: 410 }]);
    await calm.task('unheard', [taskAnswer('unheard', 'FAILURE', null)]);
    await product.call('POST', '/v1/tasks', { body: { vendor: 'calm', ids: ['unheard'], webhook_url: gone } });
    await until('the failures', async () => (await product.get('/v1/stats')).json.deliveries.failed >= 2);
    expect(await calm.log(new URL(gone).pathname.replace(new URL(calm.url).pathname, ''))).toHaveLength(2);
  });
});

describe.concurrent("a vendor's callback", () => {
  it('makes the task be asked for at once, and is not believed', async () => {
    await relay.task('hooked', [taskAnswer('hooked', 'IN_PROGRESS', null)]);
    await product.track('relay', ['hooked']);
    await product.reach('relay', 'hooked', ({ status }) => status === 'running');
    const lie = taskAnswer('hooked', 'SUCCESS', [{ id: 'lie', status: 'complete', audio_url: `${relay.url}/lie.mp3` }]);
    const hook = await product.call('POST', `/hooks/relay/${HOOK_SECRET}`, { body: lie.body, token: null });
    expect([hook.status, hook.text]).toEqual([204, '']);
    const before = (await pollsOf(relay, 'hooked')).length;
    await until('one more poll', async () => (await pollsOf(relay, 'hooked')).length > before);
    expect((await product.get('/v1/tasks/hooked?vendor=relay')).json).toMatchObject({ status: 'running', clips: [] });
  });

  it('begins to track a task that only the vendor knew', async () => {
    await makeSong(relay, 'surprise');
    await product.call('POST', `/hooks/relay/${HOOK_SECRET}`, { body: { task_id: 'surprise' }, token: null });
    await product.settled('relay', 'surprise');
  });

  it('looks the same whatever is wrong with it', async () => {
    const asks = (await relay.log('/suno/fetch/never')).length;
    const seen = new Set<string>();
    for (const path of [`/hooks/relay/${HOOK_SECRET}`, '/hooks/relay/wrong-secret', '/hooks/nobody/x']) {
      const { status, text, headers } = await product.call('POST', path, { body: { task_id: 'never' }, token: null });
      const same = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
      seen.add(JSON.stringify([status, text, same]));
    }
    expect(seen.size).toBe(1);
    await until('the question', async () => (await relay.log('/suno/fetch/never')).length > asks);
    expect(await product.list('relay')).not.toContainEqual(expect.objectContaining({ id: 'never' }));
    expect(product.output).not.toContain(HOOK_SECRET);
  });
});

describe.concurrent('a submit', () => {
  it('is tracked, and its callback is called once with the finished row and links that last', async () => {
    const own = await relay.receiver([{ status: 500 }, { status: 200 }]);
    await makeSong(relay, 'rain-song');
    await relay.answers('POST /suno/submit/music', [{ body: { code: 'success', message: '', data: 'rain-song' } }]);
    const submit = await product.call('POST', '/suno/submit/music', { body: { prompt: 'rain', notify_hook: own } });
    expect([submit.status, submit.json]).toEqual([200, { code: 'success', message: '', data: 'rain-song' }]);
    const [asked] = await relay.log('/suno/submit/music');
    const notify_hook = `${product.url}/hooks/relay/${HOOK_SECRET}`;
    expect(JSON.parse(asked?.body ?? '')).toEqual({ prompt: 'rain', notify_hook });
    const calls = await until('the callback', async () => {
      const all = await received(own);
      return all.length === 2 ? all : null;
    });
    const { json } = await product.get('/suno/fetch/rain-song');
    expect(calls.map(({ body }) => JSON.parse(body))).toEqual([json.data, json.data]);
    expect(calls[0]?.headers['webhook-signature']).toBeUndefined();
    expect(calls[0]?.body).toContain(`${product.url}/media/`);
    expect(calls[0]?.body).not.toMatch(/user_id|quota|notify_hook/);
  });
});

describe.concurrent('clips', () => {
  it('are found by their words, changed, and taken down everywhere', async () => {
    const song = await makeSong(relay, 'listed');
    await product.track('relay', ['listed']);
    const task = await product.settled('relay', 'listed');
    const [first, second] = task.clips;
    const self = new URL(first!.links.self).pathname;
    const changed = await product.call('PATCH', self, { body: { title: '夜の海を歩く', visibility: 'public' } });
    expect(changed.json).toMatchObject({ title: '夜の海を歩く', visibility: 'public', slug: first!.slug });
    const slugs = async (query: string): Promise<string[]> =>
      (await product.get(`/v1/clips?${query}`)).json.data.map(({ slug }: { slug: string }) => slug);
    expect(await slugs(`q=${encodeURIComponent('の海')}`)).toEqual([first!.slug]);
    expect(await slugs(`q=${encodeURIComponent('海 folk')}&visibility=public`)).toEqual([first!.slug]);
    expect(await slugs('q=quiet&limit=100')).toContain(second!.slug);

    const url = first!.audio!.url!;
    expect((await product.get(url)).status).toBe(200);
    expect((await product.call('DELETE', self)).status).toBe(204);
    for (const path of [self, url, first!.audio!.link!, first!.cover!.url!])
      expect((await product.get(path)).status).toBe(410);
    expect((await product.call('PATCH', self, { body: { title: 'Back' } })).status).toBe(410);
    expect(await slugs('visibility=public&limit=100')).not.toContain(first!.slug);
    const after = (await product.call('POST', '/v1/tasks/listed/retry?vendor=relay')).json;
    expect(after.clips[0].audio).toMatchObject({ state: 'unavailable', reason: 'taken_down' });
    await product.settled('relay', 'listed');
    expect((await product.get(url)).status).toBe(410);
    expect((await product.get(second!.audio!.url!)).status).toBe(200);
    expect(song.clips).toHaveLength(2);
  });
});

describe.concurrent('an import', () => {
  it('archives songs from saved answers, and asks the vendor nothing', async () => {
    await makeSong(relay, 'source');
    const answers = (await relay.log('/nothing')).length === 0 ? [await whole('source')] : [];
    const imported = answers.map((answer) => JSON.parse(JSON.stringify(answer).replaceAll('source', 'imported')));
    // The files keep their addresses.
    const saved = JSON.parse(JSON.stringify(imported).replaceAll('/media/imported', '/media/source'));
    const { status, json } = await product.call('POST', '/v1/tasks/import', {
      body: { vendor: 'relay', answers: [...saved, { nothing: true }] },
    });
    expect(status).toBe(202);
    expect(json.results).toMatchObject([{ id: 'imported', created: true }, { error: { code: 'invalid_request' } }]);
    const task = await product.settled('relay', 'imported');
    expect(task.archive).toMatchObject({ state: 'complete', archived: 4 });
    expect(await pollsOf(relay, 'imported')).toEqual([]);
  });

  /** The vendor's last answer for a song. */
  async function whole(id: string): Promise<object> {
    for (;;) {
      const answer = (await (await fetch(`${relay.url}/suno/fetch/${id}`)).json()) as { data: { status: string } };
      if (answer.data.status === 'SUCCESS') return answer;
    }
  }
});

describe('lists', () => {
  it('show each of 250 tasks over three vendors once while 50 more arrive, and all of them settle', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `lyrics-${index}`);
    const done = (id: string) => ({
      body: { task_id: id, status: 'SUCCESS', data: { title: 'A', text: 'words', id } },
    });
    const vendors = { relay, moody, calm };
    const vendorOf = (index: number) => (['relay', 'moody', 'calm'] as const)[index % 3] ?? 'relay';
    const spaceOf = (index: number) => vendors[vendorOf(index)];
    await Promise.all(ids.map((id, index) => spaceOf(index).task(id, [done(id)])));
    for (const vendor of Object.keys(vendors))
      await product.track(
        vendor,
        ids.filter((_, index) => vendorOf(index) === vendor),
      );
    const seen: string[] = [];
    let cursor = '';
    let page = 0;
    do {
      const { json } = await product.get(`/v1/tasks?limit=20${cursor}`);
      seen.push(...json.data.map(({ id }: { id: string }) => id));
      cursor = json.has_more ? `&cursor=${json.next_cursor}` : '';
      if (page < 5)
        await product.track(
          'relay',
          Array.from({ length: 10 }, (_, index) => `late-${page}-${index}`),
        );
      page++;
    } while (cursor !== '');
    const ours = seen.filter((id) => id.startsWith('lyrics-'));
    expect(ours.sort()).toEqual([...ids].sort());
    expect(seen.filter((id) => id.startsWith('late-'))).toEqual([]);
    await until('all settled', async () => {
      const settled = await product.get(
        '/v1/tasks?kind=lyrics&tracking=settled&status=succeeded&archive=none&limit=100&vendor=calm',
      );
      return settled.json.data.length >= 83;
    });
  });
});
