// Edge: what the router asks for, from the bindings of one Worker. Decides nothing.
import { waitUntil } from 'cloudflare:workers';
import * as v from 'valibot';
import { deleteClipMedia, deleteRecord, headMedia, readMedia, readRecord } from '../archive/bucket.ts';
import { taskRecordKey } from '../archive/keys.ts';
import { readClipRecord, readTaskRecord, saveChecksums, saveClip, saveTask } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import { askCalled } from '../flows/ask-called.ts';
import { changeClip, findClip, knownClip, takeDown } from '../flows/edit-clip.ts';
import { keepChecksums } from '../flows/keep-checksums.ts';
import { readTasks } from '../flows/read-tasks.ts';
import { submitOnce } from '../flows/submit-once.ts';
import { importAnswers, resume, retry, submit, track, untrack } from '../flows/track.ts';
import { SettledAnswers } from '../http/answer-cache.ts';
import type { HttpDeps } from '../http/context.ts';
import { openApiTexts } from '../http/openapi/document.ts';
import { llmsText } from '../http/openapi/llms.ts';
import type { LedgerHealth } from '../ledger/api.ts';
import type { Result } from '../model/fault.ts';
import type { CountedFile } from '../model/files.ts';
import { TICKS_MISSED_MAX } from '../model/limits.ts';
import type { ClipState, Stored } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import { upkeepOf } from './maintenance.ts';
import { ledgerOf, type Log, logAs, now, outgoing, print, queuesOf, recordsOf, token } from './platform.ts';

export function httpDeps(
  env: Env,
  settings: Result<Settings, string[]>,
  log: Log = print,
  kept = { settled: new SettledAnswers(), documents: { openApi: openApiTexts(), llms: llmsText } },
): HttpDeps {
  const records = recordsOf(env);
  const readRecord = (vendor: string, id: string) => readTaskRecord(vendor, id, records);
  // A stub belongs to the request that made it.
  const edges = () => ({
    ledger: ledgerOf(env),
    ...queuesOf(env, log),
    readRecord,
    readClip: (slug: string) => readClipRecord(slug, records),
    saveTask: (stored: Stored, isNew: boolean) => saveTask(stored, records, isNew),
    saveChecksums: (slug: string, files: readonly CountedFile[]) => saveChecksums(slug, files, records),
    saveClip: (clip: ClipState, reading: ClipReading) => saveClip(clip, reading, records),
    deleteRecord: (vendor: string, id: string) => deleteRecord(env.RECORDS, taskRecordKey(vendor, id)),
    deleteMedia: (slug: string) => deleteClipMedia(env.MEDIA, slug),
  });
  const order: HttpDeps['relay']['submit'] = (vendor, submission, hook) => {
    if (!settings.ok) throw new Error('Cannot submit without settings');
    const { client } = outgoing(settings.value, log);
    return submit(vendor, submission, hook, { client, track: (...given) => track(...given, edges()), log });
  };
  const reading = () => {
    if (!settings.ok) throw new Error('Cannot read tasks without settings');
    return {
      settings: settings.value,
      ledger: ledgerOf(env),
      ...outgoing(settings.value, log),
      ...queuesOf(env, log),
      readRecord,
      waitUntil,
      now,
      token,
    };
  };
  const upkeep = () => upkeepOf(env, settings.ok ? settings.value : null, log);
  return {
    settings,
    ...kept,
    readTasks: (...given) => readTasks(...given, reading()),
    askCalled: (...given) => askCalled(...given, reading()),
    relay: {
      submit: order,
      submitOnce: (named, ...ordered) => submitOnce(named, () => order(...ordered), { ledger: ledgerOf(env), log }),
      pass: (vendor, passed) => {
        if (!settings.ok) throw new Error('Cannot pass a request on without settings');
        return outgoing(settings.value, log).client.pass(vendor, passed);
      },
    },
    get ledger() {
      return ledgerOf(env);
    },
    flows: {
      track: (...given) => track(...given, edges()),
      retry: (...given) => retry(...given, edges()),
      untrack: (...given) => untrack(...given, edges()),
      importAnswers: (...given) => importAnswers(...given, edges()),
      resume: (...given) => resume(...given, edges()),
      findClip: (...given) => findClip(...given, edges()),
      knownClip: (...given) => knownClip(...given, edges()),
      changeClip: (...given) => changeClip(...given, edges()),
      takeDown: (...given) => takeDown(...given, edges()),
      keepChecksums: (counted) => keepChecksums(counted, edges()),
      reindex: (from) => upkeep().reindex(from),
      verify: (from) => upkeep().verify(from),
    },
    sendMirror: (messages) => queuesOf(env, log).sendMirror(messages),
    media: {
      readMedia: (key, range, held) => readMedia(env.MEDIA, key, range, held),
      headMedia: (key) => headMedia(env.MEDIA, key),
    },
    health: () => health(env, settings.ok ? settings.value.tick_ms : 60_000),
    rateLimit: env.RATE_LIMIT ?? null,
    log,
    now,
    requestId: token,
    logged: (request_id) => httpDeps(env, settings, logAs(request_id), kept),
  };
}

/** Each part is really touched: a binding that is there may still not answer. */
async function health(env: Env, tick_ms: number): ReturnType<HttpDeps['health']> {
  const [ledger, media, records] = await Promise.all([
    verdict(() => ledgerOf(env).ping()),
    verdict(() => headMedia(env.MEDIA, 'health')),
    verdict(() => readRecord(env.RECORDS, 'health', v.unknown())),
  ]);
  const known = ledger === 'ok' ? await ledgerOf(env).health() : null;
  const paused = Object.entries(known?.vendors ?? {}).filter(([, pacing]) => pacing.health !== 'ok');
  return {
    ledger,
    buckets: media === 'ok' ? records : media,
    queues: env.MIRROR && env.DELIVER ? 'ok' : 'A queue binding, MIRROR or DELIVER, is missing',
    vendors:
      paused.length === 0 ? 'ok' : paused.map(([id, { health, reason }]) => `${id}: ${health}, ${reason}`).join('; '),
    sweep: known === null ? 'The ledger, which knows of ticks, does not answer' : sweepVerdict(known, tick_ms, now()),
  };
}

/** The cron may have stopped: nothing is asked, archived or told any more, and nothing else says so. */
function sweepVerdict({ last_sweep_at, opened_at }: LedgerHealth, tickMs: number, at: number): string {
  const since = Math.round((at - (last_sweep_at ?? opened_at)) / 1000);
  if (since * 1000 <= TICKS_MISSED_MAX * tickMs) return 'ok';
  return last_sweep_at === null ? `No tick has come in ${since} s` : `The last tick came ${since} s ago`;
}

const verdict = (touch: () => Promise<unknown>): Promise<string> =>
  touch().then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : 'does not answer'),
  );
