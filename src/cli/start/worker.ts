// Edge: the Worker as `npm start` runs it, with many consumers of a queue at once, as on the platform.
// Miniflare hands out one batch of a queue and waits for its end before the next, so that one media host or receiver
// that hangs would hold back all others.
import worker from '../../index.ts';
import { DELIVER_QUEUE_SUFFIX } from '../../model/limits.ts';

export { Ledger } from '../../index.ts';

/** Each queue has places of its own, so that receivers that hang hold back no file. */
const open = { mirror: 0, deliver: 0 };
const OPEN_MAX = {
  /** Far fewer than on the platform (250): each may hold two buffers of 8 MB. */
  mirror: 20,
  /** As on the platform: each holds an event, and may wait 15 s for a receiver that hangs. */
  deliver: 250,
} satisfies typeof open;

export default {
  ...worker,
  async queue(batch, _env, context) {
    const queue = batch.queue.endsWith(DELIVER_QUEUE_SUFFIX) ? 'deliver' : 'mirror';
    open[queue]++;
    const work = worker.queue(batch).finally(() => open[queue]--);
    if (open[queue] < OPEN_MAX[queue]) context.waitUntil(work);
    else await work;
  },
} satisfies ExportedHandler<Env>;
