// Flow: the ledger is rebuilt from the records bucket: pages → each answer read anew → what the ledger lacks.
import * as v from 'valibot';
import { type BucketEntry, UnreadableRecord } from '../archive/bucket.ts';
import { clipRecordKey, taskRecordKey } from '../archive/keys.ts';
import { ClipRecord, type Records, TaskRecord } from '../archive/records.ts';
import type { LedgerApi, RecordedClip, RecordedTask } from '../ledger/api.ts';
import { parseJson } from '../lib/json.ts';
import { MAINTENANCE_MAX_MS, MAINTENANCE_MAX_READS, RECORDS_AT_ONCE } from '../model/limits.ts';
import { isLasting, mergeReadings } from '../model/merge.ts';
import type { Raw, Stored } from '../model/state.ts';
import type { Reading } from '../model/task.ts';
import { readBatch, readTask } from '../relay/normalize.ts';
import { type Listing, type BucketCursor, walkBucket } from './bucket-walk.ts';
import { type Queues, sendOn } from './enqueue.ts';

/** Clips first: a caller's change of one whose task is gone is in its own record alone. */
export const REINDEX_PARTS = ['clips', 'tasks'] as const;
export type ReindexCursor = BucketCursor<(typeof REINDEX_PARTS)[number]>;

export interface ReindexDeps extends Queues {
  readonly ledger: Pick<LedgerApi, 'rebuild' | 'unsent'>;
  readonly records: Pick<Records, 'read'>;
  /** Keys of the records bucket under a prefix, in order. */
  list(prefix: string, after: string): Promise<Listing<BucketEntry>>;
  /** A vendor's key, which no reading may show. */
  keyOf(vendor: string): string | null;
  now(): number;
}

export interface Reindexed {
  tasks: number;
  clips: number;
  next: ReindexCursor | null;
}

/** One page. Any page again, and all of them on a ledger at work, change nothing that is known better there. */
export async function reindex(from: ReindexCursor | null, deps: ReindexDeps): Promise<Reindexed> {
  const started = deps.now();
  const page = new Page(deps);
  const next = await walkBucket(from, {
    parts: REINDEX_PARTS,
    list: (part, after) => deps.list(`${part}/`, after),
    take: (part, entries) => page.take(part, entries),
    at_once: { clips: RECORDS_AT_ONCE, tasks: RECORDS_AT_ONCE },
    isSpent: () => page.reads >= MAINTENANCE_MAX_READS || deps.now() - started >= MAINTENANCE_MAX_MS,
  });
  const { tasks, clips, unreadable, reads } = page;
  deps.log({ event: 'reindex', tasks, clips, unreadable, reads, ms: deps.now() - started, done: next === null });
  return { tasks, clips, next };
}

class Page {
  tasks = 0;
  clips = 0;
  unreadable = 0;
  reads = 0;
  readonly #deps: ReindexDeps;

  constructor(deps: ReindexDeps) {
    this.#deps = deps;
  }

  async take(part: ReindexCursor['part'], entries: readonly BucketEntry[]): Promise<void> {
    if (part === 'clips') {
      const clips = await this.#readAll(entries, ClipRecord, ({ clip }) => clipRecordKey(clip.slug));
      this.clips += clips.length;
      await this.#rebuild([], clips);
    } else {
      const records = await this.#readAll(entries, TaskRecord, ({ vendor, id }) => taskRecordKey(vendor, id));
      this.tasks += records.length;
      const tasks: RecordedTask[] = [];
      for (const { format: _, ...stored } of records) tasks.push(await this.#recorded(stored));
      await this.#rebuild(tasks, []);
    }
  }

  async #rebuild(tasks: RecordedTask[], clips: RecordedClip[]): Promise<void> {
    if (tasks.length + clips.length > 0) await sendOn(await this.#deps.ledger.rebuild(tasks, clips), this.#deps);
  }

  /** A clip that is not archived has not come with its own record, in which a caller's newer title may be. */
  async #recorded(stored: Stored): Promise<RecordedTask> {
    const clips: Stored['clips'] = [];
    for (const clip of stored.clips) {
      const own = isLasting(clip)
        ? null
        : await this.#read(clipRecordKey(clip.slug), ClipRecord, (record) => clipRecordKey(record.clip.slug));
      clips.push(own?.clip ?? clip);
    }
    return { stored: { ...stored, clips }, more: readAnew(stored, this.#deps.keyOf(stored.vendor)) };
  }

  async #readAll<Schema extends v.GenericSchema>(
    entries: readonly BucketEntry[],
    schema: Schema,
    keyOf: (record: v.InferOutput<Schema>) => string,
  ): Promise<v.InferOutput<Schema>[]> {
    const records = await Promise.all(entries.map(({ key }) => this.#read(key, schema, keyOf)));
    return records.filter((record) => record !== null);
  }

  /** One that nobody can read, or that tells of another than its key says, holds back none of the others. */
  async #read<Schema extends v.GenericSchema>(
    key: string,
    schema: Schema,
    keyOf: (record: v.InferOutput<Schema>) => string,
  ): Promise<v.InferOutput<Schema> | null> {
    this.reads++;
    try {
      const record = await this.#deps.records.read(key, schema);
      if (record && keyOf(record.value) !== key) throw new UnreadableRecord(key, 'it tells of another');
      return record && record.value;
    } catch (error) {
      // A bucket that is away is no matter of one record: the page fails, and is asked for again.
      if (!(error instanceof UnreadableRecord)) throw error;
      this.unreadable++;
      this.#deps.log({ event: 'error', at: 'reindex', key, message: error.message });
      return null;
    }
  }
}

/** What today's dialects read in the vendor's last full answer, beyond what was read then; null: nothing. */
export function readAnew({ id, raw, state: { reading } }: Stored, vendorKey: string | null): Reading | null {
  const anew = raw && readRaw(raw, id, vendorKey);
  const merged = anew ? mergeReadings(reading, anew) : reading;
  return JSON.stringify(merged) === JSON.stringify(reading) ? null : merged;
}

function readRaw({ form, json }: Raw, id: string, vendorKey: string | null): Reading | null {
  const parsed = parseJson(json);
  if (!parsed.ok) return null;
  if (form === 'row') return readBatch([parsed.value], [id], vendorKey).found.get(id)?.reading ?? null;
  const read = readTask(parsed.value, id, vendorKey);
  return read.ok ? read.value : null;
}
