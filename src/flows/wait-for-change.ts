// Pure, its edges passed in: a caller waits for news of a task: read it once, then listen to the ledger until something is worth telling.
import type { Known } from '../model/state.ts';

export interface WaitDeps {
  /** What is known now, without asking the vendor; null: the ledger does not keep this task. */
  peek(): Promise<Known | null>;
  /** Asks as any reader does. */
  read(): Promise<Known | null>;
  /** Resolves at the task's next change, or after `ms`; false: at once, since too many watch already. */
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
/** For whom there is no place: who asks again at once would make the crowd larger. */
const PAUSE_WITHOUT_PLACE_MS = 1_000;

/**
 * Waiting costs the vendor no extra request: what is tracked is polled by the sweep, and only what nobody keeps is read
 * again. An evicted ledger breaks the watch off; the next look is at what it has stored. More than it has places for are
 * answered as it stands.
 */
export async function waitForNews(
  first: Known,
  until: number,
  isNews: (known: Known) => boolean,
  deps: WaitDeps,
): Promise<Known> {
  let known = first;
  while (!isNews(known) && deps.now() < until && !deps.signal.aborted) {
    const watched = await deps.watch(Math.min(until - deps.now(), SLICE_MS)).catch(async () => {
      await deps.sleep(PAUSE_AFTER_FAILURE_MS);
      return true;
    });
    if (!watched) await deps.sleep(PAUSE_WITHOUT_PLACE_MS);
    const next = await (known.stored.tracked ? deps.peek() : deps.read()).catch(() => null);
    known = next ?? known;
    if (!watched) break;
  }
  return known;
}
