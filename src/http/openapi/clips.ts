// Pure: the routes of clips in the API's document.
import { ClipQuery, ClipsQuery } from '../input.ts';
import { ZIP_ABOUT, ZIP_ANSWER, type Operation } from './operation.ts';

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
