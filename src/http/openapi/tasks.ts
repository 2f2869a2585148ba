// Pure: the routes of tasks in the API's document.
import { ClipQuery, ClipsQuery, ListQuery, TaskQuery } from '../input.ts';
import { BODY_FAULTS, type Operation, VENDOR_FAULTS, ZIP_ABOUT, ZIP_ANSWER } from './operation.ts';

const TASK = 'The task as it stands.';

export const TASKS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/v1/tasks/{id}', id: 'getTask', tag: 'Tasks', scope: 'read' },
    summary: 'Read one task',
    description:
      'Answers what is known where the task is settled, being archived or was polled a moment ago; else its vendor is asked, once for all who want to know. Reading starts tracking where the setting AUTO_TRACK and the token’s scope allow it. A task that is known is answered even while its vendor is down; `tracking.last_error` says so.',
    query: TaskQuery,
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
  {
    ...{ method: 'post', path: '/v1/tasks/fetch', id: 'fetchTasks', tag: 'Tasks', scope: 'read' },
    summary: 'Read many tasks at once',
    description:
      'Each id gets its task or its own error. Ids that were not reached in time are `vendor_unavailable` and retryable, never `not_found`.',
    body: { schema: 'FetchBody' },
    answers: { 200: { description: 'One entry per asked id.', schema: 'FetchResults' } },
    fails: ['not_found'],
  },
  {
    ...{ method: 'get', path: '/v1/tasks', id: 'listTasks', tag: 'Tasks', scope: 'read' },
    summary: 'List tracked tasks',
    description: 'Newest tracked first. Asks no vendor.',
    query: ListQuery,
    answers: { 200: { description: 'A page of tasks.', schema: 'TaskPage', headers: ['Link'] } },
    fails: ['not_found'],
  },
  {
    ...{ method: 'post', path: '/v1/tasks', id: 'trackTasks', tag: 'Tasks', scope: 'track' },
    summary: 'Track tasks',
    description:
      'May be repeated: of a known task only a new `webhook_url` is taken, and an expired one is asked about again. A `webhook_url` while the setting WEBHOOK_SECRET is missing is `not_configured`.',
    body: { schema: 'TrackBody' },
    answers: {
      200: { description: 'All were tracked already.', schema: 'TrackResults' },
      202: { description: 'At least one is tracked from now on.', schema: 'TrackResults' },
    },
    fails: ['not_found'],
  },
  {
    ...{ method: 'post', path: '/v1/tasks/import', id: 'importTasks', tag: 'Tasks', scope: 'track' },
    summary: 'Archive from saved answers',
    description:
      'For tasks that their vendor has forgotten: answers that were kept, in any dialect, are taken as if the vendor had just given them. The vendor is not asked.',
    body: { schema: 'ImportBody' },
    answers: { 202: { description: 'One entry per task found.', schema: 'ImportResults' } },
    fails: ['not_found'],
  },
  {
    ...{ method: 'get', path: '/v1/tasks/{id}/archive.zip', id: 'zipTask', tag: 'Tasks', scope: 'read' },
    summary: 'Save a task’s songs as one archive',
    description: `${ZIP_ABOUT} \`task.json\` is the task as it stands. Begins to track nothing.`,
    query: TaskQuery,
    answers: { 200: ZIP_ANSWER },
    fails: ['not_found', ...VENDOR_FAULTS],
  },
  {
    ...{ method: 'post', path: '/v1/tasks/{id}/retry', id: 'retryTask', tag: 'Tasks', scope: 'track' },
    summary: 'Try a task again',
    description: 'Polls it again, and tries again the files that could not be had.',
    query: TaskQuery,
    answers: { 202: { description: TASK, schema: 'Task', headers: ['ETag', 'Retry-After'] } },
    fails: ['not_found', ...BODY_FAULTS],
  },
  {
    ...{ method: 'delete', path: '/v1/tasks/{id}', id: 'deleteTask', tag: 'Tasks', scope: 'admin' },
    summary: 'Stop tracking a task',
    description: 'It is listed no more; archived files stay. A later read may track it again.',
    query: TaskQuery,
    answers: { 204: { description: 'It is not tracked any more.' } },
    fails: ['not_found'],
  },
];

export const CLIPS: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/v1/clips', id: 'listClips', tag: 'Clips', scope: 'read' },
    summary: 'List archived songs',
    description: 'Clips whose audio is archived, newest archived first.',
    query: ClipQuery,
    answers: { 200: { description: 'A page of clips.', schema: 'ClipPage', headers: ['Link'] } },
  },
  {
    ...{ method: 'get', path: '/v1/clips.zip', id: 'zipClips', tag: 'Clips', scope: 'read' },
    summary: 'Save many clips as one archive',
    description: `${ZIP_ABOUT} Clips that are unknown, taken down or not archived are left out.`,
    query: ClipsQuery,
    answers: { 200: ZIP_ANSWER },
    fails: ['not_found'],
  },
  {
    ...{ method: 'get', path: '/v1/clips/{slug}', id: 'getClip', tag: 'Clips', scope: 'read' },
    summary: 'Read one clip',
    answers: { 200: { description: 'The clip.', schema: 'Clip' } },
    fails: ['not_found', 'gone'],
  },
  {
    ...{ method: 'patch', path: '/v1/clips/{slug}', id: 'changeClip', tag: 'Clips', scope: 'admin' },
    summary: 'Change a clip’s title or visibility',
    body: { schema: 'ClipBody' },
    answers: { 200: { description: 'The clip as it is now.', schema: 'Clip' } },
    fails: ['not_found', 'gone'],
  },
  {
    ...{ method: 'delete', path: '/v1/clips/{slug}', id: 'takeDownClip', tag: 'Clips', scope: 'admin' },
    summary: 'Take a clip down',
    description: 'The clip, its files and its pages answer 410 from now on, and it is never archived again.',
    answers: { 204: { description: 'It is taken down.' } },
    fails: ['not_found', 'gone'],
  },
];
