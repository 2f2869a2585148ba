// A song's life, with each call of it failing once: what is left is what an undisturbed life leaves.
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { lifeOfSong } from './life.ts';
import { expectSameAtEachStep } from './steps.ts';
import { START } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

/** A life for each step. */
const LONG_MS = 300_000;

describe('a song’s life ends as it would have', () => {
  it.each([
    ['the call throws', 'error', 'before'],
    ['the call is done, and its answer is lost', 'error', 'after'],
    ['the ledger is moved, and forgets what it held in memory', 'eviction', 'before'],
  ] as const)('when %s: %s %s each step', (_, what, when) => expectSameAtEachStep(lifeOfSong, { what, when }), LONG_MS);
});
