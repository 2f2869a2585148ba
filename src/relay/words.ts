// Pure: which of the status words found in an answer is the task's.
import type { TaskStatus } from '../model/task.ts';
import { find, type Sorted } from './fields.ts';
import { readNumber, readText } from './values.ts';
import { isEnded, rankOf, readTaskStatus } from './status.ts';

/** Code units. */
const LONGEST_WORD = 200;

export interface Word {
  readonly state: Sorted;
  readonly text: string;
  readonly status: TaskStatus;
}

/** The vendor's word for the most advanced of several states, the first of equals. */
export function mostAdvanced(states: readonly Sorted[]): Word | null {
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

/** `{"status": "success", "message": "", "data": …}` speaks of the request, not of the task. */
const OF_REQUESTS = ['code', 'message', 'msg', 'success'] as const;

/**
 * The word of an object that nothing shows to be a task. It may say that things go on; that they have ended
 * only the clips or lyrics beside it can show.
 */
export function envelopeWord(envelopes: readonly Sorted[], holdsResults: boolean, derived: TaskStatus): Word | null {
  const inner = envelopes.filter(({ raw }) => !OF_REQUESTS.some((key) => Object.hasOwn(raw, key)));
  const word = mostAdvanced(inner) ?? mostAdvanced(envelopes);
  if (word === null || word.status === 'queued' || word.status === 'running') return word;
  if (!holdsResults || (word.status === 'unknown' && readNumber(word.text) !== null)) return null;
  return word.status !== 'unknown' && isEnded(derived) ? word : { ...word, status: derived };
}
