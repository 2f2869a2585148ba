// Flow: a caller waits for news of a task: read once, then listen to the ledger until there is some.
import { NO_PLACE_MS } from '../model/limits.ts';
import type { Known } from '../model/state.ts';

export interface WaitDeps {
  /** What is known now, without asking the vendor; null: the ledger does not keep this task. */
  peek(): Promise<Known | null>;
  /** Asks as any reader does. */
  read(): Promise<Known | null>;
  /** Resolves at the task's next change, or after `ms`. False: there is no place to wait. */
  watch(ms: number): Promise<boolean>;
  sleep(ms: number): Promise<void>;
  /** The caller has left. */
  readonly signal: AbortSignal;
  now(): number;
}

/** A caller who leaves frees the place in the ledger after at most this long. */
const SLICE_MS = 10_000;
/** After a failed watch, so that an object that cannot be reached is not asked in a tight loop. */
const PAUSE_AFTER_FAILURE_MS = 500;

/**
 * Waiting costs the vendor no extra request: what is tracked is polled by the sweep, and only what nobody keeps is read
 * again. An evicted ledger breaks the watch off; the next look is at what it has stored.
 */
export async function waitForNews(
  first: Known,
  until: number,
  isNews: (known: Known) => boolean,
  deps: WaitDeps,
): Promise<Known> {
  let known = first;
  while (!isNews(known) && deps.now() < until && !deps.signal.aborted) {
    const hasWaited = await deps
      .watch(Math.min(until - deps.now(), SLICE_MS))
      .catch(() => deps.sleep(PAUSE_AFTER_FAILURE_MS).then(() => true));
    // More wait than the ledger keeps: the rest are answered as it stands, after a pause.
    if (!hasWaited) await deps.sleep(NO_PLACE_MS);
    const next = await (known.stored.tracked ? deps.peek() : deps.read()).catch(() => null);
    known = next ?? known;
    if (!hasWaited) break;
  }
  return known;
}
