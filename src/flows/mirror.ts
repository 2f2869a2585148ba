// A clip is archived: the ledger hands out what is wanted → each file is taken → what became of it is reported → what must not stay is deleted.
import { takeFile, type TakeDeps, type Taken } from '../archive/take.ts';
import { chunks } from '../chunks.ts';
import { FILES_IN_PARALLEL } from '../limits.ts';
import type { Change } from '../ledger/messages.ts';
import type { FileOutcome, MirrorFile, MirrorJob, MirrorMessage } from '../mirroring.ts';

export interface MirrorLedger {
  mirrorJob(message: MirrorMessage): Promise<MirrorJob | null>;
  mirrorReport(message: MirrorMessage, outcomes: FileOutcome[]): Promise<{ discard: string[]; messages: MirrorMessage[]; changed: Change[] }>;
}

export interface MirrorDeps {
  readonly ledger: MirrorLedger;
  /** Hosts that files may come from are the vendor's to name. */
  takeDeps(vendor: string): TakeDeps;
  deleteMedia(keys: string[]): Promise<void>;
  sendMirror(messages: MirrorMessage[]): Promise<void>;
  /** The permanent link of a key; null where the Worker does not know its own origin. */
  link(key: string): string | null;
  now(): number;
  log(entry: object): void;
}

/** A doubled, late or reordered message finds nothing to do. The ledger alone decides what is tried again, and when. */
export async function mirrorClip(message: MirrorMessage, deps: MirrorDeps): Promise<void> {
  const job = await deps.ledger.mirrorJob(message);
  if (!job) return;
  const outcomes: FileOutcome[] = [];
  for (const some of chunks(job.files, FILES_IN_PARALLEL)) {
    outcomes.push(...(await Promise.all(some.map((file) => mirrorFile(job, file, deps)))));
  }
  const { discard, messages, changed } = await deps.ledger.mirrorReport(message, outcomes);
  if (discard.length > 0) await deps.deleteMedia(discard);
  for (const change of changed) deps.log({ event: 'task.changed', ...change });
  if (messages.length > 0) await deps.sendMirror(messages);
}

async function mirrorFile(job: MirrorJob, file: MirrorFile, deps: MirrorDeps): Promise<FileOutcome> {
  const started = deps.now();
  const { role, source_url, look_first } = file;
  const metadata = { vendor: job.vendor, clip: job.clip_id, source: hostOf(source_url) };
  const taken = await takeFile({ slug: job.slug, role, source_url, look_first, metadata }, deps.takeDeps(job.vendor)).catch(
    (error: unknown): Taken => ({ ok: false, reason: 'unreachable', final: false, detail: String(error) }),
  );
  const common = { vendor: job.vendor, task_id: job.task_id, clip_id: job.clip_id, title: job.title, role, source: hostOf(source_url), ms: deps.now() - started };
  if (taken.ok) deps.log({ event: 'file.archived', ...common, url: deps.link(taken.key), key: taken.key, bytes: taken.bytes, content_type: taken.content_type });
  else deps.log({ event: 'file.failed', ...common, reason: taken.reason, detail: taken.detail, final: taken.final });
  return { role, source_url, ...taken };
}

/** Only the host is logged and kept with the object: a signed URL's query is a key. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'no URL');
