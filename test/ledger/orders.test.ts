// Submits under an Idempotency-Key, as the ledger keeps them: one of all is new, and its answer is everybody's for a day.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { due, HOUR, open, pass, SECOND, START } from './calls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const ORDER = { name: 'token-and-key', fingerprint: 'a-song' };
const NEW = { state: 'new' };
const rows = (ledger: ReturnType<typeof open>) =>
  runInDurableObject(ledger, (_, { storage }) => storage.sql.exec('SELECT name, answer FROM orders').toArray());

describe('Ledger.beginOrder()', () => {
  it('is new for one of ten at once', async () => {
    const ledger = open();
    const begun = await Promise.all(Array.from({ length: 10 }, () => ledger.beginOrder(ORDER)));
    expect(begun.map(({ state }) => state).sort()).toEqual(['new', ...Array.from({ length: 9 }, () => 'under_way')]);
  });

  it('tells the answer once there is one, for 24 h, and is new then', async () => {
    const ledger = open();
    await ledger.beginOrder(ORDER);
    await ledger.endOrder(ORDER.name, 'the answer');
    const answered = { state: 'answered', answer: 'the answer' };
    expect(await ledger.beginOrder(ORDER)).toEqual(answered);
    pass(24 * HOUR - 1);
    expect(await ledger.beginOrder(ORDER)).toEqual(answered);
    pass(1);
    expect(await ledger.beginOrder(ORDER)).toEqual(NEW);
    expect(await rows(ledger)).toEqual([{ name: ORDER.name, answer: null }]);
  });

  it('tells another order under the same key, whether the first one is answered or not', async () => {
    const ledger = open();
    const other = { ...ORDER, fingerprint: 'another song' };
    await ledger.beginOrder(ORDER);
    expect(await ledger.beginOrder(other)).toEqual({ state: 'other' });
    await ledger.endOrder(ORDER.name, 'the answer');
    expect(await ledger.beginOrder(other)).toEqual({ state: 'other' });
    expect(await ledger.beginOrder({ ...other, name: 'another key' })).toEqual(NEW);
  });

  it('is new again where nothing was ordered after all', async () => {
    const ledger = open();
    await ledger.beginOrder(ORDER);
    await ledger.endOrder(ORDER.name, null);
    expect(await ledger.beginOrder({ ...ORDER, fingerprint: 'another song' })).toEqual(NEW);
  });

  it('never begins one anew that broke off: the song may be under way', async () => {
    const ledger = open();
    await ledger.beginOrder(ORDER);
    await evictDurableObject(ledger);
    pass(104 * SECOND);
    expect(await ledger.beginOrder(ORDER)).toEqual({ state: 'under_way' });
    pass(1 * SECOND);
    expect(await ledger.beginOrder(ORDER)).toEqual({ state: 'unknown' });
    pass(23 * HOUR);
    expect(await ledger.beginOrder(ORDER)).toEqual({ state: 'unknown' });
    pass(1 * HOUR);
    expect(await ledger.beginOrder(ORDER)).toEqual(NEW);
  });

  it('keeps what it was told over an eviction, and takes an answer after one', async () => {
    const ledger = open();
    await ledger.beginOrder(ORDER);
    await evictDurableObject(ledger);
    await ledger.endOrder(ORDER.name, 'the answer');
    await evictDurableObject(ledger);
    expect(await ledger.beginOrder(ORDER)).toEqual({ state: 'answered', answer: 'the answer' });
  });
});

describe('Ledger.takeDue()', () => {
  it('lets orders of yesterday go, a bounded number at a time', async () => {
    const ledger = open();
    await Promise.all(Array.from({ length: 250 }, (_, n) => ledger.beginOrder({ ...ORDER, name: `old-${n}` })));
    pass(23 * HOUR);
    await ledger.beginOrder(ORDER);
    pass(1 * HOUR);
    await due(ledger);
    expect(await rows(ledger)).toHaveLength(51);
    await due(ledger);
    expect(await rows(ledger)).toEqual([{ name: ORDER.name, answer: null }]);
  });
});
