// Pure: the vocabulary: schemas of what the system knows and shows; every type is inferred from its schema.
import * as v from 'valibot';

export const KINDS = ['music', 'lyrics', 'unknown'] as const;
export const TASK_STATUSES = ['unknown', 'queued', 'running', 'failed', 'succeeded'] as const;
export const CLIP_STATUSES = ['pending', 'streaming', 'failed', 'complete'] as const;
export const TRACKING_STATES = ['untracked', 'watching', 'archiving', 'settled', 'expired'] as const;
export const ARCHIVE_STATES = ['none', 'pending', 'complete', 'partial', 'unavailable'] as const;
export const FILE_STATES = ['pending', 'archived', 'unavailable', 'skipped'] as const;
export const ROLES = ['audio', 'cover', 'video'] as const;
export const VISIBILITIES = ['unlisted', 'public'] as const;
/** Why a file could not be archived, by its last attempt. */
export const FILE_REASONS = [
  'source_gone',
  'source_forbidden',
  'not_media',
  'empty',
  'truncated',
  'too_large',
  'blocked_address',
  'unreachable',
  'taken_down',
] as const;

const text = v.nullable(v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** RFC 3339 in UTC with `Z`. */
const instant = v.pipe(v.string(), v.isoTimestamp(), v.endsWith('Z'));
export const When = v.nullable(instant);

export const Kind = v.picklist(KINDS);
export const TaskStatus = v.picklist(TASK_STATUSES);
export const ClipStatus = v.picklist(CLIP_STATUSES);
export const TrackingState = v.picklist(TRACKING_STATES);
export const ArchiveState = v.picklist(ARCHIVE_STATES);
const FileState = v.picklist(FILE_STATES);
export const FileReason = v.picklist(FILE_REASONS);
export const Visibility = v.picklist(VISIBILITIES);
export const Role = v.picklist(ROLES);

export const Lyrics = v.object({ title: text, text });

/** What vendors tell of a song, and the API shows as it is. */
const TOLD = {
  title: text,
  status: ClipStatus,
  failure: text,
  tags: text,
  lyrics: text,
  prompt: text,
  artist: text,
  model: text,
  model_version: text,
  duration_seconds: v.nullable(v.number()),
  created_at: When,
} as const;

/** One song as one vendor answer tells it. URLs are final files only; `stream_url` is a live stream. */
export const ClipReading = v.object({
  id: v.string(),
  ...TOLD,
  /** The clip that it was made from. Of what was kept before it was read: null, like the voice. */
  parent_id: v.optional(text, null),
  /** The voice of its parent that it is, in the vendor's word. */
  stem: v.optional(text, null),
  stream_url: text,
  audio_url: text,
  cover_url: text,
  video_url: text,
});

/** One task as one vendor answer tells it, or as several answers merged tell it. */
export const Reading = v.object({
  kind: Kind,
  status: TaskStatus,
  vendor_status: text,
  progress: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  failure: text,
  submitted_at: When,
  started_at: When,
  finished_at: When,
  lyrics: v.nullable(Lyrics),
  lyrics_variants: v.array(Lyrics),
  clips: v.array(ClipReading),
  /** Words with their seconds: a task that has them has what it was for. */
  timed_words: v.optional(v.boolean(), false),
  /** The keys of an answer that calls the task done and has nothing to show for it. */
  keys: v.optional(v.array(v.string()), () => []),
});

/** Of a clip, as the API shows it. */
export const File = v.object({
  state: FileState,
  url: text,
  link: text,
  source_url: text,
  content_type: text,
  bytes: v.nullable(count),
  sha256: text,
  archived_at: When,
  attempts: count,
  reason: v.nullable(FileReason),
});

/** As the API shows it. */
export const Clip = v.object({
  id: v.string(),
  slug: v.string(),
  task_id: v.string(),
  vendor: v.string(),
  ...TOLD,
  parent_id: text,
  stem: text,
  stream_url: text,
  audio: v.nullable(File),
  cover: v.nullable(File),
  video: v.nullable(File),
  visibility: Visibility,
  links: v.object({ self: v.string(), page: v.string() }),
});

export const LastError = v.object({ code: v.string(), message: v.string(), at: instant });

/** As the API shows it. */
export const Task = v.object({
  id: v.string(),
  vendor: v.string(),
  kind: Kind,
  status: TaskStatus,
  vendor_status: text,
  partial: v.boolean(),
  progress: v.nullable(v.number()),
  failure: text,
  submitted_at: When,
  started_at: When,
  finished_at: When,
  lyrics: v.nullable(Lyrics),
  lyrics_variants: v.array(Lyrics),
  clips: v.array(Clip),
  tracking: v.object({
    state: TrackingState,
    stalled: v.boolean(),
    tracked_at: When,
    polls: count,
    last_polled_at: When,
    next_poll_at: When,
    last_error: v.nullable(LastError),
  }),
  archive: v.object({ state: ArchiveState, archived: count, pending: count, unavailable: count }),
  links: v.object({ self: v.string() }),
});

export type Kind = v.InferOutput<typeof Kind>;
export type TaskStatus = v.InferOutput<typeof TaskStatus>;
export type ClipStatus = v.InferOutput<typeof ClipStatus>;
export type TrackingState = v.InferOutput<typeof TrackingState>;
export type ArchiveState = v.InferOutput<typeof ArchiveState>;
export type FileReason = v.InferOutput<typeof FileReason>;
export type Visibility = v.InferOutput<typeof Visibility>;
export type Role = v.InferOutput<typeof Role>;
export type Lyrics = v.InferOutput<typeof Lyrics>;
export type ClipReading = v.InferOutput<typeof ClipReading>;
export type Reading = v.InferOutput<typeof Reading>;
export type File = v.InferOutput<typeof File>;
export type Clip = v.InferOutput<typeof Clip>;
export type Task = v.InferOutput<typeof Task>;
export type LastError = v.InferOutput<typeof LastError>;
