import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { slugOf } from '../../src/model/id.ts';
import type { MirrorMessage } from '../../src/model/messages.ts';
import type { Reading } from '../../src/model/task.ts';
import { clipReading, reading } from '../model/build.ts';
import {
  answer,
  archived,
  deny,
  due,
  error,
  gone,
  hear,
  heard,
  HOUR,
  open,
  OPTIONS,
  pass,
  SECOND,
  song,
  START,
  stored,
} from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

describe('Ledger.track()', () => {
  it('is idempotent by vendor and id, and keeps vendors apart', async () => {
    const ledger = open();
    const track = async (vendor: string, ids: string[]) => (await ledger.track(vendor, ids, OPTIONS)).results;
    expect(await track('alpha', ['a', 'a', 'b'])).toEqual([
      { id: 'a', created: true },
      { id: 'a', created: false },
      { id: 'b', created: true },
    ]);
    expect(await track('alpha', ['a'])).toEqual([{ id: 'a', created: false }]);
    expect(await track('beta', ['a'])).toEqual([{ id: 'a', created: true }]);
  });

  it('asks an expired task again', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    await deny(ledger, 'a');
    expect((await stored(ledger, 'a'))?.state.expired).toBe(true);
    await ledger.track('alpha', ['a'], OPTIONS);
    expect((await due(ledger)).asks[0]?.ids.map(({ id }) => id)).toEqual(['a']);
  });

  it('lists the newest tracked first, page by page, while more are added', async () => {
    const ledger = open();
    await ledger.track('alpha', ['1', '2', '3'], OPTIONS);
    const query = { vendor: null, status: null, tracking: null, archive: null, kind: null, limit: 2 };
    const first = await ledger.list({ ...query, before: null });
    await ledger.track('alpha', ['4'], OPTIONS);
    const second = await ledger.list({ ...query, before: first.rows.at(-1)?.seq ?? null });
    expect([...first.rows, ...second.rows].map(({ stored: { id } }) => id)).toEqual(['3', '2', '1']);
  });
});

describe('Ledger.takeDue()', () => {
  it('leases what it hands out until it is recorded, or the lease ends', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    expect((await due(ledger)).asks).toHaveLength(1);
    expect((await due(ledger)).asks).toHaveLength(0);
    pass(26 * SECOND);
    expect((await due(ledger)).asks).toHaveLength(1);
  });

  it('hands out the same again after an eviction: nothing is lost, at worst asked twice', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    const [ask] = (await due(ledger)).asks;
    await evictDurableObject(ledger);
    expect((await due(ledger)).asks).toHaveLength(1);
    await ledger.record(heard(ask?.token ?? '', { answers: [answer('a', song())] }));
    expect((await stored(ledger, 'a'))?.state.reading.status).toBe('succeeded');
  });

  it('asks nothing of a vendor that backs off, then one probe', async () => {
    const ledger = open();
    await ledger.track(
      'alpha',
      Array.from({ length: 120 }, (_, index) => `t${index}`),
      OPTIONS,
    );
    const { asks } = await due(ledger);
    expect(asks).toHaveLength(2);
    const fault = {
      fault: { reason: 'unavailable', detail: 'down', status: 503, retry_after_ms: null } as const,
      error,
    };
    for (const ask of asks) await ledger.record(heard(ask.token, { fault }));
    expect(await due(ledger)).toMatchObject({ asks: [], next_at: expect.any(Number) });
    pass(2 * SECOND);
    expect((await due(ledger)).asks).toHaveLength(1);
  });

  it('keeps the clocks of tasks still while their vendor is out of order', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading());
    pass(2 * SECOND);
    const fault = { fault: { reason: 'unauthorized', detail: 'key' } as const, error };
    await ledger.record(heard('', { fault }));
    pass(30 * HOUR);
    const [ask] = (await due(ledger)).asks;
    await ledger.record(heard(ask?.token ?? '', { answers: [answer('a', reading({ progress: 50 }))] }));
    expect((await stored(ledger, 'a'))?.state.expired).toBe(false);
  });

  it('drops a task 30 days after its end, and never before it was recorded', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading({ kind: 'lyrics', status: 'succeeded', lyrics: { title: null, text: 'la' } }));
    pass(40 * 24 * HOUR);
    const [save] = (await due(ledger)).saves;
    expect(await stored(ledger, 'a')).toBeDefined();
    await ledger.saved([{ vendor: 'alpha', id: 'a', version: save?.version ?? 0 }]);
    pass(2 * HOUR);
    await due(ledger);
    expect(await stored(ledger, 'a')).toBeUndefined();
  });

  it('keeps a task for 30 days after its end', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading({ kind: 'lyrics', status: 'succeeded', lyrics: { title: null, text: 'la' } }));
    const [save] = (await due(ledger)).saves;
    await ledger.saved([{ vendor: 'alpha', id: 'a', version: save?.version ?? 0 }]);
    pass(29 * 24 * HOUR);
    await due(ledger);
    expect(await stored(ledger, 'a')).toBeDefined();
  });

  it('saves again what changed while it was being saved', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    pass(11 * 60 * SECOND);
    const [save] = (await due(ledger)).saves;
    await ledger.mirrorReport(message as MirrorMessage, [archived(`media/${message?.slug}/audio.mp3`)]);
    await ledger.saved([{ vendor: 'alpha', id: 'a', version: save?.version ?? 0 }]);
    const [again] = (await due(ledger)).saves;
    expect(again?.stored.clips[0]?.files.audio?.state).toBe('archived');
  });
});

describe('Ledger.mirrorReport()', () => {
  it('keeps one object a role: what a second taker put under another extension must go', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    const [mp3, flac] = ['mp3', 'flac'].map((ext) => archived(`media/${message?.slug}/audio.${ext}`));
    expect(await ledger.mirrorReport(message as MirrorMessage, [mp3!])).toMatchObject({ discard: [] });
    const late = await ledger.mirrorReport(message as MirrorMessage, [flac!]);
    expect(late).toMatchObject({ discard: [`media/${message?.slug}/audio.flac`] });
    expect((await stored(ledger, 'a'))?.clips[0]?.files.audio?.key).toBe(`media/${message?.slug}/audio.mp3`);
  });

  it('keeps the checksum that archives need', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    const outcome = { ...archived(`media/${message?.slug}/audio.mp3`), crc32: 0xffff_ffff };
    await ledger.mirrorReport(message as MirrorMessage, [outcome]);
    expect((await stored(ledger, 'a'))?.clips[0]?.files.audio?.crc32).toBe(0xffff_ffff);
  });
});

describe('Ledger.record()', () => {
  it('changes nothing by a doubled, late or reordered report', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    const early = heard('', { answers: [answer('a', reading({ status: 'queued', vendor_status: 'QUEUED' }))] });
    pass(SECOND);
    const late = heard('', { answers: [answer('a', song())] });
    await ledger.record(late);
    const before = await stored(ledger, 'a');
    await ledger.record(late);
    await ledger.record(early);
    expect((await stored(ledger, 'a'))?.state).toEqual(before?.state);
  });

  it('keeps the fuller raw answer when a later one is emptied', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading({ clips: [clipReading()], vendor_status: 'IN_PROGRESS' }));
    pass(SECOND);
    await ledger.record(heard('', { answers: [answer('a', reading({ status: 'queued', vendor_status: 'QUEUED' }))] }));
    expect((await stored(ledger, 'a'))?.raw?.json).toContain('IN_PROGRESS');
  });

  it('holds an absurdly large answer against its task alone: the others of its batch move on', async () => {
    const ledger = open();
    await ledger.track('alpha', ['huge', 'good'], OPTIONS);
    const clips = Array.from({ length: 100 }, (_, index) =>
      clipReading({ id: `clip-${index}`, lyrics: 'x'.repeat(30_000) }),
    );
    await ledger.record(heard('', { answers: [answer('huge', reading({ clips })), answer('good', song())] }));
    expect((await stored(ledger, 'good'))?.state.reading.status).toBe('succeeded');
    expect((await stored(ledger, 'huge'))?.state).toMatchObject({
      failures: 1,
      last_error: { code: 'vendor_bad_answer' },
    });
  });

  it('keeps what was read of a task whose raw answer is too large to keep', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], OPTIONS);
    const raw = { form: 'answer' as const, json: JSON.stringify({ padding: 'x'.repeat(3_000_000) }) };
    await ledger.record(heard('', { answers: [{ ...answer('a', song()), raw }] }));
    expect(await stored(ledger, 'a')).toMatchObject({ raw: null, state: { reading: { status: 'succeeded' } } });
  });

  it('writes no row for an unchanged poll', async () => {
    const ledger = open();
    await hear(ledger, 'a', reading());
    pass(20 * SECOND);
    const rows = await rowsWritten(ledger, async () => {
      const [ask] = (await due(ledger)).asks;
      await ledger.record(heard(ask?.token ?? '', { answers: [answer('a', reading())] }));
    });
    expect(rows).toBe(0);
  });

  it('writes down once a minute that ticks come, however many turns one takes', async () => {
    const ledger = open();
    await due(ledger);
    pass(60 * SECOND);
    const rows = await rowsWritten(ledger, async () => {
      for (let turn = 0; turn < 4; turn++) {
        await due(ledger);
        pass(15 * SECOND);
      }
    });
    expect(rows).toBe(1);
  });

  it('writes few rows for a whole song: two clips, two files each, queued → streaming → complete in 180 s', async () => {
    const ledger = open();
    const calls: string[] = [];
    const clips = (status: 'streaming' | 'complete') =>
      ['clip-one', 'clip-two'].map((id) =>
        clipReading({ id, status, audio_url: status === 'complete' ? `https://cdn.example/${id}.mp3` : null }),
      );
    const states = [
      reading({ status: 'queued' }),
      reading({ clips: clips('streaming') }),
      reading({ status: 'succeeded', clips: clips('complete') }),
    ];
    let messages: MirrorMessage[] = [];
    let polls = 0;
    // That a tick came is written down, once a tick.
    const sweeps = Math.floor(180 / 60);
    const rows = await rowsWritten(ledger, async () => {
      calls.push('track');
      await ledger.track('alpha', ['a'], OPTIONS);
      for (let at = 0; at <= 180; at += 20) {
        const [ask] = (await due(ledger)).asks;
        const state = states[at < 60 ? 0 : at < 180 ? 1 : 2] as Reading;
        messages = (await ledger.record(heard(ask?.token ?? '', { answers: [answer('a', state)] }))).messages;
        polls++;
        pass(20 * SECOND);
      }
      for (const message of messages) {
        calls.push('mirrorJob', 'mirrorReport');
        const job = await ledger.mirrorJob(message);
        const outcomes = (job?.files ?? []).map(({ role }) => ({
          ...archived(`media/${message.slug}/${role}.x`),
          role,
        }));
        const { save } = await ledger.mirrorReport(message, outcomes);
        if (!save) continue;
        calls.push('saved');
        await ledger.saved([{ vendor: 'alpha', id: 'a', version: save.version }]);
      }
    });
    console.info(`a two-clip song: ${rows} rows over ${polls} polls; ${calls.length} RPCs beside its polls`);
    // Three for its row, four for what its answers changed, seven for its clips, three for the log; one for each of record and counts.
    expect(rows - sweeps).toBeLessThanOrEqual(20);
    expect(calls).toHaveLength(6);
  });
});

describe('Ledger.mirrorJob() and mirrorReport()', () => {
  it('hand a clip out once, however often its message is delivered', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    const jobs = await Promise.all([1, 2, 3].map(() => ledger.mirrorJob(message as MirrorMessage)));
    expect(jobs.filter((job) => job !== null)).toHaveLength(1);
  });

  it('settle the task when its last file is reported', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorJob(message as MirrorMessage);
    const report = await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    expect(report).toMatchObject({
      discard: [],
      changed: [{ tracking: 'settled', archive: { state: 'complete', archived: 1 } }],
    });
  });

  it('discard the object of a second report that found another one', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    expect((await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.m4a', 'e')])).discard).toEqual(
      ['media/x/audio.m4a'],
    );
    expect((await stored(ledger, 'a'))?.clips[0]?.files.audio).toMatchObject({
      key: 'media/x/audio.mp3',
      sha256: 'f'.repeat(64),
    });
  });

  it('send a clip again when no report came within the lease, and look into the bucket first', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    expect((await ledger.mirrorJob(message as MirrorMessage))?.files[0]?.look_first).toBe(false);
    pass(901 * SECOND);
    expect((await due(ledger)).messages).toEqual([message]);
    expect((await ledger.mirrorJob(message as MirrorMessage))?.files[0]?.look_first).toBe(true);
  });

  it('give up a file whose invocation died three times', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    for (let death = 0; death < 3; death++) {
      await ledger.mirrorJob(message as MirrorMessage);
      pass(901 * SECOND);
      await due(ledger);
    }
    expect((await stored(ledger, 'a'))?.clips[0]?.files.audio).toMatchObject({
      state: 'unavailable',
      reason: 'too_large',
    });
  });

  it('send everything again at once when a new process ends the leases', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorJob(message as MirrorMessage);
    await evictDurableObject(ledger);
    expect((await due(ledger)).messages).toEqual([]);
    await ledger.endLeases();
    expect((await due(ledger)).messages).toEqual([message]);
    expect((await ledger.mirrorJob(message as MirrorMessage))?.files[0]?.look_first).toBe(true);
  });

  it('look at the vendor afresh when a source has died, and try the URL that it gives then', async () => {
    const ledger = open();
    const [message] = await hear(ledger, 'a', song());
    await ledger.mirrorJob(message as MirrorMessage);
    await ledger.mirrorReport(message as MirrorMessage, [gone]);
    pass(2 * SECOND);
    expect((await due(ledger)).messages).toEqual([message]);
    await ledger.mirrorJob(message as MirrorMessage);
    await ledger.mirrorReport(message as MirrorMessage, [gone]);
    const [ask] = (await due(ledger)).asks;
    expect(ask?.ids.map(({ id }) => id)).toEqual(['a']);
    const { messages } = await ledger.record(
      heard(ask?.token ?? '', {
        answers: [
          answer(
            'a',
            reading({
              status: 'succeeded',
              clips: [clipReading({ cover_url: null, audio_url: 'https://mirror.example/new.mp3' })],
            }),
          ),
        ],
      }),
    );
    expect((await due(ledger)).asks).toEqual([]);
    expect(messages).toEqual([message]);
    expect((await ledger.mirrorJob(message as MirrorMessage))?.files[0]?.source_url).toBe(
      'https://mirror.example/new.mp3',
    );
  });

  it('count a clip that two tasks hold once, and show it archived in both', async () => {
    const ledger = open();
    const clip = crypto.randomUUID();
    const [message] = await hear(ledger, 'a', song(clip));
    await ledger.track('beta', ['b'], OPTIONS);
    const asks = (await due(ledger)).asks;
    const second = await ledger.record({
      ...heard(asks[0]?.token ?? '', { answers: [answer('b', song(clip))] }),
      vendor: 'beta',
    });
    expect(second.messages).toEqual([]);
    await ledger.mirrorReport(message as MirrorMessage, [archived('media/x/audio.mp3')]);
    pass(11 * SECOND);
    expect(await due(ledger)).toMatchObject({ messages: [], saves: [{}] });
    const { rows } = await ledger.list({
      vendor: 'beta',
      status: null,
      tracking: 'settled',
      archive: 'complete',
      kind: null,
      before: null,
      limit: 10,
    });
    expect(rows[0]?.stored.clips[0]).toMatchObject({
      slug: slugOf('alpha', clip),
      files: { audio: { state: 'archived' } },
    });
  });

  it('send no more than 100 clips at a time', async () => {
    const ledger = open();
    const ids = Array.from({ length: 150 }, (_, index) => `t${index}`);
    await ledger.track('alpha', ids, OPTIONS);
    const songOf = (id: string) => {
      const clip = clipReading({ id: `clip-${id}`, audio_url: `https://${id}.example/a.mp3`, cover_url: null });
      return reading({ status: 'succeeded', clips: [clip] });
    };
    const { messages } = await ledger.record(heard('', { answers: ids.map((id) => answer(id, songOf(id))) }));
    expect(messages).toHaveLength(100);
    const next: MirrorMessage[] = [];
    for (const message of messages.slice(0, 60)) {
      const report = await ledger.mirrorReport(message, [archived(`media/${message.slug}/audio.mp3`)]);
      next.push(...report.messages);
    }
    pass(2 * SECOND);
    next.push(...(await due(ledger)).messages);
    expect(next).toHaveLength(50);
    expect(new Set([...messages, ...next].map(({ slug }) => slug)).size).toBe(150);
  });
});

/** Rows that SQLite wrote meanwhile, as the platform bills them. */
async function rowsWritten(ledger: DurableObjectStub<Ledger>, work: () => Promise<void>): Promise<number> {
  let rows = 0;
  const restore = await runInDurableObject(ledger, (_, state) => {
    const { sql } = state.storage;
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, 'exec', {
      configurable: true,
      value: (query: string, ...bindings: unknown[]) => {
        const cursor = exec(query, ...bindings);
        const written = cursor.rowsWritten;
        rows += written;
        return cursor;
      },
    });
    return () => Reflect.deleteProperty(sql, 'exec');
  });
  await work();
  restore();
  return rows;
}
