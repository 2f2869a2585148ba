// Pure: the vendors' status words, what each means for a task and for a clip, and which of several counts.
import { CLIP_STATUSES, TASK_STATUSES, type ClipStatus, type TaskStatus } from '../model/task.ts';
import { find, type Fields } from './fields.ts';
import { readText, snakeCase } from './values.ts';

export const WORDS = {
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
  running: [
    'IN_PROGRESS',
    'PROCESSING',
    'RUNNING',
    'GENERATING',
    'STREAMING',
    'STREAM',
    'TEXT_SUCCESS',
    'FIRST_SUCCESS',
    '20',
  ],
  queued: [
    'NOT_START',
    'SUBMITTED',
    'QUEUED',
    'QUEUING',
    'QUEUEING',
    'QUEUE',
    'ON_QUEUE',
    'PENDING',
    'READY',
    'AWAITING',
    'WAITING',
    '10',
  ],
} as const satisfies Record<Exclude<TaskStatus, 'unknown'>, readonly string[]>;

/** sunoapi.org: CREATE_TASK_FAILED, GENERATE_AUDIO_FAILED, … */
const FAILED_ENDING = '_FAILED';

const OF_CLIPS = {
  queued: 'pending',
  running: 'streaming',
  failed: 'failed',
  succeeded: 'complete',
} as const satisfies Record<Exclude<TaskStatus, 'unknown'>, ClipStatus>;

const statusOf: ReadonlyMap<string, TaskStatus> = new Map(
  (Object.entries(WORDS) as [TaskStatus, readonly string[]][]).flatMap(([status, words]) =>
    words.flatMap((word) =>
      [word, word.toLowerCase(), word.replaceAll('_', '')].map((written) => [written, status] as const),
    ),
  ),
);

export function readTaskStatus(word: string): TaskStatus {
  const known = statusOf.get(word);
  if (known !== undefined) return known;
  // The second look pays only for words in mixed case, `in progress`, `inprogress` and unknown ones.
  const normal = snakeCase(word).toUpperCase();
  return statusOf.get(normal.replaceAll('_', '')) ?? (normal.endsWith(FAILED_ENDING) ? 'failed' : 'unknown');
}

/** Null for an unknown word: the clip's URLs then tell more. */
export function readClipStatus(word: string): ClipStatus | null {
  const status = readTaskStatus(word);
  return status === 'unknown' ? null : OF_CLIPS[status];
}

export const isEnded = (status: TaskStatus): boolean => status === 'succeeded' || status === 'failed';

/** Of several states the most advanced counts. */
export const rankOf = (status: TaskStatus): number => TASK_STATUSES.indexOf(status);
export const clipRankOf = (status: ClipStatus): number => CLIP_STATUSES.indexOf(status);

/** Code units. */
const LONGEST_WORD = 200;

export interface Word {
  readonly state: Fields;
  readonly text: string;
  readonly status: TaskStatus;
}

/** The vendor's word for the most advanced of several states, the first of equals. */
export function mostAdvanced(states: readonly Fields[]): Word | null {
  let best: Word | null = null;
  for (const state of states) {
    find(state, 'status', (value) => {
      const text = readText(value, LONGEST_WORD);
      const status = text === null ? 'unknown' : readTaskStatus(text);
      if (text !== null && (best === null || rankOf(status) > rankOf(best.status))) best = { state, text, status };
      // Every key is looked at: `state` may know what `status` does not.
      return null;
    });
  }
  return best;
}
