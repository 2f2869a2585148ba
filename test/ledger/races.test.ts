// Whatever comes in whatever order, late, doubled or after an eviction: what is deleted stays so, and the counts are those of the rows.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MirrorMessage } from '../../src/model/messages.ts';
import { clipReading, reading } from '../model/build.ts';
import { answer, archived, due, gone, heard, open, OPTIONS, pass, SECOND, START } from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

type Stub = ReturnType<typeof open>;
const IDS = ['a', 'b'];
/** One clip is in both tasks, by an id that means the same everywhere. */
const SHARED = '11111111-2222-4333-8444-555555555555';
const ALL = { vendor: null, status: null, tracking: null, archive: null, kind: null, before: null, limit: 100 };

const what = fc.constantFrom('running', 'done', 'failed', 'early');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('track' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), id: fc.constantFrom(...IDS), what }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deny' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('mirror' as const), ok: fc.boolean(), nth: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('untrack' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('takeDown' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const), ms: fc.constantFrom(0, 20_000, 1_000_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('save' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
);

const READINGS = {
  running: () => reading(),
  done: (id: string) =>
    reading({ status: 'succeeded', clips: [clipReading({ id: SHARED }), clipReading({ id: `clip-${id}` })] }),
  failed: () => reading({ status: 'failed' }),
  early: () =>
    reading({ status: 'succeeded', clips: [clipReading({ id: SHARED, status: 'streaming', audio_url: null })] }),
};

/** Every message and every save that was ever handed out may come again. */
interface World {
  readonly ledger: Stub;
  readonly messages: MirrorMessage[];
  readonly saves: { vendor: string; id: string; version: number }[];
}

async function take({ ledger, messages, saves }: World, one: typeof step extends fc.Arbitrary<infer T> ? T : never) {
  switch (one.do) {
    case 'track':
      return void messages.push(...(await ledger.track('alpha', [one.id], OPTIONS)).messages);
    case 'answer': {
      const report = heard('', {
        answers: [answer(one.id, READINGS[one.what as keyof typeof READINGS](one.id))],
        track: false,
      });
      return void messages.push(...(await ledger.record(report)).messages);
    }
    case 'deny': {
      const error = { code: 'not_found', message: 'denied', at: new Date(Date.now()).toISOString() };
      return void (await ledger.record(heard('', { denied: [{ id: one.id, error }] })));
    }
    case 'mirror': {
      const message = messages[one.nth % Math.max(1, messages.length)];
      if (!message) return;
      const job = await ledger.mirrorJob(message);
      const outcomes = (job?.files ?? []).map(({ role }) =>
        one.ok ? { ...archived(`media/${message.slug}/${role}.x`), role } : { ...gone, role, final: true },
      );
      const report = await ledger.mirrorReport(message, outcomes);
      if (report.save) saves.push({ vendor: 'alpha', id: report.save.stored.id, version: report.save.version });
      return void messages.push(...report.messages);
    }
    case 'untrack':
      return void (await ledger.untrack('alpha', one.id));
    case 'retry':
      return void messages.push(...((await ledger.retry('alpha', one.id))?.messages ?? []));
    case 'takeDown':
      return void (await ledger.takeDown(SHARED, null));
    case 'sweep': {
      pass(one.ms);
      const work = await due(ledger);
      messages.push(...work.messages);
      return void saves.push(...work.saves.map(({ stored, version }) => ({ vendor: 'alpha', id: stored.id, version })));
    }
    case 'save':
      return void (await ledger.saved(saves));
    case 'evict':
      await ledger.ping();
      return evictDurableObject(ledger);
  }
}

async function expectCounted(ledger: Stub): Promise<void> {
  const { tasks, files } = await ledger.stats();
  const { rows } = await ledger.list(ALL);
  expect(tasks.total).toBe(rows.length);
  const { tracking, clips } = await runInDurableObject(ledger, (_, { storage: { sql } }) => ({
    tracking: sql.exec('SELECT tracking, count(*) AS n FROM tasks GROUP BY tracking').toArray(),
    clips: sql.exec<{ state: string }>('SELECT state FROM clips').toArray(),
  }));
  expect(tasks.by_tracking).toEqual(Object.fromEntries(tracking.map((row) => [row['tracking'], row['n']])));
  const kept = clips
    .map(({ state }) => JSON.parse(state) as { taken_down_at?: number; files: Record<string, { state?: string }> })
    .filter(({ taken_down_at }) => taken_down_at === undefined)
    .flatMap(({ files: own }) => Object.values(own));
  const count = (state: string): number => kept.filter((file) => file.state === state).length;
  expect({ archived: files.archived, unavailable: files.unavailable }).toEqual({
    archived: count('archived'),
    unavailable: count('unavailable'),
  });
}

describe('a ledger', { timeout: 120_000 }, () => {
  it('counts what there is, and brings back nothing that was deleted, whatever comes in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        vi.setSystemTime(START);
        const world: World = { ledger: open(), messages: [], saves: [] };
        await world.ledger.track('alpha', IDS, OPTIONS);
        for (const one of steps) {
          pass(SECOND);
          await take(world, one);
        }
        await expectCounted(world.ledger);
        // All at once goes, and what was under way comes after that.
        pass(SECOND);
        const asked = heard('', { answers: IDS.map((id) => answer(id, READINGS.done(id))) });
        pass(SECOND);
        for (const id of IDS) await world.ledger.untrack('alpha', id);
        await world.ledger.record(asked);
        for (const message of world.messages) {
          expect(await world.ledger.mirrorJob(message)).toBeNull();
          await world.ledger.mirrorReport(message, [{ ...archived(`media/late/${message.slug}.x`) }]);
        }
        await world.ledger.saved(world.saves);
        expect((await world.ledger.list(ALL)).rows).toEqual([]);
        pass(20_000_000);
        const work = await due(world.ledger);
        expect([work.asks, work.messages, work.saves]).toEqual([[], [], []]);
        await evictDurableObject(world.ledger);
        await expectCounted(world.ledger);
      }),
      { numRuns: 25 },
    );
  });
});
