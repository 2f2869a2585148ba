// Edge: puts the parts together for one Worker: bindings in, flows and router out. Decides nothing.
import { waitUntil } from 'cloudflare:workers';
import {
  deleteClipMedia,
  deleteMedia,
  deleteRecord,
  headMedia,
  readMedia,
  readRecord,
  writeRecord,
} from '../archive/bucket.ts';
import { permanentLink, taskRecordKey } from '../archive/keys.ts';
import { chunks } from '../lib/chunks.ts';
import type { Settings } from '../config/settings.ts';
import { DeliverMessage } from '../model/event.ts';
import type { Result } from '../model/fault.ts';
import { changeClip, findClip, takeDown, type ClipDeps } from '../flows/edit-clip.ts';
import { deliverOne } from '../flows/deliver.ts';
import { mirrorClip } from '../flows/mirror.ts';
import { readTasks } from '../flows/read-tasks.ts';
import { readClipRecord, readTaskRecord, saveClip, saveTask, type Records } from '../archive/records.ts';
import { sendOn, type Queues } from '../flows/enqueue.ts';
import { submit, type SubmitDeps } from '../flows/submit.ts';
import { sweep } from '../flows/tick.ts';
import { importAnswers, retry, track, untrack, type TrackDeps } from '../flows/track.ts';
import type { HttpDeps } from '../http/context.ts';
import { renderLogged } from '../http/event-view.ts';
import { publicRow } from '../views/relay-answer.ts';
import { SettledAnswers } from '../http/answer-cache.ts';
import { viewTask } from '../views/task.ts';
import { upkeep } from './maintenance.ts';
import { LEDGER_NAME, QUEUE_SEND_MAX, START_CRON } from '../model/limits.ts';
import { MirrorMessage } from '../model/messages.ts';
import { postTo } from '../net/webhook.ts';
import { vendorClient } from '../relay/client.ts';
import * as v from 'valibot';

/** One ledger holds everything; its name is where sharding would begin. */
const ledgerOf = (env: Env) => env.LEDGER.getByName(LEDGER_NAME);

type Log = (entry: object) => void;
const print: Log = (entry) => console.log(JSON.stringify(entry));
/** All lines of one invocation name it. */
const logAs =
  (request_id: string): Log =>
  (entry) =>
    print({ ...entry, request_id });
const now = (): number => Date.now();
const token = (): string => crypto.randomUUID();

const recordsOf = (env: Env): Records => ({
  read: (key, schema) => readRecord(env.RECORDS, key, schema),
  write: (key, value, etag) => writeRecord(env.RECORDS, key, value, etag),
});

const sendAll = async (queue: Queue, bodies: object[]): Promise<void> => {
  for (const some of chunks(bodies, QUEUE_SEND_MAX))
    await queue.sendBatch(some.map((body) => ({ body, contentType: 'json' as const })));
};
const queuesOf = (env: Env, log: Log): Queues => ({
  sendMirror: (messages) => sendAll(env.MIRROR, messages),
  sendDeliver: (ids) =>
    sendAll(
      env.DELIVER,
      ids.map((delivery): DeliverMessage => ({ delivery })),
    ),
  log,
});

/** Asking ourselves would be a loop. */
const ownOriginsOf = ({ public_base_url, media_base_url }: Settings): string[] =>
  [public_base_url, media_base_url].filter((origin) => origin !== null);

/** One invocation's own client: the budget of outgoing requests is counted by it. */
function outgoing(settings: Settings, log: Log) {
  const budget = { left: settings.fetch_budget };
  return { budget, client: vendorClient({ timeoutMs: settings.delays.vendor_timeout_ms, budget, now, log }) };
}

export function httpDeps(
  env: Env,
  settings: Result<Settings, string[]>,
  log: Log = print,
  settled = new SettledAnswers(),
): HttpDeps {
  const records = recordsOf(env);
  const readTask = (vendor: string, id: string) => readTaskRecord(vendor, id, records);
  // A stub belongs to the request that made it.
  const tracking = (): TrackDeps => ({
    ledger: ledgerOf(env),
    readRecord: readTask,
    deleteRecord: (vendor, id) => deleteRecord(env.RECORDS, taskRecordKey(vendor, id)),
    saveClip: (clip, reading) => saveClip(clip, reading, records),
  });
  const clips = (): ClipDeps => ({
    ledger: ledgerOf(env),
    readClip: (slug) => readClipRecord(slug, records),
    saveTask: (stored) => saveTask(stored, records),
    saveClip: (clip, reading) => saveClip(clip, reading, records),
    deleteMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
    ...queuesOf(env, log),
  });
  return {
    settings,
    settled,
    readTasks: (vendor, ids, options) => {
      if (!settings.ok) throw new Error('Cannot read tasks without settings');
      const deps = {
        settings: settings.value,
        ledger: ledgerOf(env),
        ...outgoing(settings.value, log),
        waitUntil,
        now,
        token,
      };
      return readTasks(vendor, ids, options, {
        ...deps,
        ...queuesOf(env, log),
        readRecord: readTask,
      });
    },
    relay: {
      submit: (vendor, submission, hook) => {
        if (!settings.ok) throw new Error('Cannot submit without settings');
        const { client } = outgoing(settings.value, log);
        const trackNow: SubmitDeps['track'] = (id, ids, options) => track(id, ids, options, tracking());
        return submit(vendor, submission, hook, { client, track: trackNow, log });
      },
      pass: (vendor, passed) => {
        if (!settings.ok) throw new Error('Cannot pass a request on without settings');
        return outgoing(settings.value, log).client.pass(vendor, passed);
      },
    },
    ledger: {
      track: (vendor, ids, options) => track(vendor, ids, options, tracking()),
      retry: (vendor, id) => retry(vendor, id, tracking()),
      untrack: (vendor, id) => untrack(vendor, id, tracking()),
      peek: (vendor, id) => ledgerOf(env).peek(vendor, id),
      watch: (vendor, id, seen, ms) => ledgerOf(env).watch(vendor, id, seen, ms),
      stands: (claim) => ledgerOf(env).stands(claim),
      list: (query) => ledgerOf(env).list(query),
      importAnswers: (vendor, answers) =>
        importAnswers(vendor, answers, {
          ledger: ledgerOf(env),
          readRecord: readTask,
          ...queuesOf(env, log),
        }),
      events: (query) => ledgerOf(env).events(query),
      keepRendered: (rendered) => ledgerOf(env).keepRendered(rendered),
      clips: (query) => ledgerOf(env).clips(query),
      library: (limit) => ledgerOf(env).library(limit),
      clipFound: (slug) => findClip(slug, clips()),
      changeClip: (slug, change) => changeClip(slug, change, clips()),
      takeDown: (slug, purge) => takeDown(slug, purge, clips()),
      stats: () => ledgerOf(env).stats(),
      ...upkeepOf(env, settings.ok ? settings.value : null, log),
      resume: async (vendor) => {
        const { deliveries } = await ledgerOf(env).resume(vendor);
        await sendOn({ messages: [], deliveries }, queuesOf(env, log));
      },
      clip: async (slug) => (await ledgerOf(env).clip(slug)) ?? readClipRecord(slug, records),
    },
    sendMirror: queuesOf(env, log).sendMirror,
    media: {
      readMedia: (key, range, held) => readMedia(env.MEDIA, key, range, held),
      headMedia: (key) => headMedia(env.MEDIA, key),
    },
    consoleAsset: (name) => consoleAsset(env, name),
    health: () => health(env),
    rateLimit: env.RATE_LIMIT ?? null,
    log,
    now,
    requestId: token,
    logged: (request_id) => httpDeps(env, settings, logAs(request_id), settled),
  };
}

export async function runSweep(env: Env, settings: Settings, cron: string): Promise<void> {
  const log = logAs(token());
  const records = recordsOf(env);
  const ledger = ledgerOf(env);
  if (cron === START_CRON) await ledger.endLeases();
  await sweep({
    ...{ settings, ledger, ...outgoing(settings, log), ...queuesOf(env, log), now, token },
    saveRecord: (stored) => saveTask(stored, records),
    sleep: (ms) => scheduler.wait(ms),
  });
}

const upkeepOf = (env: Env, settings: Settings | null, log: Log) =>
  upkeep(env, { settings, records: recordsOf(env), ledger: () => ledgerOf(env), queues: queuesOf(env, log), now });

export const runDaily = (env: Env, settings: Settings): Promise<void> =>
  upkeepOf(env, settings, logAs(token())).daily();

export async function runMirror(env: Env, settings: Settings, batch: MessageBatch): Promise<void> {
  const log = logAs(token());
  const ownOrigins = ownOriginsOf(settings);
  await consume(batch, MirrorMessage, 'clip', log, (message) =>
    mirrorClip(message, {
      ledger: ledgerOf(env),
      takeDeps: (vendor) => ({
        ...{ media: env.MEDIA, records: env.RECORDS, now, uuid: token },
        rules: {
          address: {
            allowPrivate: settings.allow_private_hosts,
            ownOrigins,
            hosts: settings.vendors.get(vendor)?.media_hosts ?? null,
          },
          key: settings.vendors.get(vendor)?.key ?? null,
          maxBytes: settings.max_file_bytes,
        },
      }),
      deleteMedia: (keys) => deleteMedia(env.MEDIA, keys),
      clearMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
      saveRecord: (stored) => saveTask(stored, recordsOf(env)),
      ...queuesOf(env, log),
      isTakenDown: async (slug) => (await readClipRecord(slug, recordsOf(env)))?.clip.taken_down_at != null,
      link: (key) => (settings.media_base_url === null ? null : permanentLink(settings.media_base_url, key)),
      now,
    }).catch((error: unknown) => log({ event: 'error', at: 'mirror', slug: message.slug, message: String(error) })),
  );
}

export async function runDeliver(env: Env, settings: Settings, batch: MessageBatch): Promise<void> {
  const log = logAs(token());
  const allowPrivate = settings.allow_private_hosts;
  const contextAt = (base: string) => ({ settings, base, media_base: settings.media_base_url ?? base });
  await consume(batch, DeliverMessage, 'delivery', log, (message) =>
    deliverOne(message, {
      ledger: ledgerOf(env),
      secrets: settings.webhook_secrets,
      post: (posting, own) => {
        const ownOrigins = [...ownOriginsOf(settings), ...(own === null ? [] : [own])];
        return postTo(posting, { address: { allowPrivate, ownOrigins }, now });
      },
      render: (logged) => {
        if (settings.public_base_url === null) throw new Error('PUBLIC_BASE_URL is not set any more: links need it');
        return renderLogged(logged, contextAt(settings.public_base_url));
      },
      renderRow: (known, base) => publicRow(known.stored, viewTask(known, { ...contextAt(base), now: now() })),
      ...queuesOf(env, log),
      now,
    }).catch((error: unknown) =>
      log({ event: 'error', at: 'deliver', delivery: message.delivery, message: String(error) }),
    ),
  );
}

/** Always acknowledged: the ledger brings back what was not reported, and a queue's own retry would only double it. */
async function consume<Schema extends v.GenericSchema>(
  batch: MessageBatch,
  schema: Schema,
  what: string,
  log: Log,
  work: (message: v.InferOutput<Schema>) => Promise<void>,
): Promise<void> {
  for (const message of batch.messages) {
    const parsed = v.safeParse(schema, message.body);
    if (parsed.success) await work(parsed.output);
    else log({ event: 'error', at: 'queue', message: `A message that names no ${what} was dropped` });
    message.ack();
  }
}

/** The binding looks at nothing but the path; which host it is asked at is no matter. */
async function consoleAsset(env: Env, name: string): ReturnType<HttpDeps['consoleAsset']> {
  const { status, headers, body } = await env.CONSOLE.fetch(`https://console.invalid/${name}`);
  const etag = headers.get('etag');
  if (status === 200 && etag !== null) return { body, etag };
  await body?.cancel();
  if (status === 404) return null;
  throw new Error(`Cannot read ${name} of the console: the binding answered ${status}`);
}

/** Each part is really touched: a binding that is there may still not answer. */
async function health(env: Env): ReturnType<HttpDeps['health']> {
  const [ledger, media, records] = await Promise.all([
    verdict(() => ledgerOf(env).ping()),
    verdict(() => headMedia(env.MEDIA, 'health')),
    verdict(() => readRecord(env.RECORDS, 'health', v.unknown())),
  ]);
  const paused =
    ledger === 'ok' ? Object.entries(await ledgerOf(env).health()).filter(([, pacing]) => pacing.health !== 'ok') : [];
  return {
    ledger,
    buckets: media === 'ok' ? records : media,
    queues: env.MIRROR && env.DELIVER ? 'ok' : 'A queue binding, MIRROR or DELIVER, is missing',
    vendors:
      paused.length === 0 ? 'ok' : paused.map(([id, { health, reason }]) => `${id}: ${health}, ${reason}`).join('; '),
  };
}

const verdict = (touch: () => Promise<unknown>): Promise<string> =>
  touch().then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : 'does not answer'),
  );
