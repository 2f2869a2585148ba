// Pure: the files of a clip: which are wanted, what became of each, when to try again. Time is passed in.
import { type Delays, FILE_WAITS_END_MS, MIRROR_DEATHS_MAX, RETRY_AFTER_MAX_MS, SLOW_TRY_MS } from './limits.ts';
import type { FileOutcome } from './messages.ts';
import { type ClipState, type FileRecord, NEW_FILE, ROLE_URLS } from './state.ts';
import { type ArchiveState, type ClipReading, type Reading, type Role, ROLES, type Task } from './task.ts';

export interface WantRules {
  readonly archive_video: boolean;
}

/**
 * The roles of a clip that are to be archived: the final files of a complete clip; of any other clip the
 * cover alone, once its task is `over` (ended or expired).
 */
export function wantedRoles(clip: ClipReading, over: boolean, rules: WantRules): Role[] {
  return ROLES.filter((role) => {
    if (clip[ROLE_URLS[role]] === null) return false;
    if (role === 'video') return rules.archive_video && clip.status === 'complete';
    return clip.status === 'complete' || (role === 'cover' && over);
  });
}

/** A file that was never tried has no record yet. */
export const fileOf = (clip: ClipState, role: Role): FileRecord => clip.files[role] ?? NEW_FILE;

const pending = (clip: ClipState, wanted: readonly Role[]): Role[] =>
  clip.taken_down_at === null ? wanted.filter((role) => fileOf(clip, role).state === 'pending') : [];

/** A clip's wanted files that may be tried now. */
export const rolesToTry = (clip: ClipState, wanted: readonly Role[], now: number): Role[] =>
  pending(clip, wanted).filter((role) => (fileOf(clip, role).next_try_at ?? 0) <= now);

/** When the earliest of a clip's wanted files may be tried; null where none is pending. */
export function nextTryAt(clip: ClipState, wanted: readonly Role[]): number | null {
  const times = pending(clip, wanted).map((role) => fileOf(clip, role).next_try_at ?? 0);
  return times.length === 0 ? null : Math.min(...times);
}

/** When the mirror has something to do for a clip: a file to try, or a place to clear after a takedown. */
export const nextFileWorkAt = (clip: ClipState, wanted: readonly Role[]): number | null =>
  clip.clear_at ?? nextTryAt(clip, wanted);

/** What one try brought. A file that is archived stays so whatever is reported later. */
export function afterTry(
  file: FileRecord,
  outcome: FileOutcome,
  now: number,
  delays: Delays,
  /** How long the try took. */
  tookMs = 0,
): FileRecord {
  if (file.state === 'archived') return file;
  const waitMs = outcome.ok ? null : waitOf(outcome);
  if (waitMs !== null && now - (file.first_try_at ?? now) < FILE_WAITS_END_MS)
    return { ...file, deaths: 0, first_try_at: file.first_try_at ?? now, next_try_at: now + waitMs };
  const tries = file.tries + 1;
  const tried: FileRecord = {
    ...file,
    source_url: outcome.source_url,
    attempts: file.attempts + 1,
    tries,
    deaths: 0,
    first_try_at: file.first_try_at ?? now,
  };
  if (outcome.ok) {
    const { key, content_type, bytes, sha256, crc32, archived_at } = outcome;
    return {
      ...tried,
      state: 'archived',
      key,
      content_type,
      bytes,
      sha256,
      crc32: crc32 ?? null,
      archived_at: Date.parse(archived_at),
      reason: null,
      next_try_at: null,
    };
  }
  // One that was quick costs its host nothing, however long it had to wait for its turn here.
  const isLast = tookMs >= SLOW_TRY_MS && isLate(tried, now, delays);
  return givenUpOrLater({ ...tried, reason: outcome.reason }, outcome.final || isLast, now, delays);
}

/** The CRC-32 of a file whose bytes were counted after it was archived. */
export interface CountedFile {
  readonly slug: string;
  readonly role: Role;
  readonly key: string;
  readonly sha256: string;
  readonly crc32: number;
}

/** The same clip where that file is another one by now, or none any more, or its checksum is kept already. */
export function withChecksum(clip: ClipState, { role, key, sha256, crc32 }: CountedFile): ClipState {
  const file = clip.files[role];
  if (clip.taken_down_at !== null || file?.state !== 'archived' || file.crc32 != null) return clip;
  if (file.key !== key || file.sha256 !== sha256) return clip;
  return { ...clip, files: { ...clip.files, [role]: { ...file, crc32 } } };
}

/** How long its host asks to be left alone; null: it does not. */
export const waitOf = ({ retry_after_ms }: Extract<FileOutcome, { ok: false }>): number | null =>
  retry_after_ms == null ? null : Math.min(retry_after_ms, RETRY_AFTER_MAX_MS);

/** Sent, and no report came in time: the invocation died, or its message or report was lost. */
export function afterLoss(file: FileRecord, now: number, delays: Delays): FileRecord {
  if (file.state !== 'pending') return file;
  const deaths = file.deaths + 1;
  if (deaths < MIRROR_DEATHS_MAX) return { ...file, deaths, next_try_at: now };
  return givenUpOrLater({ ...file, deaths, attempts: file.attempts + 1, reason: 'too_large' }, true, now, delays);
}

const isLate = (file: FileRecord, now: number, { file_tries_end_ms }: Delays): boolean =>
  file_tries_end_ms !== null && now - (file.first_try_at ?? now) >= file_tries_end_ms;

function givenUpOrLater(file: FileRecord, final: boolean, now: number, delays: Delays): FileRecord {
  const wait = delays.file_tries_ms[file.tries];
  if (final || wait === undefined) return { ...file, state: 'unavailable', next_try_at: null };
  return { ...file, state: 'pending', next_try_at: Math.max((file.first_try_at ?? now) + wait, now) };
}

/** A retry by request: a new series of tries for what could not be had. Attempts count on. */
export function tryAgain(clip: ClipState, now: number): ClipState {
  if (clip.taken_down_at !== null) return clip;
  const files = { ...clip.files };
  for (const role of ROLES) {
    const file = files[role];
    if (file?.state === 'unavailable')
      files[role] = { ...file, state: 'pending', first_try_at: null, tries: 0, deaths: 0, next_try_at: now };
  }
  return { ...clip, files };
}

/** Does the vendor have to be asked for fresh URLs? Links of relays are signed and die; once may be a host's mood. */
export function wantsFreshLook(file: FileRecord): boolean {
  const died = file.reason === 'source_gone' || file.reason === 'source_forbidden';
  return file.state === 'pending' && died && file.tries > 1;
}

/** A URL that differs from the one that failed is worth a try at once; the same clip where there is none. */
export function withFreshSources(clip: ClipState, reading: ClipReading, now: number): ClipState {
  const fresh = ROLES.filter((role) => {
    const file = clip.files[role];
    const url = reading[ROLE_URLS[role]];
    return (
      file?.state === 'pending' &&
      file.source_url !== null &&
      url !== null &&
      url !== file.source_url &&
      (file.next_try_at ?? 0) > now
    );
  });
  if (fresh.length === 0) return clip;
  return {
    ...clip,
    files: {
      ...clip.files,
      ...Object.fromEntries(fresh.map((role) => [role, { ...fileOf(clip, role), next_try_at: now }])),
    },
  };
}

/** Counts over the wanted files of a task. */
export function archiveOf(
  reading: Reading,
  clips: readonly ClipState[],
  over: boolean,
  rules: WantRules,
): Task['archive'] {
  const counts = { archived: 0, pending: 0, unavailable: 0 };
  reading.clips.forEach((clip, index) => {
    const known = clips[index];
    for (const role of wantedRoles(clip, over, rules)) {
      const file = known?.files[role];
      counts[known?.taken_down_at != null ? 'unavailable' : (file?.state ?? 'pending')]++;
    }
  });
  return { state: archiveState(counts), ...counts };
}

function archiveState({
  archived,
  pending,
  unavailable,
}: {
  archived: number;
  pending: number;
  unavailable: number;
}): ArchiveState {
  if (archived + pending + unavailable === 0) return 'none';
  if (pending > 0) return 'pending';
  if (unavailable === 0) return 'complete';
  return archived === 0 ? 'unavailable' : 'partial';
}
