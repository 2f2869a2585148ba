// Edge: a whole archive for tests of its upkeep: buckets that begin empty, and the flows around them as the Worker puts them together.
import { env } from 'cloudflare:workers';
import { deleteClipMedia, deleteRecord } from '../../src/archive/bucket.ts';
import { taskRecordKey } from '../../src/archive/keys.ts';
import type { ClipDeps } from '../../src/flows/edit-clip.ts';
import {
  readClipRecord,
  readTaskRecord,
  saveChecksums,
  saveClip,
  saveTask,
  type Records,
} from '../../src/archive/records.ts';
import type { ChecksumDeps } from '../../src/flows/keep-checksums.ts';
import type { TrackDeps } from '../../src/flows/track.ts';
import { upkeep } from '../../src/app/maintenance.ts';
import { viewTask } from '../../src/views/task.ts';
import type { Stored } from '../../src/model/state.ts';
import type { Task } from '../../src/model/task.ts';
import { records, type Ledger, type System } from './system.ts';

const BASE = 'https://songs.example';

export async function emptyBuckets(): Promise<void> {
  for (const bucket of [env.MEDIA, env.RECORDS])
    for (const { key } of (await bucket.list()).objects) await bucket.delete(key);
}

/** The flows of maintenance over a ledger. `step`: how far the clock moves with each look at it. */
export function upkeepOf(
  { settings, sent, delivered, log }: System,
  ledger: Ledger,
  step = 0,
  from: Records = records,
) {
  let passed = 0;
  return upkeep(env, {
    ...{ settings, records: from, ledger: () => ledger },
    queues: {
      sendMirror: async (messages) => void sent.push(...messages),
      sendDeliver: async (ids) => void delivered.push(...ids),
      log: (entry) => void log.push({ ...entry }),
    },
    now: () => Date.now() + (passed += step),
  });
}

/** Page by page until all is done; with a clock that runs, each page takes no more than it must. */
export async function rebuild(test: System, ledger: Ledger, step = 0) {
  const flows = upkeepOf(test, ledger, step);
  const total = { tasks: 0, clips: 0, pages: 0 };
  let next: Awaited<ReturnType<typeof flows.reindex>>['next'] = null;
  do {
    const page = await flows.reindex(next);
    total.tasks += page.tasks;
    total.clips += page.clips;
    total.pages++;
    next = page.next;
  } while (next);
  return total;
}

export async function verifyAll(test: System, step = 0) {
  const flows = upkeepOf(test, test.ledger, step);
  const total = { checked: 0, problems: [] as { key: string; problem: string }[], pages: 0 };
  let next: Awaited<ReturnType<typeof flows.verify>>['next'] = null;
  do {
    const page = await flows.verify(next);
    total.checked += page.checked;
    total.problems.push(...page.problems);
    total.pages++;
    next = page.next;
  } while (next);
  return total;
}

const save = {
  saveTask: (stored: Stored) => saveTask(stored, records),
  saveClip: (...clip: Parameters<ClipDeps['saveClip']>) => saveClip(...clip, records),
  deleteRecord: (vendor: string, id: string) => deleteRecord(env.RECORDS, taskRecordKey(vendor, id)),
};

export const clipDeps = ({ ledger, sent, log }: System): ClipDeps => ({
  ...{ ledger, ...save, readClip: (slug) => readClipRecord(slug, records) },
  deleteMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
  sendMirror: async (messages) => void sent.push(...messages),
  sendDeliver: async () => undefined,
  log: (entry) => void log.push({ ...entry }),
});

export const checksumDeps = ({ ledger, log }: System): ChecksumDeps => ({
  ledger,
  saveChecksums: (slug, files) => saveChecksums(slug, files, records),
  log: (entry) => void log.push({ ...entry }),
});

export const trackDeps = ({ ledger, sent, delivered, log }: System): TrackDeps => ({
  ...{ ledger, ...save },
  readRecord: (vendor, id) => readTaskRecord(vendor, id, records),
  sendMirror: async (messages) => void sent.push(...messages),
  sendDeliver: async (ids) => void delivered.push(...ids),
  log: (entry) => void log.push({ ...entry }),
});

const EVERYTHING = { vendor: null, status: null, tracking: null, archive: null, kind: null, before: null, limit: 500 };

/** The list of tasks as callers see it. */
export async function tasksOf(ledger: Ledger): Promise<Task[]> {
  const { rows, pacing } = await ledger.list(EVERYTHING);
  return rows.map(({ stored }) =>
    viewTask(
      { stored, pacing: pacing[stored.vendor]! },
      { settings: { archive_video: false }, base: BASE, media_base: BASE, now: Date.now() },
    ),
  );
}

/** Everything else that a caller can list. */
export async function listsOf(ledger: Ledger) {
  const query = { visibility: null, q: null, before: null, limit: 100 } as const;
  const { tasks, files, oldest_pending_at } = await ledger.stats();
  return {
    clips: (await ledger.clips(query)).clips,
    public: (await ledger.clips({ ...query, visibility: 'public' })).clips.map(({ clip }) => clip.slug),
    found: (await ledger.clips({ ...query, q: 'song' })).clips.map(({ clip }) => clip.slug),
    stats: { tasks, files, oldest_pending_at },
  };
}

export const keysOf = async (bucket: R2Bucket): Promise<string[]> =>
  (await bucket.list()).objects.map(({ key }) => key);
