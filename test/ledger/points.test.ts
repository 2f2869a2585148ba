// What overlap and backlog may not do: nothing is lost or brought back, one bad row stops nothing, and no call is without bound.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readClipRecord, readTaskRecord, saveTask } from '../../src/archive/records.ts';
import { changeClip } from '../../src/flows/edit-clip.ts';
import { untrack } from '../../src/flows/track.ts';
import type { PollReport } from '../../src/ledger/api.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { slugOf } from '../../src/model/id.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { Stored } from '../../src/model/state.ts';
import { clipDeps, trackDeps } from '../flows/archive.ts';
import { cleaning, records, system } from '../flows/system.ts';
import { clipReading, reading } from '../model/build.ts';
import {
  answer,
  archived,
  due,
  error,
  gone,
  hear,
  heard,
  open,
  OPTIONS,
  pass,
  SECOND,
  song,
  START,
  stored,
} from './calls.ts';

const MINUTE = 60 * SECOND;
const names = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
type Stub = ReturnType<typeof open>;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

/** A settled song of one clip, recorded. */
async function settled(ledger: Stub, id: string, clip = `clip-${id}`): Promise<string> {
  const [message] = await hear(ledger, id, song(clip));
  await ledger.mirrorJob(message as MirrorMessage);
  const { save } = await ledger.mirrorReport(message as MirrorMessage, [archived(`media/${id}/audio.mp3`)]);
  await saveTask(save!.stored as Stored, records);
  await ledger.saved([{ vendor: 'alpha', id, version: save!.version }]);
  return slugOf('alpha', clip);
}

describe('a record', () => {
  it('is not written over by an older one: title and visibility of a PATCH between hand-out and write stay', async () => {
    const test = system({}, { env: { VENDORS: { alpha: { base_url: 'https://alpha.example' } } } });
    const [message] = await hear(test.ledger, 'a', song('clip-a'));
    const { save } = await test.ledger.mirrorReport(message as MirrorMessage, [archived('media/a/audio.mp3')]);
    pass(2 * SECOND);
    await changeClip(slugOf('alpha', 'clip-a'), { title: 'Mine', visibility: 'public' }, clipDeps(test));
    pass(2 * SECOND);
    await saveTask(save!.stored as Stored, records);
    const mine = { title: 'Mine', visibility: 'public' };
    expect((await readClipRecord(slugOf('alpha', 'clip-a'), records))?.clip).toMatchObject(mine);
    expect((await readTaskRecord('alpha', 'a', records))?.clips[0]).toMatchObject(mine);
  });
});

describe('a task that is deleted', () => {
  const track = (ledger: Stub, ids: string[]) => ledger.track('alpha', ids, OPTIONS);
  const settings = { env: { VENDORS: { alpha: { base_url: 'https://alpha.example' } } } };

  it('is not tracked again by a poll that was under way', async () => {
    const ledger = open();
    const look = await ledger.look('alpha', ['a'], 'reader');
    await ledger.track('alpha', ['a'], OPTIONS);
    pass(SECOND);
    await ledger.untrack('alpha', 'a');
    const late = heard('reader', { asked_at: START, answers: [answer('a', song())], reply: ['a'] });
    const { stored: shown, messages } = await ledger.record(late);
    expect(look.ask?.ids).toHaveLength(1);
    expect([await ledger.peek('alpha', 'a'), messages]).toEqual([null, []]);
    expect(shown).toMatchObject([{ tracked: false }]);
    // Whoever asks from now on begins anew.
    pass(SECOND);
    await ledger.record(heard('', { answers: [answer('a', song())] }));
    expect(await ledger.peek('alpha', 'a')).not.toBeNull();
  });

  it('gets no record back from a save that was under way', async () => {
    const test = system({}, settings);
    const [message] = await hear(test.ledger, 'b', song('clip-b'));
    const { save } = await test.ledger.mirrorReport(message as MirrorMessage, [archived('media/b/audio.mp3')]);
    await untrack('alpha', 'b', trackDeps(test));
    await saveTask(save!.stored as Stored, records);
    const { gone: again } = await test.ledger.saved([{ vendor: 'alpha', id: 'b', version: save!.version }]);
    expect(again).toEqual([{ vendor: 'alpha', id: 'b' }]);
    // And where whoever saved it died before he could ask: what came is cleared away when nothing more can come.
    pass(16 * MINUTE);
    const { removals } = await due(test.ledger);
    expect(removals).toMatchObject([{ vendor: 'alpha', id: 'b', record: true }]);
    for (const { vendor, id } of removals) await cleaning.deleteRecord(vendor, id);
    await test.ledger.takeDue({
      ...{ token: 'next', reports: [], saved: [], removed: removals, served: [], wait_until: null },
      most: { asks: 0, operations: 0 },
    });
    expect(await readTaskRecord('alpha', 'b', records)).toBeNull();
    pass(16 * MINUTE);
    expect((await due(test.ledger)).removals).toEqual([]);
  });

  it('leaves no object that no record names: its files that come late are discarded, or cleared away', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'c', song('clip-c'));
    await ledger.mirrorJob(message as MirrorMessage);
    await ledger.untrack('alpha', 'c');
    const report = await ledger.mirrorReport(message as MirrorMessage, [archived('media/c/audio.mp3')]);
    expect(report.discard).toEqual(['media/c/audio.mp3']);
    pass(16 * MINUTE);
    expect((await due(ledger)).removals).toMatchObject([{ id: 'c', slugs: [slugOf('alpha', 'clip-c')] }]);
  });

  it('keeps the cover that was archived, though its audio is lost: a record names it, and nothing clears it away', async () => {
    const test = system({}, settings);
    const clip = clipReading({ id: 'clip-d' });
    const [message] = await hear(test.ledger, 'd', reading({ status: 'succeeded', clips: [clip] }));
    const slug = slugOf('alpha', 'clip-d');
    const [cover, late] = [`media/${slug}/cover.jpg`, `media/${slug}/audio.mp3`];
    for (const key of [cover, late]) await env.MEDIA.put(key, 'bytes');
    await test.ledger.mirrorReport(message as MirrorMessage, [
      { ...gone, final: true },
      { ...archived(cover), role: 'cover' },
    ]);
    await untrack('alpha', 'd', trackDeps(test));
    pass(16 * MINUTE);
    for (const { slugs } of (await due(test.ledger)).removals) for (const one of slugs) await cleaning.clearMedia(one);
    expect((await readClipRecord(slug, records))?.clip.files.cover).toMatchObject({ state: 'archived', key: cover });
    expect([await env.MEDIA.head(cover), await env.MEDIA.head(late)]).toEqual([expect.anything(), null]);
  });

  it('frees its places at once: deleting 100 songs that are queued blocks no other', async () => {
    const ledger = open();
    const ids = names(100);
    await track(ledger, ids);
    await ledger.record(heard('', { answers: ids.map((id) => answer(id, song(`clip-${id}`))) }));
    for (const id of ids) await ledger.untrack('alpha', id);
    expect(await hear(ledger, 'other', song('clip-other'))).toHaveLength(1);
  });
});

describe('a clip in two tasks', () => {
  const clip = '11111111-2222-4333-8444-555555555555';
  const both = async (ledger: Stub) => {
    await settled(ledger, 'one', clip);
    pass(SECOND);
    const messages = await hear(ledger, 'two', song(clip));
    expect(messages).toEqual([]);
    return () => stored(ledger, 'two');
  };

  it('stays archived in the other when the one that showed it first is deleted', async () => {
    const ledger = open();
    const two = await both(ledger);
    await ledger.untrack('alpha', 'one');
    expect((await two())?.clips[0]?.files.audio?.state).toBe('archived');
    const { rows } = await ledger.list({ ...ALL, tracking: 'settled' });
    expect(rows.map(({ stored: { id } }) => id)).toEqual(['two']);
  });

  it('is archived for the other where it was not yet', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'one', song(clip));
    pass(SECOND);
    await hear(ledger, 'two', song(clip));
    await ledger.untrack('alpha', 'one');
    const { messages } = await due(ledger);
    const next = messages[0] ?? { ...message!, task_id: 'two' };
    expect(next.task_id).toBe('two');
    await ledger.mirrorReport(next, [archived('media/x/audio.mp3')]);
    expect((await ledger.list({ ...ALL, tracking: 'settled' })).rows.map(({ stored: { id } }) => id)).toEqual(['two']);
  });

  it.each(['one', 'two'])('is archived by the message that is on its way, though “%s” is deleted', async (id) => {
    const ledger = open();
    const [message] = await hear(ledger, 'one', song(clip));
    await ledger.mirrorReport(message as MirrorMessage, [gone]);
    pass(20 * SECOND);
    await hear(ledger, 'two', song(clip));
    // Both are due: either may be the one that sends it.
    const [sent = message] = (await due(ledger)).messages;
    await ledger.untrack('alpha', id);
    expect((await ledger.mirrorJob(sent as MirrorMessage))?.files).toMatchObject([{ role: 'audio' }]);
    const { changed, save } = await ledger.mirrorReport(sent as MirrorMessage, [archived('media/x/audio.mp3')]);
    const left = id === 'one' ? 'two' : 'one';
    expect([changed[0]?.task_id, changed[0]?.tracking, save?.stored.id]).toEqual([left, 'settled', left]);
  });

  it('is told of to both at once by one report', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'one', song(clip));
    pass(SECOND);
    await hear(ledger, 'two', song(clip));
    await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    expect((await ledger.list({ ...ALL, tracking: 'settled' })).rows).toHaveLength(2);
  });

  it('has lost one try by one message that was lost, however many hold it', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'one', song(clip));
    for (const id of ['two', 'three', 'four']) await hear(ledger, id, song(clip));
    await ledger.mirrorJob(message as MirrorMessage);
    pass(16 * MINUTE);
    expect((await due(ledger)).messages).toHaveLength(1);
    expect((await stored(ledger, 'two'))?.clips[0]?.files.audio).toMatchObject({ state: 'pending', deaths: 1 });
  });

  it('does not slip into the place of one whose row is missing', async () => {
    const ledger = open();
    const clips = ['clip-1', 'clip-2'].map((id) => clipReading({ id, cover_url: null }));
    const [, second] = await hear(ledger, 'a', reading({ status: 'succeeded', clips }));
    await ledger.mirrorReport(second as MirrorMessage, [archived('media/2/audio.mp3')]);
    await runInDurableObject(ledger, (_, { storage }) => {
      storage.sql.exec('DELETE FROM clips WHERE slug = ?', slugOf('alpha', 'clip-1'));
    });
    const files = (await stored(ledger, 'a'))?.clips.map(({ slug, files: { audio } }) => [slug, audio?.state]);
    expect(files).toEqual([
      [slugOf('alpha', 'clip-1'), undefined],
      [slugOf('alpha', 'clip-2'), 'archived'],
    ]);
  });
});

const ALL = {
  ...{ vendor: null, status: null, tracking: null, archive: null, kind: null, before: null },
  limit: 100,
};

describe('what is to be sent', () => {
  it('is sent when a known id with a file due is tracked', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorReport(message as MirrorMessage, [gone]);
    pass(2 * SECOND);
    const { messages } = await ledger.track('alpha', ['a'], { ...OPTIONS, webhook_url: 'https://hooks.example/' });
    expect(messages).toEqual([message]);
  });

  it('is sent when a task goes on from its unfinished record', async () => {
    const before = open();
    await hear(before, 'a', song());
    const record = (await stored(before, 'a')) as Stored;
    const ledger = open();
    const { messages } = await ledger.track('alpha', ['a'], OPTIONS, [record]);
    expect(messages).toMatchObject([{ task_id: 'a' }]);
  });

  it('is not under way when it never reached the queue', async () => {
    const ledger = open();
    const messages = await hear(ledger, 'a', song());
    await ledger.unsent({ messages, deliveries: [] });
    expect((await due(ledger)).messages).toEqual(messages);
  });

  it('is forgotten with a transaction that failed', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    await runInDurableObject(ledger, async (instance, { storage }) => {
      const exec = storage.sql.exec.bind(storage.sql);
      Object.defineProperty(storage.sql, 'exec', {
        configurable: true,
        value: (query: string, ...bound: unknown[]) => {
          if (query.startsWith('UPDATE tasks')) throw new Error('disk');
          return exec(query, ...bound);
        },
      });
      const report = heard('', { answers: [answer('a', song())] });
      await expect(
        (instance as unknown as { record(one: PollReport): Promise<unknown> }).record(report),
      ).rejects.toThrow('disk');
      Reflect.deleteProperty(storage.sql, 'exec');
    });
    // No lease was begun, so that the clip is sent at once by the next report.
    pass(SECOND);
    expect((await ledger.record(heard('', { answers: [answer('a', song())] }))).messages).toHaveLength(1);
  });
});

describe('a half-open vendor', () => {
  it('is asked by one request alone, whoever wants it', async () => {
    const ledger = open();
    await ledger.track('alpha', names(120), OPTIONS);
    const fault = {
      fault: { reason: 'unavailable', detail: 'down', status: 503, retry_after_ms: null } as const,
      error,
    };
    for (const { token } of (await due(ledger)).asks) await ledger.record(heard(token, { fault }));
    pass(2 * SECOND);
    const reader = await ledger.look('alpha', ['x', 'y'], 'reader-1');
    expect(reader.ask).toMatchObject({ ids: [{ id: 'x' }], is_probe: true });
    expect((await ledger.look('alpha', ['z'], 'reader-2')).ask).toBeNull();
    expect((await due(ledger)).asks).toEqual([]);
    await ledger.record(heard('reader-1', { answers: [answer('x', song())] }));
    expect((await due(ledger)).asks).toHaveLength(2);
  });
});

describe('an end that came early', () => {
  const streaming = reading({
    status: 'succeeded',
    clips: [
      clipReading({ status: 'streaming', audio_url: null, cover_url: null, stream_url: 'https://pipe.example/1' }),
    ],
  });
  const poll = async (ledger: Stub, id: string, what: ReturnType<typeof reading>) => {
    const [ask] = (await due(ledger)).asks;
    return ledger.record(heard(ask?.token ?? '', { answers: [answer(id, what)] }));
  };
  const typesOf = async (ledger: Stub) =>
    (await ledger.events({ after: null, type: null, limit: 100 })).events.map(({ type }) => type);

  it('is asked on until everything is there; success is told at once, the rest when it is', async () => {
    const ledger = open();
    await hear(ledger, 'a', streaming);
    expect(await typesOf(ledger)).toEqual(['task.succeeded']);
    expect((await ledger.list(ALL)).rows[0]?.stored.state.ended_at).toBeNull();
    pass(20 * SECOND);
    const { messages } = await poll(ledger, 'a', song());
    await ledger.mirrorReport(messages[0]!, [archived('media/a/audio.mp3')]);
    expect(await typesOf(ledger)).toEqual(['task.succeeded', 'clip.archived', 'task.settled']);
  });

  it('settles as it stands after a while', async () => {
    const ledger = open();
    await hear(ledger, 'a', streaming);
    for (let polls = 0; polls < 2; polls++) {
      pass(20 * SECOND);
      await poll(ledger, 'a', streaming);
    }
    expect((await stored(ledger, 'a'))?.state.ended_at).toBe(START + 40 * SECOND);
    expect((await due(ledger)).asks).toEqual([]);
  });

  it('with nothing in it keeps an error that names the keys of its answer, and a retry asks again', async () => {
    const ledger = open();
    const empty = reading({ status: 'succeeded', keys: ['task_id', 'status'] });
    await hear(ledger, 'a', empty);
    for (let polls = 0; polls < 2; polls++) {
      pass(20 * SECOND);
      await poll(ledger, 'a', empty);
    }
    const { last_error, ended_at } = (await stored(ledger, 'a'))!.state;
    expect(ended_at).not.toBeNull();
    expect(last_error).toMatchObject({
      code: 'vendor_bad_answer',
      message: expect.stringContaining('task_id, status'),
    });
    await ledger.retry('alpha', 'a');
    expect((await due(ledger)).asks[0]?.ids).toMatchObject([{ id: 'a' }]);
    await poll(ledger, 'a', reading({ status: 'succeeded', keys: ['task_id', 'note'] }));
    expect((await stored(ledger, 'a'))?.state.last_error?.message).toContain('task_id, note');
  });

  it('with nothing in it but timed words is an end like any', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading({ status: 'succeeded', timed_words: true }));
    const { last_error, ended_at } = (await stored(ledger, 'a'))!.state;
    expect({ last_error, ended_at }).toEqual({ last_error: null, ended_at: START });
  });

  it('is no matter of a saved answer: it settles as it stands', async () => {
    const ledger = open();
    await ledger.importAnswers('alpha', [answer('a', streaming)], []);
    expect((await stored(ledger, 'a'))?.state.ended_at).toBe(START);
    expect((await due(ledger)).asks).toEqual([]);
  });
});

describe('a batch route that is not there', () => {
  it('is not tried again before the next day', async () => {
    const ledger = open();
    await ledger.track('alpha', names(3), OPTIONS);
    const [ask] = (await due(ledger)).asks;
    expect(ask?.ids.some(({ solo }) => solo)).toBe(false);
    await ledger.record(heard(ask!.token, { answers: [answer('t0', reading())], unbatched: true }));
    await evictDurableObject(ledger);
    pass(MINUTE);
    expect((await due(ledger)).asks.flatMap(({ ids }) => ids).every(({ solo }) => solo)).toBe(true);
    pass(24 * 60 * MINUTE);
    expect((await due(ledger)).asks[0]?.ids.some(({ solo }) => solo)).toBe(false);
  });
});

describe('no call is without bound', { timeout: 30_000 }, () => {
  it('500 songs that wait for a place are not written while they wait', async () => {
    const ledger = open();
    const ids = names(500);
    await ledger.track('alpha', ids, OPTIONS);
    await ledger.record(heard('', { answers: ids.map((id) => answer(id, song(`clip-${id}`))) }));
    const rows = await rowsWritten(ledger, async () => {
      for (let second = 0; second < 20; second++) {
        pass(SECOND);
        await due(ledger);
      }
    });
    // The note that a tick came.
    expect(rows).toBeLessThanOrEqual(1);
  });

  it('45 saved answers of 850 KB are handed out a few at a time, and all in the end', async () => {
    const ledger = open();
    const raw = (id: string) => ({ form: 'answer' as const, json: JSON.stringify({ id, text: 'x'.repeat(850_000) }) });
    for (const id of names(45)) {
      const told = reading({ status: 'failed', failure: 'no' });
      await ledger.importAnswers('alpha', [{ id, reading: told, raw: raw(id) }], []);
    }
    const saved = new Set<string>();
    for (let turn = 0; turn < 60 && saved.size < 45; turn++) {
      const { saves } = await due(ledger);
      expect(JSON.stringify(saves).length).toBeLessThan(2_000_000);
      for (const { stored: one } of saves) saved.add(one.id);
      await ledger.saved(saves.map(({ stored: { vendor, id }, version }) => ({ vendor, id, version })));
    }
    expect(saved.size).toBe(45);
  });

  it('a read of many large ones is answered in parts', async () => {
    const ledger = open();
    for (const id of names(5)) {
      const raw = { form: 'answer' as const, json: JSON.stringify({ id, text: 'x'.repeat(400_000) }) };
      await ledger.importAnswers('alpha', [{ id, reading: reading({ status: 'failed' }), raw }], []);
    }
    let rest = names(5);
    const seen: string[] = [];
    for (let parts = 0; rest.length > 0; parts++) {
      const look = await ledger.look('alpha', rest, 'reader');
      seen.push(...look.known.map(({ id }) => id));
      expect(look.rest.length).toBeLessThan(rest.length);
      rest = look.rest;
    }
    expect(seen.sort()).toEqual(names(5));
  });

  it('saves are handed out by the bucket operations that they take', async () => {
    const ledger = open();
    for (const id of names(100)) await ledger.importAnswers('alpha', [answer(id, reading({ status: 'failed' }))], []);
    const { saves } = await ledger.takeDue({
      ...{ token: 't', reports: [], saved: [], removed: [], served: [], wait_until: null },
      most: { asks: 5, operations: 50 },
    });
    expect(saves).toHaveLength(25);
  });

  it('what is left of deleted tasks is cleared by the bucket operations that it takes, and waits for more of them', async () => {
    const ledger = open();
    for (const id of names(40)) await hear(ledger, id, song(`clip-${id}`));
    for (const id of names(40)) await ledger.untrack('alpha', id);
    pass(16 * MINUTE);
    const take = (operations: number) =>
      ledger.takeDue({
        ...{ token: 't', reports: [], saved: [], removed: [], served: [], wait_until: null },
        most: { asks: 5, operations },
      });
    expect(await take(0)).toMatchObject({ removals: [], next_at: null });
    // For each its record, and of its clip the list of objects, the record and the deletion.
    const work = await take(50);
    expect(work.removals).toHaveLength(12);
    expect(work.next_at).toBeLessThanOrEqual(Date.now());
  });

  it('counts are those of the clips after an eviction too, though a report wrote no row of its task', async () => {
    const ledger = open();
    const clips = names(2, 'clip-').map((id) => clipReading({ id }));
    const [one] = await hear(ledger, 'a', reading({ status: 'succeeded', clips }));
    await ledger.mirrorReport(one as MirrorMessage, [
      archived('media/one/audio.mp3'),
      { ...gone, role: 'cover', final: true },
    ]);
    const { files } = await ledger.stats();
    expect(files).toMatchObject({ archived: 1, pending: 2, unavailable: 1 });
    await evictDurableObject(ledger);
    expect((await ledger.stats()).files).toEqual(files);
  });

  it('counts are kept, and outlive the object', async () => {
    const ledger = open();
    for (const id of names(3)) await settled(ledger, id);
    const before = await ledger.stats();
    await evictDurableObject(ledger);
    const parsed = await rowsRead(ledger, async () => expect(await ledger.stats()).toEqual(before));
    expect(parsed).toBeLessThan(12);
    pass(31 * 24 * 60 * MINUTE);
    await due(ledger);
    const after = await ledger.stats();
    expect([after.tasks.total, after.files]).toEqual([0, before.files]);
  });

  it('pruning goes on past 500 tasks that are not recorded', async () => {
    const ledger = open();
    const unsaved = names(500, 'unsaved-');
    for (let part = 0; part < 5; part++)
      await ledger.importAnswers(
        'alpha',
        unsaved.slice(part * 100, part * 100 + 100).map((id) => answer(id, reading({ status: 'failed' }))),
        [],
      );
    pass(SECOND);
    await settled(ledger, 'old');
    pass(40 * 24 * 60 * MINUTE);
    for (let turn = 0; turn < 5; turn++) await due(ledger);
    expect(await stored(ledger, 'old')).toBeUndefined();
    expect((await ledger.stats()).tasks.total).toBe(500);
  });

  it('events of a rare type are found without looking through the log', async () => {
    const ledger = open();
    for (const id of names(60)) await settled(ledger, id);
    await ledger.importAnswers('alpha', [answer('bad', reading({ status: 'failed' }))], []);
    const read = await rowsRead(ledger, async () => {
      const { events } = await ledger.events({ after: null, type: 'task.failed', limit: 10 });
      expect(events).toHaveLength(1);
    });
    expect(read).toBeLessThan(10);
  });
});

describe('one thing stops nothing else', { timeout: 30_000 }, () => {
  it('a row that nobody can read is set aside and told; what was open begins anew, and the others go on', async () => {
    const ledger = open();
    await ledger.track('alpha', ['good', 'bad'], OPTIONS);
    await runInDurableObject(ledger, (_, { storage }) => {
      storage.sql.exec(`UPDATE tasks SET facts = '{"odd":1}' WHERE id = 'bad'`);
    });
    await evictDurableObject(ledger);
    const { asks } = await due(ledger);
    expect(asks.flatMap(({ ids }) => ids.map(({ id }) => id)).sort()).toEqual(['bad', 'good']);
    expect((await ledger.stats()).unreadable).toBe(1);
    await ledger.record(heard('', { answers: [answer('good', song()), answer('bad', song('clip-bad'))] }));
    expect((await ledger.list(ALL)).rows).toHaveLength(2);
  });

  it('what an archived song was told of that nobody can read is set aside, and the list goes on without it', async () => {
    const ledger = open();
    for (const id of ['good', 'bad']) {
      await settled(ledger, id);
      await ledger.untrack('alpha', id);
      pass(SECOND);
    }
    await runInDurableObject(ledger, (_, { storage }) => {
      storage.sql.exec(`UPDATE clip_readings SET reading = '{"odd":1}' WHERE listed = (SELECT max(listed) FROM clips)`);
    });
    const { clips } = await ledger.clips({ visibility: null, q: null, before: null, limit: 10 });
    expect(clips.map(({ clip }) => clip.slug)).toEqual([slugOf('alpha', 'clip-good')]);
    expect((await ledger.stats()).unreadable).toBe(1);
  });

  it.each([
    ['when a tick came', `UPDATE meta SET value = '{"odd":1}' WHERE key = 'sweep'`],
    ['the counts', `UPDATE meta SET value = 'odd' WHERE key = 'counts'`],
    ['a deleted task', `UPDATE removed SET slugs = 'odd'`],
    ['a vendor', `INSERT INTO vendors (id, pacing) VALUES ('alpha', 'odd')`],
  ])('a row that nobody can read about %s is set aside, and the ledger opens', async (_, query) => {
    const ledger = open();
    await settled(ledger, 'done');
    await ledger.track('alpha', ['gone'], OPTIONS);
    await ledger.untrack('alpha', 'gone');
    await runInDurableObject(ledger, (_, { storage }) => void storage.sql.exec(query));
    await evictDurableObject(ledger);
    await ledger.track('alpha', ['next'], OPTIONS);
    expect((await due(ledger)).asks).toHaveLength(1);
    expect((await ledger.stats()).unreadable).toBe(1);
  });

  it('saves that always fail give way to the others, and come again later and later', async () => {
    const ledger = open();
    const ids = names(100);
    await ledger.importAnswers(
      'alpha',
      ids.map((id) => answer(id, reading({ status: 'failed' }))),
      [],
    );
    pass(SECOND);
    await ledger.importAnswers('alpha', [answer('last', reading({ status: 'failed' }))], []);
    const told: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const { saves } = await due(ledger);
      told.push(...saves.map(({ stored: { id } }) => id));
      await ledger.saved(
        saves.map(({ stored: { vendor, id }, version }) => ({ vendor, id, version, ok: id === 'last' })),
      );
    }
    expect(told).toContain('last');
    expect(new Set(told).size).toBe(told.length);
    pass(5 * SECOND);
    expect((await due(ledger)).saves.length).toBeGreaterThan(90);
  });

  it('ten copies of a message use up one try of its delivery', async () => {
    const ledger = open();
    const webhook = { ...OPTIONS, webhook_url: 'https://receiver.example/' };
    await ledger.track('alpha', ['a'], webhook);
    const { deliveries } = await ledger.record(heard('', { answers: [answer('a', reading({ status: 'failed' }))] }));
    const [id = ''] = deliveries;
    const failed = { ok: false as const, final: false, retry_after_ms: null, detail: 'HTTP 500' };
    for (let copy = 0; copy < 10; copy++) {
      if ((await ledger.deliveryJob(id)) !== null) await ledger.deliveryReport(id, failed);
    }
    await ledger.deliveryReport(id, failed);
    pass(2 * SECOND);
    expect((await due(ledger)).deliveries).toContain(id);
    expect((await ledger.stats()).deliveries.failed).toBe(0);
  });

  it('300 receivers of one host that hang leave room for another', async () => {
    const ledger = open();
    const started: string[] = [];
    for (const id of names(300)) {
      await ledger.track('alpha', [id], { ...OPTIONS, webhook_url: `https://slow.example/${id}` });
      const { deliveries } = await ledger.record(heard('', { answers: [answer(id, reading({ status: 'failed' }))] }));
      started.push(...deliveries);
    }
    expect(started.length).toBeLessThanOrEqual(20);
    await ledger.track('alpha', ['quick'], { ...OPTIONS, webhook_url: 'https://quick.example/' });
    const { deliveries } = await ledger.record(
      heard('', { answers: [answer('quick', reading({ status: 'failed' }))] }),
    );
    expect(deliveries).toHaveLength(2);
  });

  it('a file that its host puts off waits, and that is no try; the host gets one request at a time', async () => {
    const ledger = open();
    const ids = names(6);
    await ledger.track('alpha', ids, OPTIONS);
    const { messages } = await ledger.record(heard('', { answers: ids.map((id) => answer(id, song(`clip-${id}`))) }));
    const busy = { ...gone, reason: 'unreachable' as const, retry_after_ms: 3_000 };
    for (const message of messages) {
      await ledger.mirrorJob(message);
      await ledger.mirrorReport(message, [busy]);
    }
    const kept = new Set<string>();
    let most = 0;
    for (let second = 0; second < 40 && kept.size < 6; second++) {
      pass(SECOND);
      const sent = (await due(ledger)).messages;
      most = Math.max(most, sent.length);
      for (const message of sent) {
        const job = await ledger.mirrorJob(message);
        expect(job?.files).toHaveLength(1);
        const { messages: more } = await ledger.mirrorReport(message, [archived(`media/${message.slug}/audio.mp3`)]);
        expect(more.length).toBeLessThanOrEqual(1);
        sent.push(...more);
        kept.add(message.task_id);
      }
    }
    expect([kept.size, most]).toEqual([6, 1]);
    const clips = (await ledger.list(ALL)).rows.flatMap(({ stored: one }) => one.clips);
    expect(clips.map(({ files }) => files.audio?.attempts)).toEqual(Array(6).fill(1));
  });
});

describe('a vendor that is retired', () => {
  it('has its pending tasks ended, with the reason, and keeps its songs', async () => {
    const ledger = open();
    await settled(ledger, 'kept');
    await ledger.track('alpha', names(3), OPTIONS);
    await runInDurableObject(ledger, async (_, state) => {
      const retired = { alpha: { base_url: 'https://alpha.example', retired: true } };
      const later = new Ledger(state, { ...env, VENDORS: retired } as never);
      await due(later as never);
      const { rows } = await later.list({ ...ALL, tracking: 'expired' });
      expect(
        rows.map(
          ({
            stored: {
              state: { last_error },
            },
          }) => last_error?.message,
        ),
      ).toEqual(Array(3).fill('Vendor "alpha" is retired: it is asked no more'));
      expect((await later.stats()).tasks.by_tracking).toEqual({ settled: 1, expired: 3 });
    });
  });
});

describe('a tick that comes no more', () => {
  it('shows in health and in the numbers', async () => {
    const ledger = open();
    expect(await ledger.health()).toMatchObject({ last_sweep_at: null, opened_at: START });
    await due(ledger);
    await evictDurableObject(ledger);
    pass(5 * MINUTE);
    expect((await ledger.health()).last_sweep_at).toBe(START);
    expect((await ledger.stats()).last_sweep_at).toBe(START);
  });
});

describe('polls', { timeout: 30_000 }, () => {
  it('are as rare after evictions as without them, though an unchanged one is in no row', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading());
    pass(2 * 60 * MINUTE);
    let polls = 0;
    for (let minute = 0; minute < 60; minute++) {
      for (const { token } of (await due(ledger)).asks) {
        polls++;
        await ledger.record(heard(token, { answers: [answer('a', reading())] }));
      }
      await evictDurableObject(ledger);
      pass(MINUTE);
    }
    expect(polls).toBeGreaterThanOrEqual(10);
    expect(polls).toBeLessThanOrEqual(13);
  });
});

async function counted(ledger: Stub, what: 'rowsWritten' | 'rowsRead', work: () => Promise<void>): Promise<number> {
  let rows = 0;
  const restore = await runInDurableObject(ledger, (_, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, 'exec', {
      configurable: true,
      value: (query: string, ...bound: unknown[]) => {
        const cursor = exec(query, ...bound);
        rows += cursor[what];
        return cursor;
      },
    });
    return () => Reflect.deleteProperty(sql, 'exec');
  });
  await work();
  restore();
  return rows;
}
const rowsWritten = (ledger: Stub, work: () => Promise<void>) => counted(ledger, 'rowsWritten', work);
const rowsRead = (ledger: Stub, work: () => Promise<void>) => counted(ledger, 'rowsRead', work);
