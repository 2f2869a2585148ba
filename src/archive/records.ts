// Pure: what the ledger knows, written to the records bucket: the task with its raw answer, a sidecar for each clip.
import * as v from 'valibot';
import { clipRecordKey, taskRecordKey } from './keys.ts';
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

/** Sidecars first: a task's record never names what no sidecar tells. */
export async function saveTask(stored: Stored, records: Records): Promise<void> {
  for (const [index, clip] of stored.clips.entries()) {
    const reading = stored.state.reading.clips[index];
    if (reading) await saveClip(clip, reading, records);
  }
  await write<TaskRecord>(records, taskRecordKey(stored.vendor, stored.id), TaskRecord, (known) => {
    // Begun afresh without its record, and never heard of since: what was known stays.
    if (known?.state.answered && !stored.state.answered) return known;
    const clips = stored.clips.map((clip) => {
      const before = known?.clips.find((one) => one.slug === clip.slug);
      return before ? mergeClip(before, clip) : clip;
    });
    return { format: 1, ...stored, clips };
  });
}

/** A clip's sidecar alone, for where its task is done with, or gone. */
export const saveClip = (clip: Clip, reading: ClipReading, records: Records): Promise<void> =>
  write<ClipRecord>(records, clipRecordKey(clip.slug), ClipRecord, (known) => ({
    format: 1,
    clip: known ? mergeClip(known.clip, clip) : clip,
    reading,
  }));

export const readTaskRecord = async (vendor: string, id: string, records: Records): Promise<Stored | null> => {
  const record = await records.read(taskRecordKey(vendor, id), TaskRecord);
  // Ids that only a hash can name share no key by accident; a foreign record under this key is still not this task's.
  return record && record.value.vendor === vendor && record.value.id === id ? record.value : null;
};

export const readClipRecord = async (slug: string, records: Records): Promise<ClipRecord | null> =>
  (await records.read(clipRecordKey(slug), ClipRecord))?.value ?? null;

async function write<Value>(
  records: Records,
  key: string,
  schema: v.GenericSchema<unknown, Value>,
  next: (known: Value | null) => Value,
): Promise<void> {
  for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
    const known = await records.read(key, schema);
    if (await records.write(key, next(known?.value ?? null), known?.etag ?? null)) return;
  }
  throw new Error(`Cannot save record "${key}": another writer changed it ${WRITE_ATTEMPTS} times in a row`);
}

/** A file once archived and a clip once taken down stay so, whichever writer comes last. */
function mergeClip(known: Clip, next: Clip): Clip {
  const files = { ...next.files };
  for (const role of ROLES) files[role] = laterFile(known.files[role], next.files[role]);
  return { ...next, files, taken_down_at: next.taken_down_at ?? known.taken_down_at };
}

const laterFile = (known: FileRecord | null, next: FileRecord | null): FileRecord | null =>
  known?.state === 'archived' && next?.state !== 'archived' ? known : (next ?? known);
