// The Worker as `npm start` runs it. Miniflare hands out one batch of a queue and waits for its end before the next, so that one
// media host or receiver that hangs would hold back all others; the platform runs many consumers at once, and so does this.
import worker from '../index.ts';

export { Ledger } from '../index.ts';

/** Far fewer than on the platform (250): each may hold two buffers of 8 MB. Of each queue, so that neither waits for the other. */
const CONSUMERS_MAX = 20;
const consumers = new Map<string, number>();
const count = (queue: string, change: 1 | -1): number => {
  const now = (consumers.get(queue) ?? 0) + change;
  consumers.set(queue, now);
  return now;
};

export default {
  ...worker,
  async queue(batch, _env, context) {
    const open = count(batch.queue, 1);
    const work = worker.queue(batch).finally(() => count(batch.queue, -1));
    if (open < CONSUMERS_MAX) context.waitUntil(work);
    else await work;
  },
} satisfies ExportedHandler<Env>;
