// Pure: the vendors' status words (UPSTREAM 3) and what each means for a task and for a clip.
import type { ClipReading, TaskStatus } from '../model/task.ts';

const WORDS = {
  succeeded: ['SUCCESS', 'SUCCEEDED', 'SUCCEED', 'COMPLETE', 'COMPLETED', 'FINISHED', 'DONE', '30'],
  failed: [
    'FAILURE',
    'FAIL',
    'FAILED',
    'ERROR',
    'CANCELLED',
    'CANCELED',
    'REJECTED',
    'EXPIRED',
    'TIMEOUT',
    'ABORTED',
    'SENSITIVE_WORD_ERROR',
    'CALLBACK_EXCEPTION',
    '40',
  ],
  running: ['IN_PROGRESS', 'PROCESSING', 'RUNNING', 'STREAMING', 'STREAM', 'TEXT_SUCCESS', 'FIRST_SUCCESS', '20'],
  queued: ['NOT_START', 'SUBMITTED', 'QUEUED', 'QUEUE', 'PENDING', 'READY', 'AWAITING', 'WAITING', '10'],
} as const satisfies Record<Exclude<TaskStatus, 'unknown'>, readonly string[]>;

/** sunoapi.org: CREATE_TASK_FAILED, GENERATE_AUDIO_FAILED, … */
const FAILED_ENDING = '_FAILED';

/** CONTRACT 4: of several states the most advanced counts. */
const RANKS = { unknown: 0, queued: 1, running: 2, failed: 3, succeeded: 4 } as const satisfies Record<
  TaskStatus,
  number
>;

const CLIP_STATUSES = {
  queued: 'pending',
  running: 'streaming',
  failed: 'failed',
  succeeded: 'complete',
} as const satisfies Record<Exclude<TaskStatus, 'unknown'>, ClipReading['status']>;

const CLIP_RANKS = { pending: 0, streaming: 1, failed: 2, complete: 3 } as const satisfies Record<
  ClipReading['status'],
  number
>;

const statusOf: ReadonlyMap<string, TaskStatus> = new Map(
  (Object.entries(WORDS) as [TaskStatus, readonly string[]][]).flatMap(([status, words]) =>
    words.flatMap((word): [string, TaskStatus][] => [
      [word, status],
      [word.toLowerCase(), status],
    ]),
  ),
);

export function readTaskStatus(word: string): TaskStatus {
  const known = statusOf.get(word);
  if (known !== undefined) return known;
  // The second look pays only for words in mixed case, `in progress`, `in-progress` and unknown ones.
  const normal = word.trim().toUpperCase().replaceAll(' ', '_').replaceAll('-', '_');
  return statusOf.get(normal) ?? (normal.endsWith(FAILED_ENDING) ? 'failed' : 'unknown');
}

/** Null for an unknown word: the clip's URLs then tell more. */
export function readClipStatus(word: string): ClipReading['status'] | null {
  const status = readTaskStatus(word);
  return status === 'unknown' ? null : CLIP_STATUSES[status];
}

export function isEnded(status: TaskStatus): boolean {
  return status === 'succeeded' || status === 'failed';
}

export const rankOf = (status: TaskStatus): number => RANKS[status];
export const clipRankOf = (status: ClipReading['status']): number => CLIP_RANKS[status];
