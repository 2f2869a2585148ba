// Pure: stored bytes against their records, clip by clip, then each object of the media bucket.
import type { BucketEntry } from '../archive/bucket.ts';
import { clipRecordKey, parseMediaPath } from '../archive/keys.ts';
import type { FileCheck, RecordedFile } from '../archive/read-back.ts';
import type { ClipRecord } from '../archive/records.ts';
import type { LedgerApi, MediaName } from '../ledger/api.ts';
import { chunks } from '../lib/chunks.ts';
import {
  INCOMING_KEEP_MS,
  MAINTENANCE_MAX_MS,
  MAINTENANCE_MAX_READS,
  OBJECTS_AT_ONCE,
  RECORDS_AT_ONCE,
  VERIFY_MAX_BYTES,
} from '../model/limits.ts';
import type { CountedFile } from '../model/files.ts';
import { ROLES } from '../model/task.ts';
import { decodeBucketCursor, encodeBucketCursor, type Listing, type BucketCursor, walkBucket } from './bucket-walk.ts';

export const VERIFY_PARTS = ['clips', 'media'] as const;
export type VerifyCursor = BucketCursor<(typeof VERIFY_PARTS)[number]>;

export interface VerifyDeps {
  /** Objects that a record does not have to name yet. */
  readonly ledger: Pick<LedgerApi, 'expected'>;
  /** Keys of the records bucket under a prefix, and all keys of the media bucket, in order. */
  listRecords(prefix: string, after: string): Promise<Listing<BucketEntry>>;
  listMedia(after: string): Promise<Listing<BucketEntry>>;
  /** Null: there is none that can be read. */
  readClip(key: string): Promise<ClipRecord | null>;
  check(file: RecordedFile): Promise<FileCheck>;
  keepChecksums(counted: readonly CountedFile[]): Promise<void>;
  log(entry: object): void;
  now(): number;
}

export interface FileProblem {
  key: string;
  problem: 'missing' | 'size' | 'sha256' | 'orphan';
}

export interface Verified {
  checked: number;
  problems: FileProblem[];
  next: VerifyCursor | null;
}

/** One page: as much as one invocation's processor, reads and time allow. */
export async function verify(from: VerifyCursor | null, deps: VerifyDeps): Promise<Verified> {
  const started = deps.now();
  const page = new Page(deps);
  const next = await walkBucket<VerifyCursor['part'], BucketEntry>(from, {
    parts: VERIFY_PARTS,
    list: (part, after) => (part === 'clips' ? deps.listRecords('clips/', after) : deps.listMedia(after)),
    take: (part, entries) => (part === 'clips' ? page.files(entries) : page.objects(entries)),
    at_once: { clips: 1, media: OBJECTS_AT_ONCE },
    isSpent: () =>
      page.bytes >= VERIFY_MAX_BYTES ||
      page.reads >= MAINTENANCE_MAX_READS ||
      deps.now() - started >= MAINTENANCE_MAX_MS,
  });
  return { checked: page.checked, problems: page.problems, next };
}

class Page {
  checked = 0;
  bytes = 0;
  reads = 0;
  readonly problems: FileProblem[] = [];
  readonly #deps: VerifyDeps;

  constructor(deps: VerifyDeps) {
    this.#deps = deps;
  }

  /** The files that these records name. What was taken down has none any more. */
  async files(entries: readonly BucketEntry[]): Promise<void> {
    const records = await this.#records(entries.map(({ key }) => key));
    for (const { clip } of records) {
      if (clip.taken_down_at !== null) continue;
      const counted: CountedFile[] = [];
      for (const role of ROLES) {
        const { state, key = null, bytes = null, sha256 = null, crc32 = null } = clip.files[role] ?? {};
        if (state !== 'archived' || key === null) continue;
        const sum = await this.#file({ key, bytes, sha256, crc32 });
        if (sum !== null && sha256 !== null) counted.push({ slug: clip.slug, role, key, sha256, crc32: sum });
      }
      await this.#deps.keepChecksums(counted);
    }
  }

  /** Answers its checksum, where none is kept. */
  async #file(file: RecordedFile): Promise<number | null> {
    this.reads++;
    try {
      const { problem, bytes, crc32 } = await this.#deps.check(file);
      this.checked++;
      this.bytes += bytes;
      if (problem) this.problems.push({ key: file.key, problem });
      return crc32;
    } catch (error) {
      // A bucket that does not give an object today says nothing of its bytes.
      this.#deps.log({ event: 'error', at: 'verify', key: file.key, message: String(error) });
      return null;
    }
  }

  /** The ledger is asked first: what it waits for no more is in a record by then, or in none. */
  async objects(entries: readonly BucketEntry[]): Promise<void> {
    this.checked += entries.length;
    const named = entries.flatMap(({ key }) => nameOf(key) ?? []);
    const expected = new Set(named.length === 0 ? [] : await this.#deps.ledger.expected(named));
    const open = named.filter(({ key }) => !expected.has(key));
    const records = await this.#records([...new Set(open.map(({ slug }) => clipRecordKey(slug)))]);
    const bySlug = new Map(records.map((record) => [record.clip.slug, record.clip]));
    const kept = open.filter(({ slug, role, key }) => {
      const clip = bySlug.get(slug);
      return clip?.taken_down_at === null && clip.files[role]?.state === 'archived' && clip.files[role].key === key;
    });
    const known = new Set([...expected, ...kept.map(({ key }) => key)]);
    for (const { key } of entries) if (!known.has(key)) this.problems.push({ key, problem: 'orphan' });
  }

  async #records(keys: readonly string[]): Promise<ClipRecord[]> {
    this.reads += keys.length;
    const records: ClipRecord[] = [];
    for (const some of chunks(keys, RECORDS_AT_ONCE))
      records.push(...(await Promise.all(some.map((key) => this.#deps.readClip(key)))).filter((one) => one !== null));
    return records;
  }
}

/** Null: nothing of ours has such a key. */
function nameOf(key: string): MediaName | null {
  const path = parseMediaPath(`/${key}`);
  return path && path.ext !== null ? { key, slug: path.slug, role: path.role } : null;
}

export interface DailyDeps extends VerifyDeps {
  readonly ledger: Pick<LedgerApi, 'expected' | 'verifyCursor' | 'setVerifyCursor'>;
  /** Bodies of unknown length whose invocation died. Their open multipart uploads are R2's to expire, after 7 days. */
  clearIncoming(before: number): Promise<number>;
}

export async function daily(deps: DailyDeps): Promise<void> {
  const started = deps.now();
  const cleared = await deps.clearIncoming(started - INCOMING_KEEP_MS).catch((error: unknown) => {
    deps.log({ event: 'error', at: 'incoming', message: String(error) });
    return 0;
  });
  const cursor = await deps.ledger.verifyCursor();
  const from = cursor === null ? null : decodeBucketCursor(cursor, VERIFY_PARTS);
  const { checked, problems, next } = await verify(from, deps);
  await deps.ledger.setVerifyCursor(next && encodeBucketCursor(next));
  for (const { key, problem } of problems) deps.log({ event: 'verify.problem', key, problem });
  const ms = deps.now() - started;
  deps.log({ event: 'verify', checked, problems: problems.length, done: next === null, cleared, ms });
}
