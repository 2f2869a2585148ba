// What a song takes of everything that is billed: rows written, calls of the ledger, requests to its vendor.
import { runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { FileOutcome } from '../../src/model/messages.ts';
import { Minutes, MINUTE, SECOND, START } from './minutes.ts';

let world: Minutes;
afterEach(() => world.clock.end());

const WORDS = 'Over the harbour the morning comes slowly, and nobody waits for it. '.repeat(12);
/** A task of two clips as a relay tells it, some 4 KB. */
const rowOf = (id: string, state: 'queued' | 'streaming' | 'complete'): object => ({
  ...{
    task_id: id,
    action: 'MUSIC',
    status: { queued: 'SUBMITTED', streaming: 'IN_PROGRESS', complete: 'SUCCESS' }[state],
  },
  ...{ fail_reason: '', submit_time: 1_780_000_000, progress: state === 'complete' ? '100%' : '0%' },
  data:
    state === 'queued'
      ? null
      : ['one', 'two'].map((clip) => ({
          ...{ id: `${id}-${clip}`, title: 'Harbour', status: state, audio_url: '', image_large_url: '' },
          ...(state === 'complete' && {
            audio_url: `https://cdn.example/${id}-${clip}.mp3`,
            image_large_url: `https://cdn.example/${id}-${clip}.jpeg`,
          }),
          metadata: { tags: 'folk', prompt: WORDS, duration: 180 },
        })),
});

const isSweep = (bound: unknown): boolean => bound === 'sweep';

/** Rows that are written from now on. That a tick came is written down once a tick, with songs or without. */
async function countRows({ stub }: Minutes, isCounted = (bound: unknown) => !isSweep(bound)): Promise<() => number> {
  let rows = 0;
  await stub.ping();
  await runInDurableObject(stub, (_, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, 'exec', {
      configurable: true,
      value: (query: string, ...bound: unknown[]) => {
        const cursor = exec(query, ...bound);
        if (isCounted(bound[0])) rows += cursor.rowsWritten;
        return cursor;
      },
    });
  });
  return () => rows;
}

/** As the mirror does it for each message. */
async function mirrorAll({ ledger, sent }: Minutes): Promise<void> {
  for (const { message } of sent.splice(0)) {
    const job = await ledger.mirrorJob(message);
    const outcomes = (job?.files ?? []).map(({ role, source_url }): FileOutcome => ({
      ...{ ok: true, role, source_url, key: `media/${message.slug}/${role}.x`, content_type: 'x/y', bytes: 9 },
      ...{ sha256: 'f'.repeat(64), archived_at: new Date(START).toISOString() },
    }));
    const { save } = await ledger.mirrorReport(message, outcomes);
    if (save) await ledger.saved([{ vendor: 'alpha', id: message.task_id, version: save.version }]);
  }
}

describe('a tick with nothing to do', () => {
  it('is one call of the ledger', async () => {
    world = new Minutes({ alpha: {} });
    await world.ticks(3);
    expect(world.calls).toEqual(['takeDue', 'takeDue', 'takeDue']);
  });
});

describe('a tick that has something to do all its time', () => {
  it('is written down once', async () => {
    world = new Minutes({ alpha: { ms: 50, row: (id) => rowOf(id, 'streaming') } });
    await world.track('alpha', ['song']);
    const rows = await countRows(world, isSweep);
    await world.ticks(4);
    expect(rows()).toBeLessThanOrEqual(4);
  });
});

describe('a song of two clips by itself, complete after 180 s', () => {
  it('takes at most 20 rows and 24 calls of the ledger', async () => {
    const state = () => (world.now < 60 * SECOND ? 'queued' : world.now < 180 * SECOND ? 'streaming' : 'complete');
    world = new Minutes({ alpha: { ms: 50, row: (id) => rowOf(id, state()) } });
    const rows = await countRows(world);
    await world.ledger.unknownOf('alpha', ['song']);
    await world.track('alpha', ['song']);
    for (let minute = 0; minute < 6; minute++) {
      await world.ticks(1);
      await mirrorAll(world);
    }
    const { tasks, files } = await world.ledger.stats();
    expect([tasks.by_tracking, files.archived]).toEqual([{ settled: 1 }, 4]);
    const calls = world.calls.filter((name) => name !== 'stats').length - 6;
    console.info(
      `a two-clip song: ${rows()} rows, ${calls} calls of the ledger, ${world.asked.length} vendor requests`,
    );
    expect(rows()).toBeLessThanOrEqual(20);
    expect(calls).toBeLessThanOrEqual(24);
  });
});

describe('a song that is stuck', { timeout: 120_000 }, () => {
  it('is written when it changes, once when it is recorded unfinished, and when it expires: at most 60 rows', async () => {
    world = new Minutes({ alpha: { ms: 50, row: (id) => rowOf(id, 'streaming') } });
    const rows = await countRows(world);
    await world.track('alpha', ['song']);
    await world.ticks(120);
    console.info(`stuck for 2 h: ${rows()} rows, ${world.asked.length} polls`);
    expect(rows()).toBeLessThanOrEqual(15);
    expect(world.asked.length).toBeLessThanOrEqual(40 + 50 + 13);
    await world.clock.pass(22 * 60 * MINUTE);
    await world.ticks(6);
    expect((await world.ledger.stats()).tasks.by_tracking).toEqual({ expired: 1 });
    console.info(`and expired after 24 h: ${rows()} rows`);
    expect(rows()).toBeLessThanOrEqual(60);
  });
});
