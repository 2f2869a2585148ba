// Edge: the platform's cron handler: a tick, or the daily share of verifying, with their bindings. Decides nothing.
import { deleteClipMedia, deleteRecord } from '../archive/bucket.ts';
import { taskRecordKey } from '../archive/keys.ts';
import { keysNamed, saveTask } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import { sweep } from '../flows/tick.ts';
import { START_CRON } from '../model/limits.ts';
import { upkeepOf } from './maintenance.ts';
import { ledgerOf, logAs, now, outgoing, queuesOf, recordsOf, token } from './platform.ts';

export async function runSweep(env: Env, settings: Settings, cron: string): Promise<void> {
  const log = logAs(token());
  const records = recordsOf(env);
  const ledger = ledgerOf(env);
  if (cron === START_CRON) await ledger.endLeases();
  await sweep({
    settings,
    ledger,
    ...outgoing(settings, log),
    ...queuesOf(env, log),
    now,
    token,
    saveRecord: (stored, isNew) => saveTask(stored, records, isNew),
    deleteRecord: (vendor, id) => deleteRecord(env.RECORDS, taskRecordKey(vendor, id)),
    clearMedia: async (slug) => deleteClipMedia(env.MEDIA, slug, await keysNamed(slug, records)),
    sleep: (ms) => scheduler.wait(ms),
  });
}

export const runDaily = (env: Env, settings: Settings): Promise<void> =>
  upkeepOf(env, settings, logAs(token())).daily();
