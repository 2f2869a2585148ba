// Pure: what the public sees of a task and its clips, field by field: what is not named here is never shown.
import { clipSelf, pageLink, permanentLink, stableLink, taskSelf } from '../archive/keys.ts';
import type { Settings } from '../config/settings.ts';
import { vendorClock } from '../model/circuit-breaker.ts';
import type { Logged } from '../model/event.ts';
import { archiveOf, wantedRoles } from '../model/files.ts';
import { slugOf } from '../model/id.ts';
import { isOver, isStalled, trackingOf } from '../model/lifecycle.ts';
import { type ClipState, type FileRecord, type Known, newClip, ROLE_URLS, type Stored } from '../model/state.ts';
import type { Clip, ClipReading, File, LastError, Lyrics, Role, Task } from '../model/task.ts';

export interface ViewContext {
  readonly settings: Pick<Settings, 'archive_video'>;
  /** Origins without a slash at their end: of links, and of permanent files. */
  readonly base: string;
  readonly media_base: string;
  readonly now: number;
}

/** What a clip's view needs to know of the task in which it is shown. */
export interface ClipOwner {
  readonly vendor: string;
  readonly task_id: string;
  readonly tracked: boolean;
  readonly over: boolean;
}

const NOTHING_WANTED: Task['archive'] = { state: 'none', archived: 0, pending: 0, unavailable: 0 };

export function viewTask({ stored, pacing }: Known, context: ViewContext): Task {
  const { vendor, id, tracked, state } = stored;
  const { reading } = state;
  const clips = clipsOf(stored);
  const over = isOver(state);
  const archive = tracked ? archiveOf(reading, clips, over, context.settings) : NOTHING_WANTED;
  const tracking = tracked ? trackingOf(state, archive.pending) : 'untracked';
  const owner = { vendor, task_id: id, tracked, over };
  return {
    id,
    vendor,
    kind: reading.kind,
    status: reading.status,
    vendor_status: reading.vendor_status,
    partial: isPartial(reading.clips),
    progress: reading.progress,
    failure: reading.failure,
    submitted_at: reading.submitted_at,
    started_at: reading.started_at,
    finished_at: reading.finished_at,
    lyrics: reading.lyrics && viewLyrics(reading.lyrics),
    lyrics_variants: reading.lyrics_variants.map(viewLyrics),
    clips: reading.clips.map((clip, index) =>
      viewClip(clip, clips[index] ?? unknownClip(stored, clip), owner, context),
    ),
    tracking: {
      state: tracking,
      stalled: tracked && isStalled(state, vendorClock(pacing, context.now)),
      tracked_at: tracked ? instant(state.tracked_at) : null,
      polls: stored.polls,
      last_polled_at: instant(stored.last_polled_at),
      next_poll_at: instant(stored.next_poll_at),
      last_error: viewError(state.last_error ?? (tracking === 'watching' ? vendorError({ stored, pacing }) : null)),
    },
    archive: {
      state: archive.state,
      archived: archive.archived,
      pending: archive.pending,
      unavailable: archive.unavailable,
    },
    links: { self: taskSelf(context.base, vendor, id) },
  };
}

export function viewClip(reading: ClipReading, clip: ClipState, owner: ClipOwner, context: ViewContext): Clip {
  const file = (role: Role): File | null => viewFile(role, { reading, clip, owner, context });
  return {
    id: reading.id,
    slug: clip.slug,
    task_id: owner.task_id,
    vendor: owner.vendor,
    title: clip.title ?? reading.title,
    status: reading.status,
    failure: reading.failure,
    tags: reading.tags,
    lyrics: reading.lyrics,
    prompt: reading.prompt,
    artist: reading.artist,
    model: reading.model,
    model_version: reading.model_version,
    duration_seconds: reading.duration_seconds,
    created_at: reading.created_at,
    parent_id: reading.parent_id,
    stem: reading.stem,
    stream_url: reading.stream_url,
    audio: file('audio'),
    cover: file('cover'),
    video: file('video'),
    visibility: clip.visibility,
    links: { self: clipSelf(context.base, clip.slug), page: pageLink(context.base, clip.slug) },
  };
}

/** A clip with all that decides what is shown of its files. */
interface ShownClip {
  readonly reading: ClipReading;
  readonly clip: ClipState;
  readonly owner: ClipOwner;
  readonly context: ViewContext;
}

function viewFile(role: Role, shown: ShownClip): File | null {
  const { reading, clip, context } = shown;
  const given = reading[ROLE_URLS[role]];
  const record = clip.files[role];
  if (given === null && record === null) return null;
  const state = fileState(role, shown);
  // Bytes that were taken down are gone, and what was known of them with them.
  const kept = state === 'archived' ? record : null;
  return {
    state,
    url: kept?.key == null ? null : permanentLink(context.media_base, kept.key),
    link: state === 'skipped' ? null : stableLink(context.base, clip.slug, role),
    source_url: kept?.source_url ?? given ?? record?.source_url ?? null,
    content_type: kept?.content_type ?? null,
    bytes: kept?.bytes ?? null,
    sha256: kept?.sha256 ?? null,
    archived_at: instant(kept?.archived_at ?? null),
    attempts: record?.attempts ?? 0,
    reason: clip.taken_down_at !== null ? 'taken_down' : state === 'unavailable' ? (record?.reason ?? null) : null,
  };
}

/**
 * A file that is not wanted yet is pending; one that will never be wanted is skipped, or it would seem to be pending for ever.
 * An archived file stays archived whatever the settings say today.
 */
function fileState(role: Role, { reading, clip, owner, context: { settings } }: ShownClip): File['state'] {
  const record: FileRecord | null = clip.files[role];
  if (clip.taken_down_at !== null) return 'unavailable';
  if (record?.state === 'archived') return 'archived';
  if (!owner.tracked || (role === 'video' && !settings.archive_video)) return 'skipped';
  const wanted = wantedRoles(reading, owner.over, settings).includes(role);
  if (!wanted && owner.over) return record?.state === 'unavailable' ? 'unavailable' : 'skipped';
  return wanted ? (record?.state ?? 'pending') : 'pending';
}

/** The clips in the reading's order: the ledger leaves out those of which nothing is stored. */
function clipsOf(stored: Stored): ClipState[] {
  const bySlug = new Map(stored.clips.map((clip) => [clip.slug, clip]));
  return stored.state.reading.clips.map((reading) => {
    const fresh = unknownClip(stored, reading);
    return bySlug.get(fresh.slug) ?? fresh;
  });
}

const unknownClip = (stored: Stored, { id }: ClipReading): ClipState =>
  newClip(slugOf(stored.vendor, id), id, stored, stored.state.visibility);

function isPartial(clips: readonly ClipReading[]): boolean {
  return clips.some(({ status }) => status === 'complete') && clips.some(({ status }) => status === 'failed');
}

/** A failed look at the whole vendor is this task's too, unless it was polled well since. */
function vendorError({ stored, pacing }: Known): LastError | null {
  const error = pacing.last_error;
  if (error === null) return null;
  return stored.last_polled_at === null || Date.parse(error.at) > stored.last_polled_at ? error : null;
}

const viewError = (error: LastError | null): LastError | null =>
  error && { code: error.code, message: error.message, at: error.at };
const viewLyrics = ({ title, text }: Lyrics): Lyrics => ({ title, text });
const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** As things stood when it happened, whenever it is rendered: the row's own time is the view's. */
export function renderLogged(logged: Logged, context: Omit<ViewContext, 'now'>): string[] {
  const { seq, at, about, events, data } = logged;
  if (data !== null) return data;
  if (about === null) throw new Error(`Cannot render row ${seq} of the log: nothing is kept of what it is about`);
  if (!('stored' in about)) {
    const notice = JSON.stringify({ vendor: about.vendor, reason: about.reason });
    return events.map(() => notice);
  }
  const task = viewTask(about, { ...context, now: at });
  return events.map(({ slug }) => JSON.stringify(slug === null ? task : clipOf(task, slug, seq)));
}

function clipOf(task: Task, slug: string, seq: number): Clip {
  const clip = task.clips.find((one) => one.slug === slug);
  if (!clip) throw new Error(`Cannot render row ${seq} of the log: task "${task.id}" has no clip ${slug}`);
  return clip;
}
