// A song's life, with a crash at each step of it: what is left is what an undisturbed life leaves.
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { lifeOfSong } from './life.ts';
import { expectSameAtEachStep } from './steps.ts';
import { START } from './world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

/** A life for each step. */
const LONG_MS = 300_000;

/** Calls follow one another but for a few: after one step is before the next. So one crash is tried before each, the other after. */
describe('a song’s life ends as it would have', () => {
  it.each([
    ['all that runs dies, the queues and what the ledger held in memory are gone', 'power off', 'before'],
    ['the invocation dies, and its message never comes again', 'death', 'after'],
  ] as const)('when %s: %s %s each step', (_, what, when) => expectSameAtEachStep(lifeOfSong, { what, when }), LONG_MS);
});
