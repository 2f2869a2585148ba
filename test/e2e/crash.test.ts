// kill -9 of the whole process group at bad moments: nothing is lost, nothing is there twice, and what was under way goes on at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import { BUSY_MACHINE } from '../support/waiting.ts';
import type { Task } from '../../src/model/task.ts';
import { callers, Product, isSettled, stopAll, until } from './product.ts';
import { bytesOf, makeSong, newRelay, pollsOf, sha256, type Song } from './world.ts';

/** Far below the mirror's lease (60 s) and a vendor's time-out (20 s): whoever waits for either is too late. */
const AT_ONCE_MS = 15_000;
const EXTENSIONS = { audio: ['mp3', 'aac', 'm4a', 'wav', 'ogg', 'flac'], cover: ['jpg', 'png', 'webp'] } as const;

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const start = (relay: TestSpace): Promise<Product> => Product.start({ vendors: { relay: relay.url } });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `song-${index}`);

/** Each file of each song is archived, whole, once, and its bytes are those that its record tells. */
async function expectWhole(product: Product, songs: readonly Song[]): Promise<Task[]> {
  const tasks = await product.list('relay');
  expect(tasks.map(({ id }) => id).sort()).toEqual(songs.map(({ id }) => id).sort());
  for (const song of songs) {
    const task = tasks.find(({ id }) => id === song.id);
    expect(task).toMatchObject({
      status: 'succeeded',
      archive: { state: 'complete', archived: 2 * song.clips.length },
    });
    for (const clip of task?.clips ?? []) {
      for (const role of ['audio', 'cover'] as const) {
        const answer = await product.get(clip[role]?.url ?? '', { token: null });
        expect([answer.status, answer.bytes.length, sha256(answer.bytes)]).toEqual([
          200,
          clip[role]?.bytes,
          clip[role]?.sha256,
        ]);
        const objects: string[] = [];
        for (const ext of EXTENSIONS[role]) {
          const there = await product.call('HEAD', `/media/${clip.slug}/${role}.${ext}`, { token: null });
          if (there.status === 200) objects.push(ext);
        }
        expect(objects).toHaveLength(1);
      }
    }
  }
  return tasks;
}

const allSettled = (product: Product, count: number): Promise<unknown> =>
  until(
    `${count} songs settled`,
    async () => (await product.list('relay')).filter(isSettled).length === count,
    AT_ONCE_MS,
  );

describe.concurrent('killed in the middle of archiving', () => {
  it('takes again at once what had not come, and leaves alone what had', BUSY_MACHINE, async () => {
    const relay = newRelay(standIn.url);
    const product = await start(relay);
    const songs: Song[] = [];
    // The second clip's audio waits; whoever asks for any file a second time gets other bytes.
    const clips = [
      { audio: { then_seed: 1_000 }, cover: { then_seed: 1_001 } },
      { audio: { hold: true, then_seed: 1_002 }, cover: { then_seed: 1_003 } },
    ];
    for (const id of names(3)) songs.push(await makeSong(relay, id, { running: 0, clips }));
    await product.track('relay', names(3));
    const isHeld = ({ path, ended }: { path: string; ended: number | null }) =>
      path.endsWith('-2.mp3') && ended === null;
    await until('first clips archived, second clips on their way', async () => {
      const archived = (await product.list('relay')).filter((task) => task.archive.archived >= 2);
      return archived.length === 3 && (await relay.log('/media/')).filter(isHeld).length === 3;
    });

    await product.kill();
    await relay.release();
    await until('the end of all downloads', async () => !(await relay.log('/media/')).some(isHeld));
    for (const song of songs) {
      const [, second] = song.clips;
      if (second) await relay.media(second.audioName, { recipe: second.audio });
    }
    await product.start();
    await allSettled(product, 3);
    const tasks = await expectWhole(product, songs);

    for (const song of songs) {
      const task = tasks.find(({ id }) => id === song.id);
      const [first, second] = song.clips;
      for (const role of ['audio', 'cover'] as const) {
        expect(task?.clips[0]?.[role]?.sha256).toBe(sha256(bytesOf(first?.[role] ?? { kind: 'text', bytes: 0 })));
      }
      expect(task?.clips[1]?.audio?.sha256).toBe(sha256(bytesOf(second?.audio ?? { kind: 'text', bytes: 0 })));
      expect((await relay.log(`/media/${first?.audioName}`)).length).toBe(1);
      expect((await relay.log(`/media/${second?.audioName}`)).length).toBe(2);
      expect((await pollsOf(relay, song.id)).length).toBe(2);
    }
  });

  it('comes through several kills in a row, each while files trickle in', async () => {
    const relay = newRelay(standIn.url);
    const product = await start(relay);
    const songs: Song[] = [];
    const trickle = { audio: { fault: 'drip', ms: 1_500 } } as const;
    for (const id of names(6)) songs.push(await makeSong(relay, id, { running: 0, clips: [trickle, {}] }));
    await product.track('relay', names(6));
    for (let kill = 1; kill <= 3; kill++) {
      const before = (await relay.log('/media/')).length;
      await until('files on their way', async () => (await relay.log('/media/')).length > before);
      await product.kill();
      await product.start();
    }
    await until('all settled', async () => (await product.list('relay')).filter(isSettled).length === 6);
    await expectWhole(product, songs);
    for (const task of await product.list('relay')) {
      for (const clip of task.clips) expect([clip.audio?.attempts, clip.cover?.attempts]).toEqual([1, 1]);
    }
  });
});

describe.concurrent('killed while a vendor is being asked', () => {
  it('asks again at once, and counts what was answered once', BUSY_MACHINE, async () => {
    const relay = newRelay(standIn.url);
    const product = await start(relay);
    const songs = [await makeSong(relay, 'song-0'), await makeSong(relay, 'song-1')];
    await relay.vendor({ hold: true });
    await product.track('relay', names(2));
    await until('a poll that waits', async () => (await relay.log('/suno/fetch')).length > 0);
    await product.kill();
    await relay.vendor({});
    await relay.release();
    await relay.clearLog();
    await product.start();
    await allSettled(product, 2);
    for (const task of await expectWhole(product, songs)) expect(task.tracking.polls).toBeGreaterThan(0);
  });
});

describe.concurrent('killed while a song is being ordered', () => {
  it('orders no second one under the same key, and says where to look; another key orders', async () => {
    const relay = newRelay(standIn.url);
    const product = await start(relay);
    const made = (data: string) => ({ body: { code: 'success', message: '', data } });
    await relay.answers('POST /suno/submit/music', [{ ...made('song-0'), hold: true }, made('song-1')]);
    const [token = ''] = callers();
    const order = (key: string) =>
      product.call('POST', '/suno/submit/music', { body: {}, token, headers: { 'Idempotency-Key': key } });
    const orders = async () => (await relay.log('/suno/submit')).length;
    const first = order('order-7').catch(() => null);
    await until('the order at the vendor', async () => (await orders()) > 0);
    await product.kill();
    await relay.release();
    await first;
    await product.start();
    const again = await order('order-7');
    expect([again.status, again.json.code, await orders()]).toEqual([409, 'idempotency_conflict', 1]);
    const next = [await order('order-8'), await order('order-8')];
    expect(next.map(({ status, json }) => [status, json.data])).toEqual([
      [200, 'song-1'],
      [200, 'song-1'],
    ]);
    expect([next[1]?.headers.get('idempotent-replayed'), await orders()]).toEqual(['true', 2]);
  });
});

describe.concurrent('killed in between', () => {
  it('right after tracking was confirmed: every id is still there, and settles', BUSY_MACHINE, async () => {
    const relay = newRelay(standIn.url);
    const product = await start(relay);
    const songs: Song[] = [];
    for (const id of names(4)) songs.push(await makeSong(relay, id, { running: 0 }));
    await product.track('relay', names(4));
    await product.kill();
    await product.start();
    await allSettled(product, 4);
    await expectWhole(product, songs);
  });

  it(
    'right after all had settled: the same tasks, links and records, and nobody is asked again',
    BUSY_MACHINE,
    async () => {
      const relay = newRelay(standIn.url);
      const product = await start(relay);
      const songs = [await makeSong(relay, 'song-0', { running: 0 }), await makeSong(relay, 'song-1', { running: 0 })];
      await product.track('relay', names(2));
      await allSettled(product, 2);
      const before = await product.list('relay');
      await product.kill();
      await relay.clearLog();
      await product.start();
      expect(await expectWhole(product, songs)).toEqual(before);
      const dropIn = await product.call('POST', '/suno/fetch', { body: { ids: names(2) } });
      expect(dropIn.json.data.map((row: { task_id: string }) => row.task_id)).toEqual(names(2));
      expect(await relay.log()).toEqual([]);
    },
  );
});
