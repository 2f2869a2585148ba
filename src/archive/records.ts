// Pure: what the ledger knows, written to the records bucket: the task with its raw answer, a sidecar for each clip.
import * as v from 'valibot';
import { clipRecordKey, taskRecordKey } from './keys.ts';
import { type CountedFile, withChecksum } from '../model/files.ts';
import { ClipState, Stored, type ClipState as Clip, type FileRecord } from '../model/state.ts';
import { ClipReading, ROLES } from '../model/task.ts';

/** `tasks/{vendor}/{task_id}.json`. */
export const TaskRecord = v.object({ format: v.literal(1), ...Stored.entries });
/** `clips/<slug>.json`. */
export const ClipRecord = v.object({ format: v.literal(1), clip: ClipState, reading: ClipReading });
export type TaskRecord = v.InferOutput<typeof TaskRecord>;
export type ClipRecord = v.InferOutput<typeof ClipRecord>;

/** The records bucket as this flow needs it. `etag` null: only where there is nothing yet. */
export interface Records {
  read<Schema extends v.GenericSchema>(
    key: string,
    schema: Schema,
  ): Promise<{ value: v.InferOutput<Schema>; etag: string } | null>;
  /** False: somebody else wrote in between. */
  write(key: string, value: unknown, etag: string | null): Promise<boolean>;
}

/** Two writers that meet read again and merge; more than this in a row is no accident. */
const WRITE_ATTEMPTS = 4;

/** Sidecars first: a task's record never names what no sidecar tells. `isNew`: most likely there are none yet. */
export async function saveTask(stored: Stored, records: Records, isNew = false): Promise<void> {
  const readingOf = new Map(stored.state.slugs.map((slug, index) => [slug, stored.state.reading.clips[index]]));
  for (const clip of stored.clips) {
    const reading = readingOf.get(clip.slug);
    if (reading) await saveClip(clip, reading, records, isNew);
  }
  const next = (known: TaskRecord | null): TaskRecord | null => {
    if (known === null) return { format: 1, ...stored };
    // Begun afresh without its record, and never heard of since: what was known stays.
    if (known.version > stored.version || (known.state.answered && !stored.state.answered)) return null;
    const before = new Map(known.clips.map((clip) => [clip.slug, clip]));
    return { format: 1, ...stored, clips: stored.clips.map((clip) => mergeClip(before.get(clip.slug), clip)) };
  };
  await write<TaskRecord>(records, { key: taskRecordKey(stored.vendor, stored.id), schema: TaskRecord, isNew }, next);
}

/** A clip's sidecar alone, for where its task is done with, or gone. */
export const saveClip = (clip: Clip, reading: ClipReading, records: Records, isNew = false): Promise<void> =>
  write<ClipRecord>(records, { key: clipRecordKey(clip.slug), schema: ClipRecord, isNew }, (known) => ({
    format: 1,
    clip: mergeClip(known?.clip, clip),
    reading: known && known.clip.version > clip.version ? known.reading : reading,
  }));

/** Begins no record: what is unknown by now stays so. */
export const saveChecksums = (slug: string, files: readonly CountedFile[], records: Records): Promise<void> =>
  write<ClipRecord>(records, { key: clipRecordKey(slug), schema: ClipRecord }, (known) => {
    if (known === null) return null;
    const clip = files.reduce(withChecksum, known.clip);
    return clip === known.clip ? null : { ...known, clip };
  });

export const readTaskRecord = async (vendor: string, id: string, records: Records): Promise<Stored | null> => {
  const record = await records.read(taskRecordKey(vendor, id), TaskRecord);
  // Ids that only a hash can name share no key by accident; a foreign record under this key is still not this task's.
  return record && record.value.vendor === vendor && record.value.id === id ? record.value : null;
};

export const readClipRecord = async (slug: string, records: Records): Promise<ClipRecord | null> =>
  (await records.read(clipRecordKey(slug), ClipRecord))?.value ?? null;

/** The objects that a clip's record names. */
export async function keysNamed(slug: string, records: Records): Promise<string[]> {
  const clip = (await readClipRecord(slug, records))?.clip;
  if (!clip || clip.taken_down_at !== null) return [];
  return ROLES.flatMap((role) => (clip.files[role]?.state === 'archived' ? (clip.files[role].key ?? []) : []));
}

interface Place<Value> {
  readonly key: string;
  readonly schema: v.GenericSchema<unknown, Value>;
  /** It is put without a look, on the condition that none is there; where one is, they are merged all the same. */
  readonly isNew?: boolean;
}

/** `next` null: what is there is newer, and stays. */
async function write<Value>(
  records: Records,
  { key, schema, isNew = false }: Place<Value>,
  next: (known: Value | null) => Value | null,
): Promise<void> {
  for (let attempt = isNew ? -1 : 0; attempt < WRITE_ATTEMPTS; attempt++) {
    const known = attempt < 0 ? null : await records.read(key, schema);
    const value = next(known?.value ?? null);
    if (value === null || (await records.write(key, value, known?.etag ?? null))) return;
  }
  throw new Error(`Cannot save record "${key}": another writer changed it ${WRITE_ATTEMPTS} times in a row`);
}

/** The newer one counts; a file once archived and a clip once taken down stay so, whichever writer comes last. */
function mergeClip(known: Clip | undefined, next: Clip): Clip {
  if (!known) return next;
  const [older, newer] = known.version > next.version ? [next, known] : [known, next];
  const files = { ...newer.files };
  for (const role of ROLES) files[role] = laterFile(older.files[role], newer.files[role]);
  return { ...newer, files, taken_down_at: newer.taken_down_at ?? older.taken_down_at };
}

function laterFile(known: FileRecord | null, next: FileRecord | null): FileRecord | null {
  if (known?.state !== 'archived') return next ?? known;
  if (next?.state !== 'archived') return known;
  // Whoever wrote the newer one may not have known of it.
  return next.crc32 == null && known.crc32 != null && next.sha256 === known.sha256
    ? { ...next, crc32: known.crc32 }
    : next;
}
