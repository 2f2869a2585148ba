// Pure: what the ledger and the records keep of a task and of a clip; schemas, since rows read back are parsed too.
import * as v from 'valibot';
import { sha256Hex } from '../lib/hash.ts';
import type { Pacing } from './circuit-breaker.ts';
import { FileReason, LastError, Reading, type Role as RoleName, TaskStatus, Visibility } from './task.ts';

const ms = v.number();
const nullableMs = v.nullable(ms);
const nullableText = v.nullable(v.string());

/** The callback that a submit named: called once by longplay itself. `base`: origin of the links in it. */
export const NotifyHook = v.object({ url: v.string(), base: v.string() });
export type NotifyHook = v.InferOutput<typeof NotifyHook>;

/** What is known of one task. Times in ms since the epoch; `*_clock` are read on the vendor's clock (pacing.ts). */
export const TaskState = v.object({
  reading: Reading,
  /** Tracked by request, not merely by a read. */
  requested: v.boolean(),
  /** The vendor has answered for this id at least once. */
  answered: v.boolean(),
  /** The vendor has denied this id past the grace, or it found no end in time. */
  expired: v.boolean(),
  tracked_at: ms,
  tracked_clock: ms,
  /** Last change that a caller could see, for the stall. */
  changed_clock: ms,
  /** When the newest answer taken was asked for: older ones are dropped. */
  asked_at: ms,
  /** When the task came to its end. */
  ended_at: nullableMs,
  last_error: v.nullable(LastError),
  /** Failed looks in a row that are this task's own fault, not the vendor's. */
  failures: v.number(),
  /** Asked by single GET from now on: left out of batches, or poisons them. */
  solo: v.boolean(),
  webhook_url: nullableText,
  /** Null once it was called, too. */
  notify_hook: v.optional(v.nullable(NotifyHook), null),
  /** Its submit named our own hook: the vendor may call when it is done. */
  hook_named: v.optional(v.boolean(), false),
  /** How often in a row the vendor has denied an id for which it never answered. */
  denials: v.optional(v.number(), 0),
  /** When an end was first seen that came before everything was there; null: none did, or it is over. */
  early_clock: v.optional(nullableMs, null),
  /** To be asked about though it has ended: by request, or because a file's address has died. */
  look_again: v.optional(v.boolean(), false),
  /** What the vendor last answered, in short (fingerprint): the same again changes nothing. */
  heard: v.optional(nullableText, null),
  /** The end that `task.settled` was told of: an end is told once. */
  told: v.optional(v.nullable(TaskStatus), null),
  visibility: Visibility,
  /** Slugs of the clips, in the reading's order. */
  slugs: v.array(v.string()),
});
export type TaskState = v.InferOutput<typeof TaskState>;

/** A task without what its vendor told: small, and all that its schedule needs. */
export const TaskFacts = v.omit(TaskState, ['reading']);
export type TaskFacts = v.InferOutput<typeof TaskFacts>;

/** What is known of one file of a clip. */
export const FileRecord = v.object({
  state: v.picklist(['pending', 'archived', 'unavailable']),
  /** The vendor's URL that was last tried. */
  source_url: nullableText,
  attempts: v.number(),
  /** First try of the present series (ms), for the times of the next ones; null before it. */
  first_try_at: nullableMs,
  /** Tries of the present series: a retry by request begins a new one. */
  tries: v.number(),
  next_try_at: nullableMs,
  /** Sent to the mirror this often without any report. */
  deaths: v.number(),
  reason: v.nullable(FileReason),
  /** R2 key, type, size, hash and time of the archived object. */
  key: nullableText,
  content_type: nullableText,
  bytes: v.nullable(v.number()),
  sha256: nullableText,
  /** What a ZIP of it needs; absent: it was archived before that was counted. */
  crc32: v.optional(v.nullable(v.number())),
  archived_at: nullableMs,
});
export type FileRecord = v.InferOutput<typeof FileRecord>;

/** One clip's files, shared by every task that holds the clip. */
export const ClipState = v.object({
  slug: v.string(),
  clip_id: v.string(),
  /** The task that first showed it. */
  vendor: v.string(),
  task_id: v.string(),
  visibility: Visibility,
  /** A title given by the caller; null: the vendor's. */
  title: nullableText,
  /** When a caller last changed the title; absent: never. */
  changed_at: v.optional(nullableMs),
  /** When a caller made it public; absent: it is as its task began. */
  published_at: v.optional(nullableMs),
  taken_down_at: nullableMs,
  /** Taken down while files were under way: one may have come after all, so that its place is cleared once more from then on. */
  clear_at: v.optional(nullableMs),
  /** What its event said last: a clip is told once, and again only when its audio came after all. */
  told: v.optional(v.nullable(v.picklist(['archived', 'unavailable'])), null),
  /** Rises with each change; of two records the one with the higher version is the newer. */
  version: v.optional(v.number(), 0),
  /** Slug of the song that it was made from; absent: of none that is known. */
  parent: v.optional(nullableText),
  /** Other tasks that hold it too. */
  also: v.optional(v.array(v.object({ vendor: v.string(), id: v.string() })), []),
  /** Its place among the clips whose audio is archived (ms since the epoch × 1000, counted on within one); null for all others. */
  listed: v.optional(v.nullable(v.number()), null),
  files: v.object({ audio: v.nullable(FileRecord), cover: v.nullable(FileRecord), video: v.nullable(FileRecord) }),
});
export type ClipState = v.InferOutput<typeof ClipState>;

/** The vendor's last full answer, as JSON text with its key redacted: a whole GET answer, or one row of a batch answer. */
export const Raw = v.object({ form: v.picklist(['answer', 'row']), json: v.string() });
export type Raw = v.InferOutput<typeof Raw>;

/** One task with its clips: what a read needs, and what the record in the bucket holds. */
export const Stored = v.object({
  vendor: v.string(),
  id: v.string(),
  /** Its place in the order of tracking, for a ledger that is rebuilt; records of older versions have none. */
  seq: v.optional(v.number()),
  /** False: read, but not kept (AUTO_TRACK off). */
  tracked: v.boolean(),
  /** Rises with each change; of two records the one with the higher version is the newer. */
  version: v.optional(v.number(), 0),
  polls: v.number(),
  last_polled_at: nullableMs,
  next_poll_at: nullableMs,
  state: TaskState,
  clips: v.array(ClipState),
  raw: v.nullable(Raw),
});
export type Stored = v.InferOutput<typeof Stored>;

export const NEW_FILE: FileRecord = {
  state: 'pending',
  source_url: null,
  attempts: 0,
  first_try_at: null,
  tries: 0,
  next_try_at: null,
  deaths: 0,
  reason: null,
  key: null,
  content_type: null,
  bytes: null,
  sha256: null,
  archived_at: null,
};

/** A clip of which nothing is known but that its task shows it. */
export const newClip = (
  slug: string,
  clip_id: string,
  task: { vendor: string; id: string },
  visibility: Visibility,
): ClipState => ({
  slug,
  clip_id,
  vendor: task.vendor,
  task_id: task.id,
  visibility,
  title: null,
  taken_down_at: null,
  told: null,
  version: 0,
  also: [],
  listed: null,
  files: { audio: null, cover: null, video: null },
});

export const EMPTY_READING: Reading = {
  kind: 'unknown',
  status: 'unknown',
  vendor_status: null,
  progress: null,
  failure: null,
  submitted_at: null,
  started_at: null,
  finished_at: null,
  lyrics: null,
  lyrics_variants: [],
  clips: [],
  timed_words: false,
  keys: [],
};

export const ROLE_URLS = { audio: 'audio_url', cover: 'cover_url', video: 'video_url' } as const satisfies Record<
  RoleName,
  string
>;

/** A task's name in memory. */
export const keyOf = ({ vendor, id }: { vendor: string; id: string }): string => `${vendor}/${id}`;

/** What no caller sees. */
const UNSEEN = { asked_at: 0, last_error: null, failures: 0, denials: 0, look_again: false, heard: null } as const;

/** Changes with everything of a task that a caller could see, but for what each look at the vendor moves. */
export function stampOf({ vendor, id, tracked, state, clips }: Stored): string {
  const seen = clips.map((clip) => ({ ...clip, version: 0, also: [] }));
  return sha256Hex(JSON.stringify([vendor, id, tracked, { ...state, ...UNSEEN }, seen]));
}

/** One answer in short: two that read the same have the same. */
export const fingerprint = (reading: Reading): string => sha256Hex(JSON.stringify(reading)).slice(0, 16);

/** A version after this one, and after any that a ledger before this one has counted: they begin with the time. */
export const nextVersion = (version: number, now: number): number => Math.max(version + 1, now);

/** What is known of a task, with what is known of its vendor: last_error, stall and the public view need both. */
export interface Known {
  readonly stored: Stored;
  readonly pacing: Pacing;
  /** When the ledger was looked into (ledger/store/versions.ts); absent where it comes from elsewhere. */
  readonly moment?: string;
}
