// What a vendor's calls do in the ledger by themselves, where whoever was called does not come back.
import { evictDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALLS_AHEAD, CALLS_LEARNED } from '../../src/model/limits.ts';
import { reading } from '../model/build.ts';
import { answer, due, heard, open, OPTIONS, pass, SECOND, song, START, stored } from './calls.ts';

const HOOK = { ...OPTIONS, hook_named: true };
const INTERVAL = 15 * SECOND;
type Stub = ReturnType<typeof open>;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const running = (id: string) => ({ answers: [answer(id, reading())] });
const call = async (ledger: Stub, ...ids: string[]) => ledger.called('alpha', ids, crypto.randomUUID());
const dueIn = async (ledger: Stub, id: string): Promise<number> =>
  ((await stored(ledger, id))?.next_poll_at ?? Infinity) - Date.now();

async function tracked(id: string): Promise<Stub> {
  const ledger = open();
  await ledger.track('alpha', [id], HOOK);
  await ledger.record(heard((await due(ledger)).asks[0]?.token ?? '', running(id)));
  return ledger;
}

describe('a call', () => {
  it('leases what it is about, and only that', async () => {
    const ledger = await tracked('a');
    expect(await call(ledger, 'a')).toMatchObject({ ask: { ids: [{ id: 'a', known: true }] }, waiting: [] });
  });

  it('while its task is being asked about makes it due with that answer', async () => {
    const ledger = open();
    await ledger.track('alpha', ['a'], HOOK);
    const [ask] = (await due(ledger)).asks;
    expect(await call(ledger, 'a')).toMatchObject({ ask: null, waiting: ['a'] });
    await ledger.record(heard(ask?.token ?? '', running('a')));
    expect(await dueIn(ledger, 'a')).toBeLessThanOrEqual(0);
  });

  it('too many makes its task due when it may be asked about, and not when its age says', async () => {
    const ledger = await tracked('a');
    pass(20 * 60 * SECOND);
    // In twenty minutes all looks are paid for: one for now, and those ahead.
    for (let looks = 0; looks <= CALLS_AHEAD; looks++) {
      const { ask } = await call(ledger, 'a');
      await ledger.record(heard(ask?.token ?? '', running('a')));
    }
    expect(await dueIn(ledger, 'a')).toBeGreaterThanOrEqual(60 * SECOND);
    expect((await call(ledger, 'a')).ask).toBeNull();
    expect(await dueIn(ledger, 'a')).toBeLessThanOrEqual(INTERVAL);
  });

  it('that whoever heard it does nothing about comes to the sweep', async () => {
    const ledger = await tracked('a');
    const { ask } = await call(ledger, 'a');
    pass((ask?.until ?? 0) - Date.now() + 1);
    expect((await due(ledger)).asks[0]?.ids.map(({ id }) => id)).toEqual(['a']);
  });
});

describe('what is learned of a vendor', () => {
  async function learned(): Promise<Stub> {
    const ledger = open();
    for (let count = 0; count < CALLS_LEARNED; count++) {
      await ledger.track('alpha', [`s-${count}`], HOOK);
      const { ask } = await call(ledger, `s-${count}`);
      await ledger.record(heard(ask?.token ?? '', { answers: [answer(`s-${count}`, song(`clip-${count}`))] }));
    }
    await ledger.track('alpha', ['a'], HOOK);
    await ledger.record(heard((await due(ledger)).asks[0]?.token ?? '', running('a')));
    return ledger;
  }

  it('makes polls rare, and a tick that waits for them looks at the usual times', async () => {
    const ledger = await learned();
    expect(await dueIn(ledger, 'a')).toBeGreaterThanOrEqual(4 * INTERVAL);
    expect((await due(ledger)).next_ask_at).toBe(Date.now() + INTERVAL);
  });

  it('outlasts the object, and what else is kept of the vendor', async () => {
    const ledger = await learned();
    const fault = { reason: 'rate_limited', detail: 'slow', retry_after_ms: SECOND } as const;
    await ledger.record(heard('', { fault: { fault, error: { code: 'x', message: 'slow', at: '' } } }));
    await ledger.resume('alpha');
    await evictDurableObject(ledger);
    await ledger.track('alpha', ['b'], HOOK);
    await ledger.record(heard((await due(ledger)).asks[0]?.token ?? '', running('b')));
    expect(await dueIn(ledger, 'b')).toBeGreaterThanOrEqual(4 * INTERVAL);
  });
});
