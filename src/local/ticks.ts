// Edge: the timer. Fires the Worker's cron at an even pace; slow ticks overlap, up to a bound.
import { DAILY_CRON, START_CRON } from '../model/limits.ts';

/** Overlapping ticks are harmless, a pile of them is not: beyond this many unfinished ones a tick is left out. */
const UNFINISHED_MAX = 4;

/** What wrangler.toml says of every minute. */
const EVERY_TICK = '* * * * *';
const DAY_MS = 86_400_000;

/** Ticks at once and then every `seconds`; answers how to stop. A failed tick is told and changes nothing: the next one comes. */
export function startTicks(
  tick: (cron: string) => Promise<void>,
  seconds: number,
  onFailure: (error: unknown) => void,
): () => void {
  let unfinished = 0;
  let stopped = false;
  const fire = async (cron: string): Promise<void> => {
    if (unfinished >= UNFINISHED_MAX) return;
    unfinished++;
    try {
      await tick(cron);
    } catch (error) {
      if (!stopped) onFailure(error);
    } finally {
      unfinished--;
    }
  };
  void fire(START_CRON);
  const timers = [
    setInterval(() => void fire(EVERY_TICK), seconds * 1000),
    // By the time that it runs, not by the clock on the wall: a computer of one's own may sleep at any hour.
    setInterval(() => void fire(DAILY_CRON), DAY_MS),
  ];
  return () => {
    stopped = true;
    timers.forEach(clearInterval);
  };
}
