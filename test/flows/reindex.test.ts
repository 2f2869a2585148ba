// The buckets alone tell everything: a ledger that has lost its storage is rebuilt from them, and one at work takes no harm.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clipRecordKey, taskRecordKey } from '../../src/archive/keys.ts';
import { readTaskRecord, saveTask } from '../../src/archive/records.ts';
import { changeClip, takeDown } from '../../src/flows/edit-clip.ts';
import { readAnew } from '../../src/flows/reindex.ts';
import { track, untrack } from '../../src/flows/track.ts';
import { parseJson } from '../../src/lib/json.ts';
import { slugOf } from '../../src/model/id.ts';
import { newTask } from '../../src/model/lifecycle.ts';
import type { Raw, Stored } from '../../src/model/state.ts';
import type { Reading, Task } from '../../src/model/task.ts';
import { readBatch, readTask } from '../../src/relay/normalize.ts';
import { bodyText, type Sample } from '../relay/samples.ts';
import { due } from '../ledger/calls.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { clipDeps, emptyBuckets, listsOf, rebuild, tasksOf, trackDeps, upkeepOf } from './archive.ts';
import { type Ledger, records, song, system, type System } from './system.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const OPTIONS = { webhook_url: null, visibility: null };
const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  await emptyBuckets();
});
afterEach(() => void vi.useRealTimers());

const another = (): Ledger => env.LEDGER.getByName(crypto.randomUUID());
const uuid = (): string => crypto.randomUUID();

/** A clip whose files are there. */
async function clip(space: TestSpace, id = uuid()) {
  const seed = Math.ceil(Math.random() * 1e6);
  const audio = await space.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes: 900, seed } });
  const cover = await space.media(`${id}.jpeg`, { recipe: { kind: 'jpeg', bytes: 300, seed } });
  return { id, audio, cover };
}

/** Tracks these songs and brings each as far as it comes by itself. */
async function archive(test: System, ids: readonly string[], options: object = OPTIONS): Promise<void> {
  await test.ledger.track('alpha', [...ids], { ...OPTIONS, ...options });
  for (let round = 0; round < 2; round++) {
    await test.tick();
    await test.mirror();
  }
}

/** A song with one archived clip; answers its slug. */
async function one(test: System, space: TestSpace, id: string, options: object = {}): Promise<string> {
  const made = await clip(space);
  await space.task(id, [song(id, { clips: [made] })]);
  await archive(test, [id], options);
  return slugOf('alpha', made.id);
}

/** A world with a task of every kind, all of it recorded. */
async function everything(test: System, space: TestSpace) {
  const [first, second, third] = [await clip(space), await clip(space), await clip(space, 'short-clip')];
  await space.task('two', [song('two', { clips: [first, second] })]);
  await space.task('odd id/ä', [song('odd id/ä', { clips: [third] })]);
  await space.task('failed', [song('failed', { status: 'FAILURE' })]);
  await space.task('running', [
    song('running', { status: 'IN_PROGRESS', clips: [{ id: uuid(), status: 'streaming' }] }),
  ]);
  await archive(test, ['two', 'odd id/ä', 'failed', 'running']);
  await space.task('shared', [song('shared', { clips: [first] })]);
  pass(1_000);
  await archive(test, ['shared'], { visibility: 'public', webhook_url: 'https://hooks.example/x' });
  const gone = await one(test, space, 'taken down');
  await takeDown(gone, async () => undefined, clipDeps(test));
  await changeClip(slugOf('alpha', second.id), { title: 'My own', visibility: 'public' }, clipDeps(test));
  const left = await one(test, space, 'untracked');
  await untrack('alpha', 'untracked', trackDeps(test));
  // Old enough to be recorded unfinished.
  pass(11 * MINUTE);
  await test.tick();
  await test.tick();
  return { gone, left };
}

/**
 * What may differ, and why: when the vendor is asked next is decided anew from the last recorded poll; polls since the
 * last save, and the error of a look since then, are not worth a write of their own.
 */
const comparable = (task: Task) => ({
  ...task,
  tracking: { ...task.tracking, next_poll_at: null, polls: null, last_polled_at: null, last_error: null },
});
const counted = ({ tracking: { polls, last_polled_at } }: Task) => ({ polls, last_polled_at });

describe('reindex()', () => {
  it('rebuilds from the buckets alone: the same tasks in their order, clips, lists, search and numbers', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const { gone, left } = await everything(test, space);
    const [tasks, lists] = [await tasksOf(test.ledger), await listsOf(test.ledger)];
    expect(tasks.map(({ id }) => id)).toEqual(['taken down', 'shared', 'running', 'failed', 'odd id/ä', 'two']);
    const ledger = another();
    expect(await rebuild(test, ledger)).toEqual({ tasks: 6, clips: 6, pages: 1 });

    expect((await tasksOf(ledger)).map(comparable)).toEqual(tasks.map(comparable));
    const settled = ({ tracking }: Task) => tracking.state === 'settled';
    expect((await tasksOf(ledger)).filter(settled).map(counted)).toEqual(tasks.filter(settled).map(counted));
    expect(await listsOf(ledger)).toEqual(lists);
    expect(lists.clips.map(({ clip: { slug } }) => slug)).toContain(left);
    expect(lists.found).not.toContain(gone);
    expect(test.sent).toEqual([]);
  });

  it('comes to the same page by page, however small the pages are', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await everything(test, space);
    const [whole, paged] = [another(), another()];
    await rebuild(test, whole);
    expect((await rebuild(test, paged, 30_000)).pages).toBeGreaterThan(2);
    expect((await tasksOf(paged)).map(comparable)).toEqual((await tasksOf(whole)).map(comparable));
    expect(await listsOf(paged)).toEqual(await listsOf(whole));
  });

  it('changes nothing the second time, nor on the ledger at work: no row, no event, no record', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await everything(test, space);
    const rebuilt = another();
    await rebuild(test, rebuilt);
    for (const ledger of [rebuilt, test.ledger]) {
      const [before, etags, events] = [await rowsOf(ledger), await etagsOf(), await eventsOf(ledger)];
      await rebuild(test, ledger);
      expect([await rowsOf(ledger), await etagsOf(), await eventsOf(ledger)]).toEqual([before, etags, events]);
    }
    expect(await eventsOf(rebuilt)).toEqual([]);
    expect((await due(rebuilt)).saves).toEqual([]);
  });

  it('polls unfinished tasks on, and tells of their end once', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await everything(test, space);
    const made = await clip(space);
    await space.task('running', [song('running', { clips: [made] })]);
    const again = system({ alpha: space }, { ledger: another() });
    await rebuild(again, again.ledger);
    pass(2 * MINUTE);
    // Its record has a clip that never ended: the song is asked on for a while.
    for (let round = 0; round < 3; round++) {
      await again.tick();
      await again.mirror();
      pass(MINUTE);
    }
    const running = (await tasksOf(again.ledger)).find(({ id }) => id === 'running');
    expect(running).toMatchObject({
      status: 'succeeded',
      tracking: { state: 'settled' },
      archive: { state: 'complete' },
    });
    expect(await eventsOf(again.ledger)).toEqual(['task.succeeded', 'clip.archived', 'task.settled']);
  });

  it('goes on with files that were pending, and takes what an earlier try has put', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const made = await clip(space);
    await space.task('slow', [song('slow', { clips: [{ ...made, cover: '' }] })]);
    await test.ledger.track('alpha', ['slow'], OPTIONS);
    await test.tick();
    // Recorded while its file is on its way; the file arrives, and its report is lost with the ledger.
    const known = await test.ledger.peek('alpha', 'slow');
    await saveTask(known!.stored, records);
    await test.mirror(test.sent.splice(0));
    await space.clearLog();
    await env.RECORDS.delete(clipRecordKey(made.id));
    await env.RECORDS.delete(taskRecordKey('alpha', 'slow'));
    await saveTask(known!.stored, records);

    const again = system({ alpha: space }, { ledger: another() });
    await rebuild(again, again.ledger);
    expect(again.sent).toHaveLength(1);
    await again.mirror();
    expect((await tasksOf(again.ledger))[0]).toMatchObject({ archive: { state: 'complete', archived: 1 } });
    expect(await space.log('/media/')).toEqual([]);
  });

  it('brings neither what was taken down nor what was untracked back, also while a page is read', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const gone = await one(test, space, 'gone');
    await one(test, space, 'left');
    await takeDown(gone, async () => undefined, clipDeps(test));
    const read = await readTaskRecord('alpha', 'left', records);
    await untrack('alpha', 'left', trackDeps(test));
    await test.ledger.rebuild([{ stored: read!, more: null }], []);
    expect((await tasksOf(test.ledger)).map(({ id }) => id)).toEqual(['gone']);

    const ledger = another();
    await rebuild(test, ledger);
    expect((await tasksOf(ledger)).map(({ id }) => id)).toEqual(['gone']);
    expect((await ledger.clip(gone))?.clip.taken_down_at).not.toBeNull();
    expect((await ledger.retry('alpha', 'gone'))?.messages).toEqual([]);
  });

  it('does not list again what had been pruned, and keeps its songs', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const slug = await one(test, space, 'old');
    pass(31 * DAY);
    await test.tick();
    await one(test, space, 'new');
    expect((await tasksOf(test.ledger)).map(({ id }) => id)).toEqual(['new']);
    const lists = await listsOf(test.ledger);
    const ledger = another();
    expect(await rebuild(test, ledger)).toMatchObject({ tasks: 2, clips: 2 });
    expect((await tasksOf(ledger)).map(({ id }) => id)).toEqual(['new']);
    expect(await listsOf(ledger)).toEqual(lists);
    await rebuild(test, test.ledger);
    expect((await tasksOf(test.ledger)).map(({ id }) => id)).toEqual(['new']);
    const known = await track('alpha', ['old'], OPTIONS, { ...trackDeps(test), ledger });
    expect(known).toEqual([{ id: 'old', created: false }]);
    expect((await ledger.clip(slug))?.clip.files.audio?.state).toBe('archived');
  });

  it('completes rows that a ledger without memory has begun anew', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const slug = await one(test, space, 'song', { webhook_url: 'https://hooks.example/x', visibility: 'public' });
    await changeClip(slug, { title: 'My own' }, clipDeps(test));
    const [before] = await tasksOf(test.ledger);
    const [silent, heard] = [another(), another()];
    pass(MINUTE);
    await silent.track('alpha', ['song'], OPTIONS);
    // The vendor has forgotten the clip by now.
    await space.task('song', [song('song', { status: 'IN_PROGRESS' })]);
    const other = system({ alpha: space }, { ledger: heard });
    await other.ledger.track('alpha', ['song'], OPTIONS);
    await other.tick();
    for (const ledger of [silent, heard]) {
      await rebuild(test, ledger);
      const [after] = await tasksOf(ledger);
      expect(after).toMatchObject({ ...comparable(before!), tracking: { state: 'settled' } });
      expect(after?.tracking.tracked_at).toBe(before?.tracking.tracked_at);
      expect((await ledger.peek('alpha', 'song'))?.stored.state.webhook_url).toBe('https://hooks.example/x');
      expect(await eventsOf(ledger)).toEqual([]);
    }
  });

  it('heals a song that an older dialect misread: the clip that its raw answer holds is archived', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const [seen, missed] = [await clip(space), await clip(space)];
    await space.task('misread', [song('misread', { clips: [seen, missed] })]);
    await archive(test, ['misread']);
    const stored = (await readTaskRecord('alpha', 'misread', records))!;
    // As the older dialect would have recorded it.
    const { reading } = stored.state;
    const misread = {
      ...stored,
      clips: stored.clips.slice(0, 1),
      state: {
        ...stored.state,
        slugs: stored.state.slugs.slice(0, 1),
        reading: { ...reading, clips: reading.clips.slice(0, 1).map((one) => ({ ...one, tags: null })) },
      },
    };
    const forget = async () => {
      await env.RECORDS.put(taskRecordKey('alpha', 'misread'), JSON.stringify({ format: 1, ...misread }));
      await env.RECORDS.delete(clipRecordKey(missed.id));
      for (const { key } of (await env.MEDIA.list({ prefix: `media/${missed.id}/` })).objects)
        await env.MEDIA.delete(key);
    };
    const [fresh, atWork] = [another(), another()];
    await atWork.rebuild([{ stored: misread, more: null }], []);
    for (const ledger of [fresh, atWork]) {
      await forget();
      const again = system({ alpha: space }, { ledger });
      await rebuild(again, ledger);
      await again.mirror();
      await again.tick();
      const [task] = await tasksOf(ledger);
      expect(task?.clips.map(({ id, tags, audio }) => [id, tags, audio?.state])).toEqual([
        [seen.id, 'test', 'archived'],
        [missed.id, 'test', 'archived'],
      ]);
      expect(await eventsOf(ledger)).toEqual(['clip.archived']);
      expect((await readTaskRecord('alpha', 'misread', records))?.clips).toHaveLength(2);
    }
  });

  it('fails as a page where the bucket is away, so that nothing is left out without a word', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await one(test, space, 'a');
    const away = { ...records, read: () => Promise.reject(new Error('R2 is away')) };
    await expect(upkeepOf(test, another(), 0, away).reindex(null)).rejects.toThrow('R2 is away');
  });

  it('names a record that nobody can read, or that tells of another, and goes on with the rest', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await one(test, space, 'm');
    await env.RECORDS.put('tasks/alpha/a.json', '{"format":1,"vendor":"alp');
    await env.RECORDS.put('tasks/alpha/b.json', '{"format":9}');
    await env.RECORDS.put('tasks/alpha/z.json', await (await env.RECORDS.get('tasks/alpha/m.json'))!.text());
    await env.RECORDS.put('clips/nonsense.json', '[]');
    const ledger = another();
    expect(await rebuild(test, ledger)).toMatchObject({ tasks: 1, clips: 1 });
    expect((await tasksOf(ledger)).map(({ id }) => id)).toEqual(['m']);
    const keys = ['clips/nonsense.json', 'tasks/alpha/a.json', 'tasks/alpha/b.json', 'tasks/alpha/z.json'];
    expect(test.log.filter(({ at }) => at === 'reindex').map(({ key }) => key)).toEqual(keys);
    expect(test.log.at(-1)).toMatchObject({ event: 'reindex', tasks: 1, clips: 1, unreadable: 4, done: true });
  });

  it('keeps clips in the order of their archiving where records of an older version have no place', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    const slugs: string[] = [];
    for (const id of ['x', 'y', 'z']) {
      slugs.unshift(await one(test, space, id));
      pass(MINUTE);
    }
    for (const slug of slugs) {
      const key = clipRecordKey(slug);
      const record = await (await env.RECORDS.get(key))!.json<{ clip: Record<string, unknown> }>();
      delete record.clip['listed'];
      await env.RECORDS.put(key, JSON.stringify(record));
    }
    const ledger = another();
    await rebuild(test, ledger);
    const { clips: list } = await ledger.clips({ visibility: null, q: null, before: null, limit: 10 });
    expect(list.map(({ clip: { slug } }) => slug)).toEqual(slugs);
  });
});

describe('readAnew()', () => {
  const samples = Object.values(
    import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' }),
  ).filter(({ response }) => response.status === 200);
  const recorded = (id: string, reading: Reading, raw: Raw): Stored => ({
    ...{
      vendor: 'alpha',
      id,
      tracked: true,
      version: 1,
      polls: 1,
      last_polled_at: 1,
      next_poll_at: null,
      clips: [],
      raw,
    },
    state: { ...newTask({ now: 1, clock: 1 }, { requested: true, visibility: 'unlisted' }), reading },
  });

  it.each(samples.map((sample) => [sample.name, sample] as const))(
    'finds nothing new in %s',
    (_, { request, response }) => {
      const parsed = parseJson(bodyText(response.body));
      const ids = request.body?.ids;
      if (!parsed.ok) return;
      if (ids) {
        for (const [id, { reading, row }] of readBatch(parsed.value, ids).found)
          expect(readAnew(recorded(id, reading, { form: 'row', json: JSON.stringify(row) }), null)).toBeNull();
      } else {
        const id = decodeURIComponent(request.path.split('/').at(-1) ?? '');
        const read = readTask(parsed.value, id);
        const raw = { form: 'answer', json: bodyText(response.body) } as const;
        if (read.ok) expect(readAnew(recorded(id, read.value, raw), null)).toBeNull();
      }
    },
  );

  it('finds nothing new in the answers that the flows have read, whole or as a row of a batch', async () => {
    const space = newSpace();
    const test = system({ alpha: space });
    await everything(test, space);
    for (const id of ['two', 'odd id/ä', 'failed', 'running', 'shared']) {
      const stored = await readTaskRecord('alpha', id, records);
      expect([id, stored && readAnew(stored, null)]).toEqual([id, null]);
    }
  });
});

const rowsOf = (ledger: Ledger) =>
  runInDurableObject(ledger, (_, { storage }) =>
    ['tasks', 'clips'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
  );
const eventsOf = async (ledger: Ledger) =>
  (await ledger.events({ after: null, type: null, limit: 100 })).events.map(({ type }) => type);
const etagsOf = async () => (await env.RECORDS.list()).objects.map(({ key, etag }) => [key, etag]);
