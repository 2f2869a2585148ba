// Pure: the routes of tasks in the API's document.
import { type SomeWords, VENDOR_FAULTS, ZIP_ABOUT, ZIP_ANSWER } from './operation.ts';

const TASK = 'The task as it stands.';

export const TASKS = {
  getTask: {
    tag: 'Tasks',
    summary: 'Read one task',
    description:
      'Answers what is known where the task is settled, being archived or was polled a moment ago; else its vendor is asked, once for all who want to know. Reading starts tracking where the setting AUTO_TRACK and the token’s scope allow it. A task that is known is answered even while its vendor is down; `tracking.last_error` says so.',
    headers: ['Prefer', 'If-None-Match'],
    answers: {
      200: {
        description: `${TASK} Retry-After while it is unfinished.`,
        schema: 'Task',
        headers: ['ETag', 'Retry-After', 'Preference-Applied'],
      },
      304: {
        description: 'It is as the caller knows it.',
        headers: ['ETag', 'Retry-After', 'Preference-Applied'],
      },
    },
    fails: ['not_found', ...VENDOR_FAULTS],
  },
  fetchTasks: {
    tag: 'Tasks',
    summary: 'Read many tasks at once',
    description:
      'Each id gets its task or its own error. Ids that were not reached in time are `vendor_unavailable` and retryable, never `not_found`.',
    answers: { 200: { description: 'One entry per asked id.', schema: 'FetchResults' } },
    fails: ['not_found'],
  },
  listTasks: {
    tag: 'Tasks',
    summary: 'List tracked tasks',
    description: 'Newest tracked first. Asks no vendor.',
    answers: { 200: { description: 'A page of tasks.', schema: 'TaskPage', headers: ['Link'] } },
    fails: ['not_found'],
  },
  trackTasks: {
    tag: 'Tasks',
    summary: 'Track tasks',
    description:
      'May be repeated: of a known task only a new `webhook_url` is taken, and an expired one is asked about again. A `webhook_url` while the setting WEBHOOK_SECRET is missing is `not_configured`.',
    answers: {
      200: { description: 'All were tracked already.', schema: 'TrackResults' },
      202: { description: 'At least one is tracked from now on.', schema: 'TrackResults' },
    },
    fails: ['not_found'],
  },
  importTasks: {
    tag: 'Tasks',
    summary: 'Archive from saved answers',
    description:
      'For tasks that their vendor has forgotten: answers that were kept, in any dialect, are taken as they stand. The vendor is not asked, of a song that was not done either: it settles as it is, and `retry` asks for the rest.',
    answers: { 202: { description: 'One entry per task found.', schema: 'ImportResults' } },
    fails: ['not_found'],
  },
  zipTask: {
    tag: 'Tasks',
    summary: 'Save a task’s songs as one archive',
    description: `${ZIP_ABOUT} \`task.json\` is the task as it stands. Begins to track nothing.`,
    answers: { 200: ZIP_ANSWER },
    fails: ['not_found', ...VENDOR_FAULTS],
  },
  retryTask: {
    tag: 'Tasks',
    summary: 'Try a task again',
    description: 'Polls it again, and tries again the files that could not be had.',
    answers: { 202: { description: TASK, schema: 'Task', headers: ['ETag', 'Retry-After'] } },
    fails: ['not_found'],
  },
  deleteTask: {
    tag: 'Tasks',
    summary: 'Stop tracking a task',
    description: 'It is listed no more; archived files stay. A later read may track it again.',
    answers: { 204: { description: 'It is not tracked any more.' } },
    fails: ['not_found'],
  },
} satisfies SomeWords;

export const CLIPS = {
  listClips: {
    tag: 'Clips',
    summary: 'List archived songs',
    description: 'Clips whose audio is archived, newest archived first.',
    answers: { 200: { description: 'A page of clips.', schema: 'ClipPage', headers: ['Link'] } },
  },
  zipClips: {
    tag: 'Clips',
    summary: 'Save many clips as one archive',
    description: `${ZIP_ABOUT} Clips that are unknown, taken down or not archived are left out.`,
    answers: { 200: ZIP_ANSWER },
    fails: ['not_found'],
  },
  getClip: {
    tag: 'Clips',
    summary: 'Read one clip',
    answers: { 200: { description: 'The clip.', schema: 'Clip' } },
    fails: ['not_found', 'gone'],
  },
  changeClip: {
    tag: 'Clips',
    summary: 'Change a clip’s title or visibility',
    answers: { 200: { description: 'The clip as it is now.', schema: 'Clip' } },
    fails: ['not_found', 'gone'],
  },
  takeDownClip: {
    tag: 'Clips',
    summary: 'Take a clip down',
    description: 'The clip, its files and its pages answer 410 from now on, and it is never archived again.',
    answers: { 204: { description: 'It is taken down.' } },
    fails: ['not_found', 'gone'],
  },
} satisfies SomeWords;
