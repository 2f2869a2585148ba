// Pure: what ledger, queue and archive say to each other about files. One message names one clip.
import * as v from 'valibot';
import { FileReason, Role } from './task.ts';

const name = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A queue's body comes from outside of the code that reads it: it is parsed, and holds ids only. */
export const MirrorMessage = v.object({ vendor: name, task_id: name, slug: name });

/** One wanted file. `look_first`: an earlier try may have left an object in the bucket, under whatever extension. */
export const MirrorFile = v.object({ role: Role, source_url: v.string(), look_first: v.boolean() });

/** What the ledger hands out for a message. */
export const MirrorJob = v.object({
  vendor: name,
  task_id: name,
  clip_id: name,
  slug: name,
  title: v.nullable(v.string()),
  /** By the vendor's word. */
  duration_seconds: v.nullable(v.number()),
  files: v.array(MirrorFile),
  /** The song was taken down while files of it were under way: what lies in its place goes. */
  clear: v.optional(v.boolean()),
  /** Nothing of the clip is archived: its record may know of a takedown that the ledger has lost. */
  fresh: v.optional(v.boolean()),
});

/** The facts of bytes that are in the media bucket, whole and checked. */
export const StoredFile = v.object({
  key: v.string(),
  content_type: v.string(),
  bytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** A Worker of an older version counts none. */
  crc32: v.optional(count),
  archived_at: v.string(),
});

/** Why a file was not stored. `final`: a next try would end the same way. `detail` names the host, never the whole URL. */
export const FileFailure = v.object({
  reason: FileReason,
  final: v.boolean(),
  detail: v.string(),
  /** The host asks to be left alone for so long: no try, but a wait. */
  retry_after_ms: v.optional(v.nullable(v.number())),
});

/** What became of one file. */
export const FileOutcome = v.variant('ok', [
  v.object({ ok: v.literal(true), role: Role, source_url: v.string(), ...StoredFile.entries }),
  v.object({ ok: v.literal(false), role: Role, source_url: v.string(), ...FileFailure.entries }),
]);

export type MirrorMessage = v.InferOutput<typeof MirrorMessage>;
export type MirrorFile = v.InferOutput<typeof MirrorFile>;
export type MirrorJob = v.InferOutput<typeof MirrorJob>;
export type StoredFile = v.InferOutput<typeof StoredFile>;
export type FileFailure = v.InferOutput<typeof FileFailure>;
export type FileOutcome = v.InferOutput<typeof FileOutcome>;

/** A queue's body comes from outside of the code that reads it: it is parsed, and holds an id only. */
export const DeliverMessage = v.object({ delivery: v.pipe(v.string(), v.minLength(1)) });

/** What became of one try to deliver. `final`: a next try would end the same way. `detail` names the host, never the whole URL. */
export const DeliveryOutcome = v.variant('ok', [
  v.object({ ok: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    final: v.boolean(),
    retry_after_ms: v.nullable(v.number()),
    detail: v.string(),
  }),
]);

export type DeliverMessage = v.InferOutput<typeof DeliverMessage>;

export type DeliveryOutcome = v.InferOutput<typeof DeliveryOutcome>;
