// Edge: bindings to functions: ledger, queues, records, log, clock and chance of one Worker. Decides nothing.
import { readRecord, writeRecord } from '../archive/bucket.ts';
import type { Records } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import type { Queues } from '../flows/enqueue.ts';
import { chunks } from '../lib/chunks.ts';
import { LEDGER_NAME, QUEUE_SEND_MAX } from '../model/limits.ts';
import { DeliverMessage } from '../model/messages.ts';
import { vendorClient } from '../relay/client.ts';

/** One ledger holds everything; its name is where sharding would begin. */
export const ledgerOf = (env: Env) => env.LEDGER.getByName(LEDGER_NAME);

export type Log = (entry: object) => void;

export const print: Log = (entry) => console.log(JSON.stringify(entry));

/** All lines of one invocation name it. */
export const logAs =
  (request_id: string): Log =>
  (entry) =>
    print({ ...entry, request_id });

export const now = (): number => Date.now();

export const token = (): string => crypto.randomUUID();

export const recordsOf = (env: Env): Records => ({
  read: (key, schema) => readRecord(env.RECORDS, key, schema),
  write: (key, value, etag) => writeRecord(env.RECORDS, key, value, etag),
});

export const sendAll = async (queue: Queue, bodies: object[]): Promise<void> => {
  for (const some of chunks(bodies, QUEUE_SEND_MAX))
    await queue.sendBatch(some.map((body) => ({ body, contentType: 'json' as const })));
};

export const queuesOf = (env: Env, log: Log): Queues => ({
  sendMirror: (messages) => sendAll(env.MIRROR, messages),
  sendDeliver: (ids) =>
    sendAll(
      env.DELIVER,
      ids.map((delivery): DeliverMessage => ({ delivery })),
    ),
  log,
});

/** Asking ourselves would be a loop. */
export const ownOriginsOf = ({ public_base_url, media_base_url }: Settings): string[] =>
  [public_base_url, media_base_url].filter((origin) => origin !== null);

/** One invocation's own client: the budget of outgoing requests is counted by it. */
export function outgoing(settings: Settings, log: Log) {
  const budget = { left: settings.fetch_budget };
  const { delays, hook_secret: hookSecret } = settings;
  return { budget, client: vendorClient({ timeoutMs: delays.vendor_timeout_ms, hookSecret, budget, now, log }) };
}
