// The Worker as `npm start` runs it. Miniflare hands out one batch of a queue and waits for its end before the next, so that one
// media host that hangs would hold back every other file; the platform runs many consumers at once, and so does this.
import worker from '../index.ts';

export { Ledger } from '../index.ts';

/** Far fewer than on the platform (250): each may hold two buffers of 8 MB. */
const CONSUMERS_MAX = 20;
let consumers = 0;

export default {
  ...worker,
  async queue(batch, _env, context) {
    consumers++;
    const work = worker.queue(batch).finally(() => consumers--);
    if (consumers < CONSUMERS_MAX) context.waitUntil(work);
    else await work;
  },
} satisfies ExportedHandler<Env>;
