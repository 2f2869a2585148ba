// Edge: longplay as one experiment has it: a ledger of its own, buckets and queues that are counted, each call by hand.
import { env as bindings } from 'cloudflare:workers';
import { httpDeps } from '../../../src/app/fetch.ts';
import { runDeliver, runMirror } from '../../../src/app/queue.ts';
import { runSweep } from '../../../src/app/scheduled.ts';
import { readSettings, type Settings } from '../../../src/config/settings.ts';
import { createRouter } from '../../../src/http/router.ts';
import { asWorker, forget } from './clock.ts';
import { countedBucket, countedStub, meter } from './counting.ts';
import { place } from './ledger.ts';

export interface Opened {
  env: Env;
  settings: Settings;
  call(method: string, path: string, body?: unknown): Promise<Response>;
  tick(): Promise<void>;
  /** All that waits in the queues, each message in an invocation of its own. */
  drain(): Promise<void>;
}

/** A ledger of its own, buckets and queues that are counted. */
export function opened(more: Record<string, unknown> = {}, fetch_budget?: number): Opened {
  forget();
  place.settings = more;
  place.ledger = crypto.randomUUID();
  const waiting: { queue: string; body: unknown }[] = [];
  const producer = (queue: string): Queue =>
    ({
      sendBatch: async (messages: Iterable<{ body: unknown }>) => {
        for (const { body } of messages) {
          meter.counts.messages++;
          waiting.push({ queue, body });
        }
      },
    }) as unknown as Queue;
  const real = bindings as unknown as Env;
  const env = {
    ...real,
    ...more,
    LEDGER: { getByName: () => countedStub(real.LEDGER.getByName(place.ledger)) },
    MEDIA: countedBucket(real.MEDIA),
    RECORDS: countedBucket(real.RECORDS),
    MIRROR: producer('longplay-mirror'),
    DELIVER: producer('longplay-deliver'),
  } as unknown as Env;
  const read = readSettings(env);
  if (!read.ok) throw new Error(read.fault.join('; '));
  // Past what settings allow: one tick is to ask about everything.
  const settings = { ...read.value, ...(fetch_budget !== undefined && { fetch_budget }) };
  const router = createRouter(httpDeps(env, read));
  const nothing = (): void => undefined;
  return {
    ...{ env, settings },
    call: async (method, path, body) => {
      meter.counts.invocations++;
      const later: Promise<unknown>[] = [];
      const headers = { authorization: 'Bearer bench', 'content-type': 'application/json' };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await router.fetch(new Request(`https://songs.example${path}`, init), {
        waitUntil: (work) => void later.push(work),
      });
      await Promise.all(later);
      if (!response.ok) throw new Error(`${path} is answered ${response.status}: ${await response.text()}`);
      return response;
    },
    tick: async () => {
      meter.counts.invocations++;
      await asWorker(() => runSweep(env, settings, '* * * * *'));
    },
    drain: async () => {
      for (let sent = waiting.shift(); sent; sent = waiting.shift()) {
        meter.counts.invocations++;
        const message = {
          id: 'm',
          timestamp: new Date(Date.now()),
          attempts: 1,
          body: sent.body,
          ack: nothing,
          retry: nothing,
        };
        const batch = {
          queue: sent.queue,
          messages: [message],
          ackAll: nothing,
          retryAll: nothing,
        } as unknown as MessageBatch;
        await (sent.queue.endsWith('-deliver') ? runDeliver : runMirror)(env, settings, batch);
      }
    },
  };
}
