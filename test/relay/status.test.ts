import { describe, expect, it } from 'vitest';
import { readClipStatus, readTaskStatus } from '../../src/relay/status.ts';

/** The words that relays use, each as it was seen (src/relay/README.md). */
const WORDS = {
  succeeded: 'SUCCESS SUCCEEDED SUCCEED COMPLETE COMPLETED FINISHED DONE 30',
  failed:
    'FAILURE FAIL FAILED ERROR CANCELLED CANCELED REJECTED EXPIRED TIMEOUT ABORTED CREATE_TASK_FAILED SENSITIVE_WORD_ERROR CALLBACK_EXCEPTION 40',
  running: 'IN_PROGRESS PROCESSING RUNNING STREAMING STREAM TEXT_SUCCESS FIRST_SUCCESS 20',
  queued: 'NOT_START SUBMITTED QUEUED QUEUE PENDING READY AWAITING WAITING 10',
  unknown: 'UNKNOWN PAUSED 200 50 FAILED_OVER constructor',
} as const;
const CLIPS = {
  succeeded: 'complete',
  failed: 'failed',
  running: 'streaming',
  queued: 'pending',
  unknown: null,
} as const;

describe.each(Object.entries(WORDS))('%s', (status, words) => {
  it.each(words.split(' '))('%s in any case', (word) => {
    for (const spelling of [word, word.toLowerCase(), ` ${word} `, word.charAt(0) + word.slice(1).toLowerCase()]) {
      expect(readTaskStatus(spelling)).toBe(status);
      expect(readClipStatus(spelling)).toBe(CLIPS[status as keyof typeof CLIPS]);
    }
  });
});

it('readTaskStatus() takes spaces and hyphens for underscores', () => {
  expect([readTaskStatus('In Progress'), readTaskStatus('not-start')]).toEqual(['running', 'queued']);
});
