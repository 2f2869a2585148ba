// What is wrong with stored bytes is found: a flipped one, a missing object, another size, an object of nobody.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { takeDown } from '../../src/flows/edit-clip.ts';
import { slugOf } from '../../src/model/id.ts';
import { INCOMING_KEEP_MS, VERIFY_MAX_BYTES } from '../../src/model/limits.ts';
import { newSpace } from '../support/space.ts';
import { clipDeps, emptyBuckets, keysOf, upkeepOf, verifyAll } from './archive.ts';
import { song, system, type System } from './system.ts';

beforeEach(emptyBuckets);

/** Tasks with one archived clip each; answers the system and the keys of their audio. */
async function archived(ids: readonly string[], bytes = 900): Promise<{ test: System; keys: string[] }> {
  const space = newSpace();
  const test = system({ alpha: space });
  const keys: string[] = [];
  for (const [index, id] of ids.entries()) {
    const clip = crypto.randomUUID();
    const audio = await space.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes, seed: index + 1 } });
    const cover = await space.media(`${id}.jpeg`, { recipe: { kind: 'jpeg', bytes: 300, seed: index + 1 } });
    await space.task(id, [song(id, { clips: [{ id: clip, audio, cover }] })]);
    keys.push(`media/${slugOf('alpha', clip)}/audio.mp3`);
  }
  await test.ledger.track('alpha', [...ids], { webhook_url: null, visibility: null });
  await test.tick();
  await test.mirror();
  return { test, keys };
}
const slug = (key: string): string => key.split('/')[1] ?? '';

/** The object with other bytes, as if the disk or somebody had changed it. */
async function overwrite(key: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): Promise<void> {
  const bytes = new Uint8Array(await (await env.MEDIA.get(key))!.arrayBuffer());
  await env.MEDIA.put(key, change(bytes));
}

describe('verify()', () => {
  it('finds nothing where all is well, and looks at each file and at each object', async () => {
    const { test } = await archived(['a', 'b', 'c']);
    expect(await verifyAll(test)).toEqual({ checked: 12, problems: [], pages: 1 });
  });

  it('finds a flipped byte, a missing object, another size and an orphan, each under its key, page by page too', async () => {
    const { test, keys } = await archived(['a', 'b', 'c', 'd', 'e', 'f']);
    const [flipped = '', missing = '', shorter = ''] = keys;
    await overwrite(flipped, (bytes) => bytes.map((byte, index) => (index === 500 ? byte ^ 1 : byte)));
    await env.MEDIA.delete(missing);
    await overwrite(shorter, (bytes) => bytes.subarray(1));
    const orphans = [`media/${crypto.randomUUID()}/audio.mp3`, `media/${slug(flipped)}/audio.ogg`, 'something else'];
    for (const key of orphans) await env.MEDIA.put(key, 'x');
    const expected = [
      { key: flipped, problem: 'sha256' },
      { key: missing, problem: 'missing' },
      { key: shorter, problem: 'size' },
      ...orphans.map((key) => ({ key, problem: 'orphan' })),
    ];
    for (const step of [0, 30_000]) {
      const { problems, pages } = await verifyAll(test, step);
      expect(problems).toHaveLength(expected.length);
      expect(problems).toEqual(expect.arrayContaining(expected));
      expect(pages > 1).toBe(step > 0);
    }
  });

  it('finds what is left of a clip that was taken down, and no fault in what is gone', async () => {
    const { test, keys } = await archived(['a', 'b']);
    const [key = ''] = keys;
    const bytes = await (await env.MEDIA.get(key))!.arrayBuffer();
    await takeDown(slug(key), async () => undefined, clipDeps(test));
    expect((await verifyAll(test)).problems).toEqual([]);
    await env.MEDIA.put(key, bytes);
    expect((await verifyAll(test)).problems).toEqual([{ key, problem: 'orphan' }]);
  });

  it('takes nothing for an orphan that is on its way into a record', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const clip = crypto.randomUUID();
    const audio = await space.media('a.mp3', { recipe: { kind: 'mp3', bytes: 900 } });
    await space.task('a', [
      song('a', {
        clips: [
          { id: clip, audio },
          { id: crypto.randomUUID(), audio: `${audio}x` },
        ],
      }),
    ]);
    await test.ledger.track('alpha', ['a'], { webhook_url: null, visibility: null });
    await test.tick();
    const key = `media/${clip}/audio.mp3`;
    // Put, and not reported yet.
    await env.MEDIA.put(key, 'x');
    expect((await verifyAll(test)).problems).toEqual([]);
    await env.MEDIA.delete(key);
    // Reported, and not recorded before its sibling is there.
    await test.mirror();
    expect(await keysOf(env.RECORDS)).toEqual([]);
    expect((await verifyAll(test)).problems).toEqual([]);
    await runInDurableObject(test.ledger, (_, { storage }) => void storage.sql.exec('DELETE FROM tasks'));
    expect((await verifyAll(test)).problems).toEqual([{ key, problem: 'orphan' }]);
  });

  it('reads no further clip in a call that has read as much as an invocation’s processor allows', async () => {
    const { test } = await archived(['a', 'b', 'c', 'd'], VERIFY_MAX_BYTES / 2);
    // Two clips reach it.
    expect(await verifyAll(test)).toEqual({ checked: 16, problems: [], pages: 2 });
  });

  it('reads a large file from beginning to end', async () => {
    const { test, keys } = await archived(['large'], 9 * 1024 * 1024);
    expect((await verifyAll(test)).problems).toEqual([]);
    await overwrite(keys[0] ?? '', (bytes) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1));
    expect((await verifyAll(test)).problems).toEqual([{ key: keys[0], problem: 'sha256' }]);
  });

  it('goes on past a record that nobody can read, whose objects no record names', async () => {
    const { test, keys } = await archived(['a', 'b']);
    const [key = ''] = keys;
    await env.RECORDS.put(`clips/${slug(key)}.json`, '{');
    const { problems } = await verifyAll(test);
    expect(problems.map((one) => one.problem)).toEqual(['orphan', 'orphan']);
    expect(problems.map((one) => slug(one.key))).toEqual([slug(key), slug(key)]);
    expect(test.log.filter(({ at }) => at === 'verify').length).toBeGreaterThan(0);
  });
});

describe('daily()', () => {
  const lines = ({ log }: System, event: string) => log.filter((line) => line['event'] === event);

  it('verifies a share, says so in one line and one for each problem, and goes on there the next day', async () => {
    const { test, keys } = await archived(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    await env.MEDIA.delete(keys[0] ?? '');
    const impatient = upkeepOf(test, test.ledger, 30_000);
    let days = 0;
    do {
      await impatient.daily();
      expect(lines(test, 'verify')).toHaveLength(++days);
    } while (lines(test, 'verify').at(-1)?.['done'] !== true);
    expect(days).toBeGreaterThan(1);
    const sum = (name: string) => lines(test, 'verify').reduce((total, line) => total + Number(line[name]), 0);
    expect([sum('checked'), sum('problems')]).toEqual([27, 1]);
    expect(lines(test, 'verify.problem')).toEqual([{ event: 'verify.problem', key: keys[0], problem: 'missing' }]);
    expect(await test.ledger.verifyCursor()).toBeNull();
  });

  it('clears away what broken uploads left a day ago, and nothing else', async () => {
    const { test } = await archived(['a']);
    await env.RECORDS.put('incoming/left', 'x');
    const before = await keysOf(env.RECORDS);
    await upkeepOf(test, test.ledger).daily();
    expect(await keysOf(env.RECORDS)).toEqual(before);
    await upkeepOf(test, test.ledger, INCOMING_KEEP_MS + 60_000).daily();
    expect(await keysOf(env.RECORDS)).toEqual(before.filter((key) => key !== 'incoming/left'));
  });
});
