// Edge: the Worker: requests, ticks and queue messages go to their flows. No logic.
import { env } from 'cloudflare:workers';
import { httpDeps } from './app/fetch.ts';
import { runDeliver, runMirror } from './app/queue.ts';
import { runDaily, runSweep } from './app/scheduled.ts';
import { readSettings } from './config/settings.ts';
import { createRouter } from './http/router.ts';
import { DAILY_CRON, DELIVER_QUEUE_SUFFIX } from './model/limits.ts';

export { Ledger } from './ledger/ledger.ts';

const settings = readSettings(env);
const router = createRouter(httpDeps(env, settings));

export default {
  fetch: (request, _env, context) => router.fetch(request, context),
  scheduled: async ({ cron }) =>
    settings.ok
      ? (cron === DAILY_CRON ? runDaily : runSweep)(env, settings.value, cron)
      : console.error(JSON.stringify({ event: 'error', at: 'settings', mistakes: settings.fault })),
  queue: async (batch) =>
    settings.ok
      ? (batch.queue.endsWith(DELIVER_QUEUE_SUFFIX) ? runDeliver : runMirror)(env, settings.value, batch)
      : batch.retryAll(),
} satisfies ExportedHandler<Env>;
