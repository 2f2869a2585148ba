import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type WaitDeps, waitForNews } from '../../src/flows/wait-for-change.ts';
import { HEALTHY } from '../../src/model/circuit-breaker.ts';
import { WAITERS_MAX } from '../../src/model/limits.ts';
import { type Known, stampOf } from '../../src/model/state.ts';
import { answer, due, heard, OPTIONS } from '../ledger/calls.ts';
import { reading, task } from '../model/build.ts';

const known = (polls: number, tracked = true): Known => ({
  stored: {
    vendor: 'main',
    id: 'a',
    tracked,
    polls,
    last_polled_at: null,
    next_poll_at: null,
    state: task(),
    clips: [],
    raw: null,
  },
  pacing: HEALTHY,
});
const isNews = ({ stored }: Known): boolean => stored.polls >= 3;

/** A world in which each watch takes a second and each look brings one more poll. */
function world(changes: Partial<WaitDeps> = {}) {
  let now = 0;
  let polls = 0;
  const calls: string[] = [];
  const look = (name: string) => async () => {
    calls.push(name);
    return known(++polls, name === 'peek');
  };
  const deps: WaitDeps = {
    peek: look('peek'),
    read: look('read'),
    watch: async () => ((now += 1_000), true),
    sleep: async () => undefined,
    signal: new AbortController().signal,
    now: () => now,
    ...changes,
  };
  return { deps, calls };
}

describe('waitForNews()', () => {
  it('answers at once what is news already', async () => {
    const { deps, calls } = world();
    expect((await waitForNews(known(3), 60_000, isNews, deps)).stored.polls).toBe(3);
    expect(calls).toEqual([]);
  });
  it('looks only at the ledger for what is tracked: the sweep polls it', async () => {
    const { deps, calls } = world();
    expect((await waitForNews(known(0), 60_000, isNews, deps)).stored.polls).toBe(3);
    expect(calls).toEqual(['peek', 'peek', 'peek']);
  });
  it('reads again what nobody keeps', async () => {
    const { deps, calls } = world();
    await waitForNews(known(0, false), 60_000, isNews, deps);
    expect(calls).toEqual(['read', 'read', 'read']);
  });
  it('ends when the time is over, with what is known by then', async () => {
    const { deps } = world();
    expect((await waitForNews(known(0), 2_000, isNews, deps)).stored.polls).toBe(2);
  });
  it('answers as it stands whom there is no place for, after a second', async () => {
    const sleeps: number[] = [];
    const { deps, calls } = world({ watch: async () => false, sleep: async (ms) => void sleeps.push(ms) });
    expect((await waitForNews(known(0), 60_000, isNews, deps)).stored.polls).toBe(1);
    expect([calls, sleeps]).toEqual([['peek'], [1_000]]);
  });
  it('ends when the caller leaves', async () => {
    const { deps, calls } = world({ signal: AbortSignal.abort() });
    await waitForNews(known(0), 60_000, isNews, deps);
    expect(calls).toEqual([]);
  });
  it('keeps what is known when the ledger does not answer', async () => {
    const { deps } = world({ peek: () => Promise.reject(new Error('evicted')) });
    expect((await waitForNews(known(0), 2_000, isNews, deps)).stored.polls).toBe(0);
  });
});

describe('waitForNews() at a real ledger', () => {
  /** Tracks a task that nobody has answered for, and waits for its first answer. */
  async function waiting() {
    // A stub of an object that ended stays broken: each call has its own, as in the Worker.
    const name = crypto.randomUUID();
    const ledger = () => env.LEDGER.getByName(name);
    await ledger().track('alpha', ['a'], OPTIONS);
    const first = (await ledger().peek('alpha', 'a'))!;
    let watches = 0;
    let seen = stampOf(first.stored);
    const news = waitForNews(first, Date.now() + 60_000, ({ stored }) => stored.state.answered, {
      peek: async () => {
        const next = await ledger().peek('alpha', 'a');
        if (next) seen = stampOf(next.stored);
        return next;
      },
      read: async () => null,
      watch: async (ms) => {
        watches++;
        return ledger().watch('alpha', 'a', seen, ms);
      },
      sleep: async () => undefined,
      signal: new AbortController().signal,
      now: () => Date.now(),
    });
    const tell = async (): Promise<void> => {
      const [ask] = (await due(ledger())).asks;
      await ledger().record(heard(ask?.token ?? '', { answers: [answer('a', reading())] }));
    };
    return { ledger, news, tell, watches: () => watches };
  }

  it('answers the moment it happens', async () => {
    const { news, tell, watches } = await waiting();
    await tell();
    expect((await news).stored.state.answered).toBe(true);
    expect(watches()).toBe(1);
  });

  it('has places for so many: the next one is told so at once', async () => {
    const { ledger, tell } = await waiting();
    const stub = ledger();
    const seen = stampOf((await stub.peek('alpha', 'a'))!.stored);
    const watch = () => stub.watch('alpha', 'a', seen, 60_000);
    // One is taken by who waits already.
    const watching = Array.from({ length: WAITERS_MAX - 1 }, watch);
    expect(await watch()).toBe(false);
    await tell();
    expect((await Promise.all(watching)).every(Boolean)).toBe(true);
  });

  it('survives the end of the object: it asks again, and hears what happened since', async () => {
    const { ledger, news, tell } = await waiting();
    // An eviction waits for what is under way; this does not.
    await runInDurableObject(ledger(), (_, state) => state.abort('gone')).catch(() => undefined);
    await tell();
    expect((await news).stored.state.answered).toBe(true);
  });
});
