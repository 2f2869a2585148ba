// Edge: what the router asks for, from the bindings of one Worker. Decides nothing.
import { waitUntil } from 'cloudflare:workers';
import * as v from 'valibot';
import { deleteClipMedia, deleteRecord, headMedia, readMedia, readRecord } from '../archive/bucket.ts';
import { taskRecordKey } from '../archive/keys.ts';
import { readClipRecord, readTaskRecord, saveClip, saveTask } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import { changeClip, type ClipDeps, findClip, takeDown } from '../flows/edit-clip.ts';
import { sendOn } from '../flows/enqueue.ts';
import { readTasks } from '../flows/read-tasks.ts';
import { importAnswers, retry, submit, type SubmitDeps, track, type TrackDeps, untrack } from '../flows/track.ts';
import { SettledAnswers } from '../http/answer-cache.ts';
import type { HttpDeps } from '../http/context.ts';
import { openApiTexts } from '../http/openapi/document.ts';
import { llmsText } from '../http/openapi/llms.ts';
import type { Result } from '../model/fault.ts';
import { upkeepOf } from './maintenance.ts';
import { ledgerOf, type Log, logAs, now, outgoing, print, queuesOf, recordsOf, token } from './platform.ts';

export function httpDeps(
  env: Env,
  settings: Result<Settings, string[]>,
  log: Log = print,
  kept = { settled: new SettledAnswers(), documents: { openApi: openApiTexts(), llms: llmsText } },
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
    ...kept,
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
    health: () => health(env),
    rateLimit: env.RATE_LIMIT ?? null,
    log,
    now,
    requestId: token,
    logged: (request_id) => httpDeps(env, settings, logAs(request_id), kept),
  };
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
