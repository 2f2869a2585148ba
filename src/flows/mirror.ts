// Flow: a clip is archived: what is wanted → each file taken → reported → what must not stay deleted.
import { mirrorFile, type MirrorFileDeps } from '../archive/mirror-file.ts';
import type { LedgerApi } from '../ledger/api.ts';
import { chunks } from '../lib/chunks.ts';
import { FILES_IN_PARALLEL } from '../model/limits.ts';
import type { FileOutcome, MirrorFile, MirrorJob, MirrorMessage } from '../model/messages.ts';
import { hostOf } from '../net/address.ts';
import { sendOn } from './enqueue.ts';
import { type SaveDeps, saveRecord } from './save-record.ts';

export interface MirrorDeps extends SaveDeps {
  readonly ledger: Pick<LedgerApi, 'mirrorJob' | 'mirrorReport' | 'saved' | 'takeDown' | 'unsent'>;
  /** Hosts that files may come from are the vendor's to name. */
  fileDeps(vendor: string): MirrorFileDeps;
  deleteMedia(keys: string[]): Promise<void>;
  /** All objects of a clip. */
  clearMedia(slug: string): Promise<void>;
  /** Does the clip's record say so? */
  isTakenDown(slug: string): Promise<boolean>;
  /** The permanent link of a key; null where the Worker does not know its own origin. */
  link(key: string): string | null;
  sleep(ms: number): Promise<void>;
  now(): number;
}

/** A report that failed is made again after these. */
const REPORT_AGAIN_MS = [500, 2_000];

/** A doubled, late or reordered message finds nothing to do. The ledger alone decides what is tried again, and when. */
export async function mirrorClip(message: MirrorMessage, deps: MirrorDeps): Promise<void> {
  const job = await deps.ledger.mirrorJob(message);
  if (!job) return;
  if (job.clear) await deps.clearMedia(job.slug);
  const outcomes = await outcomesOf(job, deps);
  const { discard, changed, save, ...wanted } = await report(message, outcomes, deps);
  for (const change of changed) deps.log({ event: 'task.changed', ...change });
  // Neither waits for the other: what must go is deleted though the queue fails, and the other way round.
  await Promise.all([
    discard.length > 0 && deps.deleteMedia(discard),
    sendOn(wanted, deps),
    save && saveRecord(save, deps),
  ]);
}

/** What is done is not done again for a call that failed: a file would be fetched twice, or count as one that nobody can take. */
async function report(message: MirrorMessage, outcomes: FileOutcome[], deps: MirrorDeps) {
  for (const ms of REPORT_AGAIN_MS) {
    try {
      return await deps.ledger.mirrorReport(message, outcomes);
    } catch (error) {
      deps.log({ event: 'error', at: 'ledger', slug: message.slug, message: String(error) });
      await deps.sleep(ms);
    }
  }
  return deps.ledger.mirrorReport(message, outcomes);
}

/** A ledger that was lost has lost its tombstones too; their records have not. */
async function outcomesOf(job: MirrorJob, deps: MirrorDeps): Promise<FileOutcome[]> {
  if (job.fresh !== true) return mirrorFiles(job, deps);
  let isGone: boolean;
  try {
    isGone = await deps.isTakenDown(job.slug);
  } catch (error) {
    // A try that failed, and no invocation that died: it is tried again like any other.
    return job.files.map((file) => ({ ...unreadable(String(error)), role: file.role, source_url: file.source_url }));
  }
  if (!isGone) return mirrorFiles(job, deps);
  const wanted = await deps.ledger.takeDown(job.slug, null);
  if (wanted) await sendOn(wanted, deps);
  return [];
}

const unreadable = (why: string) => ({
  ok: false as const,
  reason: 'unreachable' as const,
  final: false,
  detail: `The song's record cannot be read: ${why}`,
});

async function mirrorFiles(job: MirrorJob, deps: MirrorDeps): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  for (const some of chunks(job.files, FILES_IN_PARALLEL)) {
    outcomes.push(...(await Promise.all(some.map((file) => mirrorOne(job, file, deps)))));
  }
  return outcomes;
}

async function mirrorOne(job: MirrorJob, file: MirrorFile, deps: MirrorDeps): Promise<FileOutcome> {
  const started = deps.now();
  const { role, source_url, look_first } = file;
  const { vendor, task_id, clip_id, slug, title, duration_seconds } = job;
  const metadata = { vendor, clip: clip_id, source: hostOf(source_url) };
  const request = { slug, role, source_url, duration_seconds, look_first, metadata };
  const result = await mirrorFile(request, deps.fileDeps(vendor));
  const common = { vendor, task_id, clip_id, title, role, source: hostOf(source_url), ms: deps.now() - started };
  if (result.ok) {
    const { key, bytes, content_type } = result;
    deps.log({ event: 'file.archived', ...common, url: deps.link(key), key, bytes, content_type });
  } else {
    const { reason, detail, final } = result;
    deps.log({ event: 'file.failed', ...common, reason, detail, final });
  }
  return { role, source_url, ...result };
}
