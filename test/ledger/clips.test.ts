// The ledger’s catalogue of clips: its lists and search, titles and visibility, takedowns, counts.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { ClipChange, ClipFound, ClipQuery } from '../../src/ledger/api.ts';
import { ClipRows } from '../../src/ledger/store/clip-rows.ts';
import { Database } from '../../src/ledger/store/database.ts';
import { slugOf } from '../../src/model/id.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { ClipReading } from '../../src/model/task.ts';
import { clipReading, clipState, reading } from '../model/build.ts';
import {
  answer,
  archived,
  due,
  gone,
  hear,
  heard,
  HOUR,
  keepAll,
  open,
  OPTIONS,
  pass,
  song,
  START,
  stored,
} from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

type Stub = DurableObjectStub<Ledger>;
const ALL: ClipQuery = { visibility: null, q: null, before: null, limit: 100 };
const DAY = 24 * HOUR;

/** A settled task with one archived clip, called by its title; answers the clip's slug. */
async function keep(
  ledger: Stub,
  title: string,
  changes: Partial<ClipReading> = {},
  visibility: 'public' | 'unlisted' = 'unlisted',
) {
  const clip = clipReading({ id: `clip-${title}`, title, tags: null, cover_url: null, ...changes });
  await ledger.track('alpha', [title], { ...OPTIONS, visibility });
  const [ask] = (await due(ledger)).asks;
  const told = reading({ status: 'succeeded', clips: [clip] });
  const { messages } = await ledger.record(heard(ask?.token ?? '', { answers: [answer(title, told)] }));
  const { save } = await ledger.mirrorReport(messages[0] as MirrorMessage, [archived(`media/${title}/audio.mp3`)]);
  if (save) await ledger.saved([{ vendor: 'alpha', id: title, version: save.version }]);
  return slugOf('alpha', clip.id);
}
const titles = async (ledger: Stub, query: Partial<ClipQuery> = {}): Promise<(string | null)[]> =>
  (await ledger.clips({ ...ALL, ...query })).clips.map(({ clip, reading: { title } }) => clip.title ?? title);

describe('Ledger.clips() of a parent', () => {
  const LAMP = '11111111-2222-4333-8444-555555555555';

  it('has what was made from it alone, newest first, page by page, by visibility and words', async () => {
    const ledger = open();
    await keep(ledger, 'lamp', { id: LAMP }, 'public');
    await keep(ledger, 'other', { parent_id: 'another' });
    for (const title of ['one', 'two', 'three'])
      await keep(ledger, title, { parent_id: LAMP.toUpperCase() }, title === 'two' ? 'public' : 'unlisted');
    const parents = [LAMP];
    expect(await titles(ledger, { parents })).toEqual(['three', 'two', 'one']);
    expect(await titles(ledger, { parents, visibility: 'public' })).toEqual(['two']);
    expect(await titles(ledger, { parents, q: 'one' })).toEqual(['one']);
    expect(await titles(ledger, { parents, q: 'other' })).toEqual([]);
    expect(await titles(ledger, { parents: ['none'] })).toEqual([]);
    const first = await ledger.clips({ ...ALL, parents, limit: 2 });
    expect(first.more).toBe(true);
    expect(await titles(ledger, { parents, before: first.clips.at(-1)?.seq ?? 0 })).toEqual(['one']);
  });

  it('knows ids that are no UUID by their vendor, and of several parents has them all in one order', async () => {
    const ledger = open();
    await keep(ledger, 'one', { parent_id: 'lamp-7' });
    await keep(ledger, 'two', { parent_id: LAMP });
    const parents = [LAMP, slugOf('alpha', 'lamp-7')];
    expect(await titles(ledger, { parents })).toEqual(['two', 'one']);
    expect(await titles(ledger, { parents: [slugOf('beta', 'lamp-7')] })).toEqual([]);
  });

  it('has neither what is not archived, nor what was taken down, nor a song that names itself', async () => {
    const ledger = open();
    const gone = await keep(ledger, 'gone', { parent_id: LAMP });
    await ledger.takeDown(gone, null);
    await hear(
      ledger,
      'pending',
      reading({ status: 'succeeded', clips: [clipReading({ id: 'pending-1', parent_id: LAMP })] }),
    );
    await keep(ledger, 'self', { id: LAMP, parent_id: LAMP });
    expect(await titles(ledger, { parents: [LAMP] })).toEqual([]);
  });

  it('comes from its record with a ledger that is rebuilt, by the clip’s own record and by its task’s', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'voice', { parent_id: LAMP, stem: 'Vocals' }, 'public');
    const { clip, reading: told } = (await ledger.clipFound(slug)) as ClipFound;
    const { parent: _, ...old } = clip;
    const byClip = open();
    await byClip.rebuild([], [{ clip: old, reading: told }]);
    const byTask = open();
    await byTask.rebuild([{ stored: (await stored(ledger, 'voice'))!, more: null }], []);
    for (const one of [ledger, byClip, byTask]) {
      expect(await titles(one, { parents: [LAMP] })).toEqual(['voice']);
      expect(
        (await one.relatives({ slug: LAMP, vendor: 'alpha', task_id: 'none', visibility: 'unlisted' }, 9)).made,
      ).toEqual([{ slug, title: 'voice', stem: 'Vocals' }]);
    }
  });
});

describe('Ledger.relatives()', () => {
  const LAMP = { slug: slugOf('alpha', 'clip-lamp'), vendor: 'alpha', task_id: 'lamp', visibility: 'public' } as const;
  const names = (list: readonly { title: string | null }[]) => list.map(({ title }) => title);

  it('are the public songs made from it, and those of its task, each once, in their order', async () => {
    const ledger = open();
    await keepAll(
      ledger,
      'lamp',
      [{ id: 'clip-lamp' }, { id: 'second' }, { id: 'extended', parent_id: 'clip-lamp' }],
      'public',
    );
    await keepAll(
      ledger,
      'stems',
      [
        { id: 'drums', parent_id: 'clip-lamp', stem: 'Drums' },
        { id: 'vocals', parent_id: 'clip-lamp', stem: 'Vocals' },
      ],
      'public',
    );
    await keep(ledger, 'stranger', {}, 'public');
    const { made, beside } = await ledger.relatives(LAMP, 9);
    expect([names(made), names(beside)]).toEqual([['extended', 'drums', 'vocals'], ['second']]);
    expect(made[1]).toEqual({ slug: slugOf('alpha', 'drums'), title: 'drums', stem: 'Drums' });
    const voice = { ...LAMP, slug: slugOf('alpha', 'vocals'), task_id: 'stems' };
    expect(await ledger.relatives(voice, 9)).toMatchObject({ made: [], beside: [{ stem: 'Drums' }] });
    expect(await ledger.relatives({ ...voice, vendor: 'beta' }, 9)).toEqual({ made: [], beside: [] });
  });

  it('are of a public song never unlisted, and of none taken down or without their audio', async () => {
    const ledger = open();
    await keepAll(ledger, 'lamp', [{ id: 'clip-lamp' }, { id: 'second' }, { id: 'hidden' }, { id: 'gone' }], 'public');
    await keepAll(
      ledger,
      'private',
      [
        { id: 'draft', parent_id: 'clip-lamp' },
        { id: 'shown', parent_id: 'clip-lamp' },
      ],
      'unlisted',
    );
    await hear(
      ledger,
      'later',
      reading({ status: 'succeeded', clips: [clipReading({ id: 'later', parent_id: 'clip-lamp' })] }),
    );
    await ledger.changeClip(slugOf('alpha', 'hidden'), { visibility: 'unlisted' }, null);
    await ledger.changeClip(slugOf('alpha', 'shown'), { visibility: 'public', title: 'Shown & named' }, null);
    await ledger.takeDown(slugOf('alpha', 'gone'), null);
    const { made, beside } = await ledger.relatives(LAMP, 9);
    expect([names(made), names(beside)]).toEqual([['Shown & named'], ['second']]);
    const family = await ledger.relatives({ ...LAMP, visibility: 'unlisted' }, 9);
    expect([names(family.made), names(family.beside)]).toEqual([
      ['draft', 'Shown & named'],
      ['second', 'hidden'],
    ]);
  });

  it('stay when their tasks have left the ledger', async () => {
    const ledger = open();
    await keepAll(ledger, 'lamp', [{ id: 'clip-lamp' }, { id: 'second' }], 'public');
    await keepAll(ledger, 'stems', [{ id: 'drums', parent_id: 'clip-lamp', stem: 'Drums' }], 'public');
    const before = await ledger.relatives(LAMP, 9);
    for (const id of ['lamp', 'stems']) await ledger.untrack('alpha', id);
    expect(await ledger.relatives(LAMP, 9)).toEqual(before);
    expect([before.made, before.beside].map(names)).toEqual([['drums'], ['second']]);
  });

  it('are few, however many there are, and cost as many rows', async () => {
    await runInDurableObject(open(), (_, { storage }) => {
      const rows = new ClipRows(new Database(storage));
      const shared = { visibility: 'public', vendor: 'alpha', task_id: 'lamp' } as const;
      for (let place = 1; place <= 200; place++) {
        rows.put(clipState({ ...shared, slug: `made-${place}`, listed: place, parent: LAMP.slug }));
        rows.put(clipState({ ...shared, slug: `beside-${place}`, listed: 1_000 + place }));
      }
      const exec = storage.sql.exec.bind(storage.sql);
      let rowsRead = 0;
      const counted = (...asked: Parameters<typeof exec>) => {
        const cursor = exec(...asked);
        const all = cursor.toArray();
        rowsRead += cursor.rowsRead;
        return { toArray: () => all };
      };
      Object.defineProperty(storage.sql, 'exec', { configurable: true, value: counted });
      const own = new ClipRows(new Database(storage));
      expect(own.madeFrom(LAMP.slug, 'public', 1e9, 3).map(({ slug }) => slug)).toEqual([
        'made-200',
        'made-199',
        'made-198',
      ]);
      expect(own.ofTask('alpha', 'lamp', 3).map(({ slug }) => slug)).toEqual(['made-1', 'made-2', 'made-3']);
      expect(rowsRead).toBeLessThan(20);
      Reflect.deleteProperty(storage.sql, 'exec');
    });
  });
});

describe('Ledger.library()', () => {
  const changedAt = async (ledger: Stub): Promise<number> => (await ledger.library(1)).changed_at;

  it('has the newest public clips, and no others', async () => {
    const ledger = open();
    await keep(ledger, 'hidden');
    for (const title of ['one', 'two', 'three']) await keep(ledger, title, {}, 'public');
    const { clips, changed_at } = await ledger.library(2);
    expect([clips.map(({ reading: { title } }) => title), changed_at]).toEqual([['three', 'two'], 0]);
  });

  it('has first what became public last, whenever it was archived; the catalogue has not', async () => {
    const ledger = open();
    const old = await keep(ledger, 'old');
    for (const title of ['one', 'two']) await keep(ledger, title, {}, 'public');
    pass(5_000);
    await ledger.changeClip(old, { visibility: 'public' }, null);
    const names = async () => (await ledger.library(2)).clips.map(({ reading: { title } }) => title);
    expect(await names()).toEqual(['old', 'two']);
    expect(await titles(ledger, { visibility: 'public' })).toEqual(['two', 'one', 'old']);
    pass(5_000);
    for (const visibility of ['unlisted', 'public'] as const)
      await ledger.changeClip(slugOf('alpha', 'clip-one'), { visibility }, null);
    expect(await names()).toEqual(['one', 'old']);
  });

  it('reads few rows, however many songs are public', async () => {
    await runInDurableObject(open(), (_, { storage }) => {
      const clips = new ClipRows(new Database(storage));
      for (let place = 1; place <= 200; place++)
        clips.put(clipState({ slug: `clip-${place}`, listed: place, visibility: 'public' }));
      const exec = storage.sql.exec.bind(storage.sql);
      let rowsRead = 0;
      const counted = (...asked: Parameters<typeof exec>) => {
        const cursor = exec(...asked);
        const rows = cursor.toArray();
        rowsRead += cursor.rowsRead;
        return { toArray: () => rows };
      };
      Object.defineProperty(storage.sql, 'exec', { configurable: true, value: counted });
      expect(clips.published(3).map(({ slug }) => slug)).toEqual(['clip-200', 'clip-199', 'clip-198']);
      expect(rowsRead).toBeLessThan(10);
      Reflect.deleteProperty(storage.sql, 'exec');
    });
  });

  it('tells when a public song was called otherwise, came, went or was taken down, over a restart', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'shown', {}, 'public');
    const changes = [{ title: 'New' }, { visibility: 'unlisted' }, { visibility: 'public' }] as const;
    for (const change of changes) {
      pass(5_000);
      await ledger.changeClip(slug, change, null);
      expect(await changedAt(ledger)).toBe(Date.now());
    }
    pass(5_000);
    await ledger.takeDown(slug, null);
    const takenDownAt = Date.now();
    pass(5_000);
    await evictDurableObject(ledger);
    expect(await ledger.library(1)).toEqual({ clips: [], changed_at: takenDownAt });
  });

  it('tells nothing of songs that are not public', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'hidden');
    await ledger.changeClip(slug, { title: 'New' }, null);
    await ledger.takeDown(slug, null);
    expect(await changedAt(ledger)).toBe(0);
  });

  it('tells when the vendor words a public song otherwise, and not when it says the same again', async () => {
    const ledger = open();
    await keep(ledger, 'shown', {}, 'public');
    const again = async (changes: Partial<ClipReading>) => {
      pass(5_000);
      const clip = clipReading({ id: 'clip-shown', title: 'shown', tags: null, cover_url: null, ...changes });
      const told = reading({ status: 'succeeded', clips: [clip] });
      await ledger.importAnswers('alpha', [{ id: 'shown', reading: told, raw: answer('shown', told).raw }], []);
      return changedAt(ledger);
    };
    expect(await again({})).toBe(0);
    expect(await again({ lyrics: 'other words' })).toBe(Date.now());
  });
});

describe('Ledger.clips()', () => {
  it('lists clips whose audio is archived, the newest first, and no others', async () => {
    const ledger = open();
    await hear(ledger, 'pending', song('clip-pending'));
    for (const title of ['one', 'two', 'three']) await keep(ledger, title);
    const [message] = await hear(ledger, 'lost', song('clip-lost'));
    await ledger.mirrorReport(message as MirrorMessage, [{ ...gone, final: true } as typeof gone]);
    expect(await titles(ledger)).toEqual(['three', 'two', 'one']);
  });

  it('goes on page by page, across visibilities, while more are archived', async () => {
    const ledger = open();
    for (const title of ['1', '2', '3', '4', '5'])
      await keep(ledger, title, {}, Number(title) % 2 ? 'public' : 'unlisted');
    const { clips: first } = await ledger.clips({ ...ALL, limit: 2 });
    await keep(ledger, '6');
    const { clips: rest } = await ledger.clips({ ...ALL, before: first.at(-1)?.seq ?? null });
    expect([...first, ...rest].map(({ reading: { title } }) => title)).toEqual(['5', '4', '3', '2', '1']);
  });

  it('is filtered by visibility', async () => {
    const ledger = open();
    await keep(ledger, 'hidden');
    const slug = await keep(ledger, 'shown', {}, 'public');
    expect(await titles(ledger, { visibility: 'public' })).toEqual(['shown']);
    await ledger.changeClip(slug, { visibility: 'unlisted' }, null);
    expect(await titles(ledger, { visibility: 'public' })).toEqual([]);
    expect(await titles(ledger, { visibility: 'unlisted' })).toEqual(['shown', 'hidden']);
  });

  it('keeps clips when their task leaves the ledger, with all that is told of them', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'old', { lyrics: 'la la', tags: 'folk' });
    const before = await ledger.clipFound(slug);
    pass(31 * DAY);
    await due(ledger);
    expect(await stored(ledger, 'old')).toBeUndefined();
    expect(await ledger.clipFound(slug)).toEqual(before);
    expect(await titles(ledger, { q: 'folk' })).toEqual(['old']);
  });

  it('keeps archived clips of a task that is tracked no more, and forgets the others', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'kept');
    await hear(ledger, 'pending', song('clip-pending'));
    expect((await ledger.untrack('alpha', 'kept'))?.map(({ clip }) => clip.slug)).toEqual([slug]);
    expect(await ledger.untrack('alpha', 'pending')).toEqual([]);
    expect(await ledger.untrack('alpha', 'never')).toBeNull();
    expect(await titles(ledger)).toEqual(['kept']);
    expect(await ledger.clip(slugOf('alpha', 'clip-pending'))).toBeNull();
  });
});

describe('Ledger.clips() with words', () => {
  it.each([
    ['harbour', ['Harbour Light']],
    ['LIGHT harbour', ['Harbour Light']],
    ['harb', []],
    ['cafe', ['Café del Mar']],
    ['del folk', ['Café del Mar']],
    ['夜', ['夜の海']],
    ['の海', ['夜の海']],
    ['海の', []],
    ['바다', ['푸른 바다']],
    ['lo-fi', ['夜の海']],
    ['mar folk', ['Café del Mar']],
    ['light OR mar', []],
    ['" * ( -', []],
  ])('%s finds %j', async (q, found) => {
    const ledger = open();
    await keep(ledger, 'Harbour Light');
    await keep(ledger, 'Café del Mar', { tags: 'folk, warm' });
    await keep(ledger, '夜の海', { tags: 'lo-fi' });
    await keep(ledger, '푸른 바다');
    expect(await titles(ledger, { q })).toEqual(found);
  });

  it('finds what was archived since the last question, and after an eviction', async () => {
    const ledger = open();
    await keep(ledger, 'blue one');
    expect(await titles(ledger, { q: 'blue' })).toEqual(['blue one']);
    await keep(ledger, 'blue two');
    await evictDurableObject(ledger);
    expect(await titles(ledger, { q: 'blue' })).toEqual(['blue two', 'blue one']);
    expect(await titles(ledger, { q: 'blue', limit: 1 })).toEqual(['blue two']);
    expect(await titles(ledger, { q: 'blue', visibility: 'public' })).toEqual([]);
  });

  it('follows a title that the caller gives, and finds the old one no more', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'blue');
    expect(await titles(ledger, { q: 'blue' })).toEqual(['blue']);
    await ledger.changeClip(slug, { title: 'Crimson' }, null);
    expect(await titles(ledger, { q: 'crimson' })).toEqual(['Crimson']);
    expect(await titles(ledger, { q: 'blue' })).toEqual([]);
    await ledger.changeClip(slug, { title: null }, null);
    expect(await titles(ledger, { q: 'blue' })).toEqual(['blue']);
  });
});

describe('Ledger.changeClip()', () => {
  it('keeps when the title was changed: what is made of it has a date by that', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'dated');
    const shown = await ledger.changeClip(slug, { visibility: 'public' }, null);
    const before = Date.now();
    const titled = await ledger.changeClip(slug, { title: 'Mine' }, null);
    expect([shown?.found.clip.changed_at, (titled?.found.clip.changed_at ?? 0) >= before]).toEqual([undefined, true]);
  });

  it('keeps when the song became public, and no other change of it', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'late');
    const publishedAt = async (change: ClipChange) =>
      (await ledger.changeClip(slug, change, null))?.save?.stored.clips[0]?.published_at;
    expect(await publishedAt({ title: 'Mine' })).toBeUndefined();
    pass(5_000);
    const at = Date.now();
    expect(await publishedAt({ visibility: 'public' })).toBe(at);
    pass(5_000);
    for (const change of [{ title: 'Yours' }, { visibility: 'public' }, { visibility: 'unlisted' }] as const)
      expect(await publishedAt(change)).toBe(at);
    expect(await publishedAt({ visibility: 'public' })).toBe(Date.now());
  });

  it('shows in the task, moves its version, and asks to be recorded', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'one');
    const changed = await ledger.changeClip(slug, { title: 'Mine', visibility: 'public' }, null);
    expect(changed?.found.clip).toMatchObject({ title: 'Mine', visibility: 'public' });
    expect(changed?.save?.stored.clips[0]).toMatchObject({ title: 'Mine', visibility: 'public' });
    expect((await stored(ledger, 'one'))?.clips[0]?.title).toBe('Mine');
  });

  it('takes a clip that the ledger has lost from its record', async () => {
    const ledger = open();
    const slug = slugOf('alpha', 'clip-lost');
    const other = open();
    await keep(other, 'lost');
    const recorded = (await other.clipFound(slug)) as ClipFound;
    expect(await ledger.changeClip(slug, { title: 'Back' }, null)).toBeNull();
    expect((await ledger.changeClip(slug, { title: 'Back' }, recorded))?.save).toBeNull();
    expect(await titles(ledger, { q: 'back' })).toEqual(['Back']);
  });
});

describe('Ledger.takeDown()', () => {
  it('leaves a tombstone: unlisted, unfound, and nothing of it is archived again', async () => {
    const ledger = open();
    const slug = await keep(ledger, 'blue', {}, 'public');
    expect(await titles(ledger, { q: 'blue' })).toEqual(['blue']);
    const taken = await ledger.takeDown(slug, null);
    expect(taken?.found.clip.taken_down_at).toBe(START);
    expect(await titles(ledger)).toEqual([]);
    expect(await titles(ledger, { q: 'blue' })).toEqual([]);
    expect(await ledger.retry('alpha', 'blue')).toMatchObject({ messages: [] });
    pass(31 * DAY);
    await due(ledger);
    expect((await ledger.clip(slug))?.clip.taken_down_at).toBe(START);
  });

  it('settles a task that only waited for the clip', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.takeDown(message?.slug ?? '', null);
    const { events } = await ledger.events({ after: null, type: null, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['task.succeeded', 'task.settled']);
    const report = await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    expect(report.discard).toEqual(['media/x/audio.mp3']);
  });
});

describe('ClipRows.lastListed()', () => {
  it('is the last place of all, and reads few rows for it, however many clips there are', async () => {
    await runInDurableObject(open(), (_, { storage }) => {
      const clips = new ClipRows(new Database(storage));
      expect(clips.lastListed()).toBe(0);
      for (let place = 1; place <= 200; place++) {
        const visibility = place % 3 === 0 ? 'public' : 'unlisted';
        clips.put(clipState({ slug: `clip-${place}`, listed: place % 5 === 0 ? null : place, visibility }));
      }
      const exec = storage.sql.exec.bind(storage.sql);
      let rowsRead = 0;
      const counted = (...asked: Parameters<typeof exec>) => {
        const cursor = exec(...asked);
        const row = cursor.one();
        rowsRead += cursor.rowsRead;
        return { one: () => row };
      };
      Object.defineProperty(storage.sql, 'exec', { configurable: true, value: counted });
      expect(clips.lastListed()).toBe(199);
      expect(rowsRead).toBeLessThan(5);
      Reflect.deleteProperty(storage.sql, 'exec');
    });
  });
});

describe('Ledger.stats()', () => {
  it('counts what there is, and keeps counting', async () => {
    const ledger = open();
    expect((await ledger.stats()).tasks.total).toBe(0);
    await keep(ledger, 'one');
    const slug = await keep(ledger, 'two');
    await hear(ledger, 'three', song('clip-three'));
    pass(1_000);
    await ledger.track('beta', ['waiting'], OPTIONS);
    const expected = {
      tasks: {
        total: 4,
        by_status: { succeeded: 3, unknown: 1 },
        by_tracking: { settled: 2, archiving: 1, watching: 1 },
      },
      files: { archived: 2, pending: 1, unavailable: 0, bytes: 18 },
      vendors: { alpha: { pending: 0 }, beta: { pending: 1 } },
      oldest_pending_at: START,
    };
    expect(await ledger.stats()).toMatchObject(expected);
    await evictDurableObject(ledger);
    expect(await ledger.stats()).toMatchObject(expected);
    await ledger.takeDown(slug, null);
    await ledger.untrack('beta', 'waiting');
    expect(await ledger.stats()).toMatchObject({
      tasks: { total: 3, by_tracking: { settled: 2, archiving: 1 } },
      files: { archived: 1, bytes: 9 },
    });
  });
});
