// Edge: puts the parts of maintenance together for one Worker: buckets and ledger in, flows out. Decides nothing.
import { deleteIncomingBefore, listKeys, UnreadableRecord } from '../archive/bucket.ts';
import { checkFile } from '../archive/read-back.ts';
import { ClipRecord, type Records, saveChecksums } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import type { Queues } from '../flows/enqueue.ts';
import { keepChecksums } from '../flows/keep-checksums.ts';
import { reindex, type Reindexed, type ReindexCursor } from '../flows/reindex.ts';
import { daily, type Verified, verify, type VerifyDeps, type VerifyCursor } from '../flows/verify.ts';
import type { LedgerApi } from '../ledger/api.ts';
import { ledgerOf, type Log, now, queuesOf, recordsOf } from './platform.ts';

export interface Upkeep {
  reindex(from: ReindexCursor | null): Promise<Reindexed>;
  verify(from: VerifyCursor | null): Promise<Verified>;
  daily(): Promise<void>;
}

export interface UpkeepParts {
  readonly settings: Settings | null;
  readonly records: Records;
  readonly ledger: () => LedgerApi;
  readonly queues: Omit<Queues, 'ledger'>;
  now(): number;
}

export function upkeep(env: Pick<Env, 'MEDIA' | 'RECORDS'>, parts: UpkeepParts): Upkeep {
  const { settings, records, queues, now } = parts;
  const { log } = queues;
  const verifying = (): VerifyDeps => ({
    ledger: parts.ledger(),
    log,
    now,
    listRecords: (prefix, after) => listKeys(env.RECORDS, prefix, after),
    listMedia: (after) => listKeys(env.MEDIA, '', after),
    readClip: (key) => readClip(key, records, log),
    check: (file) => checkFile(env.MEDIA, file),
    keepChecksums: (counted) =>
      keepChecksums(counted, {
        ledger: parts.ledger(),
        saveChecksums: (slug, files) => saveChecksums(slug, files, records),
        log,
      }),
  });
  return {
    reindex: (from) =>
      reindex(from, {
        ...queues,
        ledger: parts.ledger(),
        records,
        now,
        list: (prefix, after) => listKeys(env.RECORDS, prefix, after),
        keyOf: (vendor) => settings?.vendors.get(vendor)?.key ?? null,
      }),
    verify: (from) => verify(from, verifying()),
    daily: () =>
      daily({
        ...verifying(),
        ledger: parts.ledger(),
        clearIncoming: (before) => deleteIncomingBefore(env.RECORDS, before),
      }),
  };
}

/** The objects of a clip whose record nobody can read are named by none. */
async function readClip(key: string, records: Records, log: Queues['log']): Promise<ClipRecord | null> {
  try {
    return (await records.read(key, ClipRecord))?.value ?? null;
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log({ event: 'error', at: 'verify', key, message: error.message });
    return null;
  }
}

export const upkeepOf = (env: Env, settings: Settings | null, log: Log) =>
  upkeep(env, { settings, records: recordsOf(env), ledger: () => ledgerOf(env), queues: queuesOf(env, log), now });
