// Pure: answers made up for one rule each, in the form of the samples: what relays may send, and what a hostile or a broken one may.
import type { Sample, Submit } from './samples.ts';

export const T = '0f6b1c2d-1111-4222-8333-444455556666';
export const U = '1a2b3c4d-2222-4333-8444-555566667777';
const C1 = 'aaaaaaaa-0000-4000-8000-000000000001';
const C2 = 'bbbbbbbb-0000-4000-8000-000000000002';
const file = (name: string): string => `https://files.example/${name}`;

const song = (id: string, more: object = {}) => ({ id, status: 'complete', audio_url: file(`${id}.mp3`), ...more });
const read = (id: string, more: object = {}) => ({
  id,
  status: 'complete',
  audio_url: file(`${id}.mp3`),
  ...more,
});
/** A song that is nobody's in these answers. */
const FOREIGN = song('ffffffff-0000-4000-8000-00000000000f', { title: 'Foreign' });
const row = (more: object = {}) => ({
  task_id: T,
  action: 'MUSIC',
  status: 'SUCCESS',
  fail_reason: '',
  submit_time: 1_788_000_000,
  progress: '100%',
  data: null,
  ...more,
});
const running = (more: object = {}) => row({ status: 'IN_PROGRESS', progress: '30%', ...more });
const answered = (data: unknown, more: object = {}) => ({ code: 'success', message: '', data, ...more });
const MINE = { status: 'succeeded', clips: [read(C1)] };
const GOES_ON = { status: 'running', clips: [], lyrics: null, failure: null };
const NO_TASK = { error: 'not_json' };

type Case = readonly [name: string, body: unknown, expect: Record<string, unknown>, status?: number];

/** One of many words with its second. */
const timed = (more: object = {}) => ({ word: 'Row ', start_s: 1.5, ...more });

function get([name, body, expect, status = 200]: Case): Sample {
  const request = { method: 'GET', path: `/suno/fetch/${T}`, body: null };
  return { name, request, response: { status, headers: {}, body }, expect };
}

function batch([name, body, expect, status = 200]: Case): Sample {
  const request = { method: 'POST', path: '/suno/fetch', body: { ids: [T, U] } };
  return { name, request, response: { status, headers: {}, body }, expect };
}

/** One case for each of several words. */
const each = (words: string, make: (word: string) => Case): Case[] => words.split(' ').map(make);

export const SHAPES: readonly Sample[] = [
  ...(
    [
      [
        'an unfinished song that has the id of its task, in the row',
        answered(running({ data: [{ id: T, status: 'streaming', title: 'Lamp', audio_url: '', image_url: '' }] })),
        { status: 'running', clips: [{ id: T, status: 'streaming', title: 'Lamp' }] },
      ],
      [
        'an unfinished song that has the id of its task, bare in a list',
        answered([{ id: T, status: 'streaming', title: 'Lamp', audio_url: '', image_url: '' }]),
        { status: 'running', clips: [{ id: T, status: 'streaming', title: 'Lamp' }] },
      ],
      [
        'a URL alone as the result',
        answered(file('1.mp3')),
        { status: 'succeeded', clips: [read(`${T}#1`, { audio_url: file('1.mp3') })] },
      ],
      [
        'a prediction whose output is one URL',
        { id: T, status: 'succeeded', output: file('1.mp3') },
        { status: 'succeeded', clips: [{ audio_url: file('1.mp3') }] },
      ],
      [
        'a song in two formats under the result',
        answered(row({ result: { mp3: file('1.mp3'), wav: file('1.wav'), cover: file('1.png') } })),
        { clips: [{ audio_url: file('1.mp3'), cover_url: file('1.png') }] },
      ],
      [
        'a song and its cover in a map, the cover first',
        answered(row({ result: { cover: file('1.png'), MP3: file('1.mp3') } })),
        { clips: [{ audio_url: file('1.mp3'), cover_url: file('1.png') }] },
      ],
      [
        'a prediction whose output names its audio',
        { id: T, status: 'succeeded', input: { audio_in: file('0.mp3') }, output: { audio_out: file('1.mp3') } },
        { clips: [{ audio_url: file('1.mp3') }] },
      ],
      [
        'files as objects with a name each',
        answered(
          row({
            outputs: [
              { url: file('1.flac'), type: 'audio' },
              { url: file('2.ogg'), type: 'audio' },
            ],
          }),
        ),
        { clips: [{ audio_url: file('1.flac') }, { audio_url: file('2.ogg') }] },
      ],
      [
        'bare URLs without extension under a key about audio',
        answered(row({ audio_urls: [file('a'), file('b')] })),
        { clips: [{ audio_url: file('a') }, { audio_url: file('b') }] },
      ],
      [
        'audio as an object with its URL',
        answered(row({ data: [{ id: C1, status: 'complete', audio: { url: file('1.mp3'), size: 3 } }] })),
        { clips: [read(C1, { audio_url: file('1.mp3') })] },
      ],
      [
        'a row that repeats one song from a mirror of its own',
        answered(row({ audio_url: 'https://mirror.example/1.mp3', data: [song(C1), song(C2)] })),
        { status: 'succeeded', clips: [read(C1), read(C2)] },
      ],
      [
        'tasks inside two envelopes, the outer of another vendor',
        answered({ code: 200, data: { code: 0, data: { taskId: T, state: 'success', result: [song(C1)] } } }),
        MINE,
      ],
      [
        'a state around the object that names the task',
        { status: 'FAILED', message: 'no more takes', data: { jobId: T } },
        { status: 'failed', failure: 'no more takes', clips: [] },
      ],
      [
        'a state directly inside the object that names the task, as its attributes',
        { data: { id: T, type: 'song', attributes: { status: 'failed', error: 'no more takes' } } },
        { status: 'failed', failure: 'no more takes' },
      ],
      [
        'a state directly inside the object that names the task, with its progress',
        answered({
          task_id: T,
          task_info: { state: 'RUNNING', progress: '10%' },
          account: { status: 'expired' },
        }),
        { status: 'running', progress: 10 },
      ],
      ...each('200 ok', (word) => [
        `a song in an envelope whose status is ${word}`,
        { status: word, data: { task_id: T, clips: [song(C1)] } },
        MINE,
      ]),
      [
        'a state directly inside the object that names the task',
        { task_id: T, data: { status: 'FAILED', errMsg: 'no more takes' } },
        { status: 'failed', failure: 'no more takes' },
      ],
      [
        'a failure without a name in the place of a task, under an OK code',
        answered({ status: 'FAILURE', fail_reason: 'no more takes' }),
        { status: 'failed', failure: 'no more takes' },
      ],
      [
        'the only task of a list, without a name',
        answered([{ status: 'FAILURE', fail_reason: 'x' }]),
        { status: 'failed' },
      ],
      [
        'a state without a name that goes on',
        { data: { status: 'IN_PROGRESS', progress: '5%' } },
        { status: 'running', progress: 5 },
      ],
      ['a code that says that it goes on, beside the id', { code: 201, data: { taskId: T } }, { status: 'running' }],
      ['the code 1102', { code: 1102, message: 'wait', data: null }, { status: 'running' }],
      [
        'timed words without a state',
        { code: 200, data: { taskId: T, alignedWords: [{ word: 'Row ', startS: 1.5, endS: 2 }] } },
        { status: 'succeeded', clips: [], lyrics: null, timed_words: true, keys: [] },
      ],
      [
        'timed lines in the answer of a task of lyrics',
        answered(row({ action: 'LYRICS', data: { id: T, title: 'A', text: 'la', lines: [{ text: 'la', start: 1 }] } })),
        { kind: 'lyrics', lyrics: { title: 'A', text: 'la' } },
      ],
      [
        'a success that has nothing to show names its keys',
        answered({ task_id: T, status: 'succeeded', format: 'mp4', content: 'https://api.example/v1/content' }),
        { status: 'succeeded', clips: [], keys: ['task_id', 'status', 'format', 'content'] },
      ],
      ['a success with its song names none', answered(row({ data: [song(C1)] })), { keys: [], timed_words: false }],
      [
        'a voice of a song by its key, the song that was split by another',
        {
          code: 200,
          data: {
            taskId: T,
            musicId: C1,
            state: 'success',
            response: { origin_url: file('0.mp3'), vocal_url: file('v.mp3') },
          },
        },
        { clips: [{ id: `${T}#1`, audio_url: file('v.mp3'), stem: 'Vocal', parent_id: C1 }] },
      ],
      [
        'a clip that was made from another',
        answered(row({ data: [song(C1, { metadata: { cover_clip_id: C2 } }), song(C2, { continue_clip_id: C2 })] })),
        { clips: [{ parent_id: C2 }, { parent_id: null }] },
      ],
      [
        'a row that succeeded beside an older one of the same task that failed',
        answered([row({ status: 'FAILURE', fail_reason: 'try again' }), row({ data: [song(C1)] })]),
        { status: 'succeeded', failure: null, clips: [read(C1)] },
      ],
      [
        'two songs of one map that share an id',
        answered(row({ data: { clips: { 'song-01': song(C1), 'song-02': song(C1, { audio_url: file('2.mp3') }) } } })),
        { status: 'succeeded', clips: [read(C1), { id: `${T}#2`, status: 'complete', audio_url: file('2.mp3') }] },
      ],
      [
        'two songs of one list that share an id, and the same song in another list',
        answered(row({ data: [song(C1), song(C1, { audio_url: file('2.mp3') })], clips: [song(C1)] })),
        { clips: [read(C1), read(`${T}#2`, { audio_url: file('2.mp3') })] },
      ],
      [
        'a song, and in another list the same and one that shares its id',
        answered(row({ clips: [song(C1)], data: [song(C1), song(C1, { audio_url: file('2.mp3') })] })),
        { clips: [read(C1), read(`${T}#2`, { audio_url: file('2.mp3') })] },
      ],
      [
        'a second song that has but a title and words while the first is done',
        answered(row({ data: [song(C1), { title: 'Second', text: 'la', status: 'processing' }] })),
        { clips: [read(C1), { id: `${T}#2`, status: 'streaming' }] },
      ],
      [
        'items of a task of lyrics',
        answered(running({ action: 'LYRICS', data: { items: [{ id: 'item-1', status: 'queued', title: 'A' }] } })),
        { kind: 'lyrics', status: 'running', clips: [] },
      ],
      [
        'flat lyrics',
        answered(row({ action: 'LYRICS', title: 'A', text: 'la' })),
        { kind: 'lyrics', lyrics: { title: 'A', text: 'la' } },
      ],
      [
        'lyrics as a list of words',
        answered(row({ action: 'LYRICS', lyrics: ['la', 'lu'] })),
        {
          lyrics_variants: [
            { title: null, text: 'la' },
            { title: null, text: 'lu' },
          ],
        },
      ],
      [
        'an id beside a comma',
        answered(row({ task_id: `${T}`, data: [{ custom_id: C1, id: 7, audio_url: file(`${C1}.mp3`) }] })),
        MINE,
      ],
      ['a page of nothing', { code: 0, data: { list: [], total: 0, pages: 1 } }, { error: 'not_found' }],
      ['a denial by its code under 200', { code: 'task_not_found', message: 'x', data: null }, { error: 'not_found' }],
      ['a denial in the row', { success: false, task_id: T, message: 'x' }, { error: 'not_found' }],
      ['a denial inside another envelope', { data: { code: 404, message: 'x' } }, { error: 'not_found' }],
      [
        'an overload inside another envelope',
        { response: { code: 5003, message: 'x' } },
        { error: 'vendor_unavailable' },
      ],
      [
        'an empty balance under 403',
        { error: { code: 'insufficient_user_quota', type: 'new_api_error' } },
        { error: 'unauthorized' },
        403,
      ],
      ['an empty balance under 200', { error: { code: 'insufficient_user_quota' } }, { error: 'unauthorized' }],
      ['a limit of the rate under 400', { code: 'rate_limited' }, { error: 'rate_limited' }, 400],
      [
        'a failed row under a refusing code',
        { code: 'error', data: row({ status: 'FAILURE', fail_reason: 'x' }) },
        { status: 'failed', failure: 'x' },
      ],
      ['a song under a refusing code', { code: 500, data: { task_id: T, data: [song(C1)] } }, MINE],
      [
        'a failed row under a status that denies',
        { code: 'fail', data: row({ status: 'FAILURE', fail_reason: 'x' }) },
        { status: 'failed', failure: 'x' },
        400,
      ],
      [
        'a failed row under a refusing code, its state inside',
        { code: 500, data: { taskId: T, response: { status: 'FAILED', errorMessage: 'x' } } },
        { status: 'failed', failure: 'x' },
      ],
      ['a row that runs under a status that denies', { code: 'x', data: running() }, GOES_ON, 404],
      ['a song under a status that denies', answered({ code: 0, data: row({ data: [song(C1)] }) }), MINE, 422],
      ['the code 1102 under a status that denies', { code: 1102, data: null }, { status: 'running' }, 400],
      [
        'the audio of a task where newer relays put its result',
        answered(row({ result_url: file('1.mp3') })),
        { status: 'succeeded', clips: [{ audio_url: file('1.mp3') }] },
      ],
      [
        'a list of the URLs of results, in JSON text',
        answered(row({ resultJson: JSON.stringify({ resultUrls: [file('1.mp3'), file('1.png')] }) })),
        { clips: [{ audio_url: file('1.mp3'), cover_url: file('1.png') }] },
      ],
      [
        'bare URLs that mirror songs with ids',
        answered(row({ outputs: [file('m1.mp3'), file('m2.mp3')], data: [song(C1), song(C2)] })),
        { clips: [read(C1), read(C2)] },
      ],
      [
        'a URL and a title as the result',
        answered(row({ data: { url: file('1.mp3'), title: 'Lamp', duration: 7 } })),
        { clips: [{ audio_url: file('1.mp3'), title: 'Lamp', duration_seconds: 7 }] },
      ],
      [
        'a task in an envelope that has a text',
        { code: 200, text: 'ok', data: row({ data: [song(C1)] }) },
        { ...MINE, lyrics: null },
      ],
      ...each('task_id id', (key) => [
        `a flat task by its ${key}, whose url is its audio`,
        { [key]: T, status: 'completed', url: file('1.mp3'), created_at: 1_788_000_000 },
        { status: 'succeeded', clips: [{ audio_url: file('1.mp3') }], submitted_at: '2026-08-29T10:40:00.000Z' },
      ]),
      [
        'a task whose url is that of its first song',
        { id: T, status: 'completed', url: file(`${C1}.mp3`), result: [song(C1), song(C2)] },
        { clips: [read(C1), read(C2)] },
      ],
      [
        'lyrics beside a page of theirs',
        answered(row({ action: 'LYRICS', data: { title: 'A', text: 'la', result: 'https://lyrics.example/1' } })),
        { kind: 'lyrics', lyrics: { title: 'A', text: 'la' } },
      ],
      [
        'songs beside a title and words',
        answered(row({ data: { title: 'Lamp', text: 'la', clips: [song(C1)] } })),
        { ...MINE, kind: 'music', lyrics: null },
      ],
      [
        'the words of a song with its id, an empty place for its audio and their seconds',
        answered(row({ data: { id: C1, audio_url: '', aligned_words: [timed()] } })),
        { status: 'succeeded', clips: [], timed_words: true, keys: [] },
      ],
      [
        'a reason that is an object',
        answered(row({ status: 'FAILURE', fail_reason: { message: 'why', code: 3 } })),
        { status: 'failed', failure: 'why' },
      ],
      [
        'voices whose URLs stand in backticks',
        answered(row({ data: { vocalUrl: ` \`${file('v.mp3')}\`\n`, drumsUrl: `"${file('d.mp3')}"` } })),
        {
          clips: [
            { audio_url: file('v.mp3'), stem: 'Vocal' },
            { audio_url: file('d.mp3'), stem: 'Drums' },
          ],
        },
      ],
      [
        'the only task of a list, without a name, beside null',
        answered([null, { status: 'FAILURE', fail_reason: 'x' }, null]),
        { status: 'failed', failure: 'x' },
      ],
      [
        'the words of a song with its id, after null',
        answered(row({ data: { id: C1, audio_url: '', alignedWords: [null, timed()] } })),
        { clips: [], timed_words: true },
      ],
      [
        'a map of clips beside their task',
        answered({ task: { task_id: T, status: 'SUCCESS' }, clips: { [C1]: song(C1), [C2]: song(C2) } }),
        { status: 'succeeded', clips: [read(C1), read(C2)] },
      ],
      [
        'audio and a reason in objects of another spelling',
        answered(
          row({
            data: [
              { id: C1, audio: { URL: file(`${C1}.mp3`) } },
              { id: C2, status: 'error', audio_url: '', error: { Message: 'why' } },
            ],
          }),
        ),
        { clips: [read(C1), { id: C2, status: 'failed', failure: 'why' }] },
      ],
      ['a reason in a list', answered(row({ status: 'FAILURE', fail_reason: ['why'] })), { failure: 'why' }],
      [
        'a song’s reason that is an object',
        answered(row({ data: [{ id: C1, status: 'error', audio_url: '', error: { msg: 'why' } }] })),
        { clips: [{ status: 'failed', failure: 'why' }] },
      ],
      [
        'blank lyrics as none',
        answered(
          row({
            action: 'LYRICS',
            data: [
              { text: ' \n', title: ' ' },
              { text: 'la', title: ' ' },
            ],
          }),
        ),
        { lyrics: { title: null, text: 'la' }, lyrics_variants: [{ title: null, text: 'la' }] },
      ],
    ] as Case[]
  ).map(get),
  ...(
    [
      [
        'states around the ids, in a list',
        [
          { status: 'SUCCESS', message: 'ok', data: { jobId: T, musics: [song(C1)] } },
          { status: 'ON_QUEUE', data: { jobId: U } },
        ],
        { tasks: { [T]: MINE, [U]: { status: 'queued' } } },
      ],
      [
        'rows and a denial, under a code of the relay’s own',
        { code: 7000, data: [running(), { success: false, task_id: U, message: 'x' }] },
        { tasks: { [T]: GOES_ON, [U]: { error: 'not_found' } } },
      ],
      [
        'rows under a status that denies',
        { code: 'x', data: [running(), row({ task_id: U, status: 'FAILURE' })] },
        { tasks: { [T]: GOES_ON, [U]: { status: 'failed' } } },
        400,
      ],
      [
        'a refused batch under 200',
        { code: 'error', message: 'too many', data: null },
        { error: 'vendor_unavailable' },
      ],
    ] as Case[]
  ).map(batch),
];

export const ATTACKS: readonly Sample[] = [
  ...(
    [
      ['a captcha as JSON', { captcha: true, title: 'Just a moment', text: 'Verify that you are human' }, NO_TASK],
      ['a flag alone', { captcha: true }, NO_TASK],
      ['a flag alone under an OK code', { code: 200, msg: 'success', data: { maintenance: true } }, NO_TASK],
      ['a captcha under an OK code', answered({ title: 'Just a moment', text: 'Verify that you are human' }), NO_TASK],
      [
        'an error page with an id, a title and a picture',
        { id: 'err-123456', title: 'Oops', status: 'error', image_url: file('1.png') },
        NO_TASK,
      ],
      ['the same as a list', [{ id: 'err-123456', title: 'Oops', status: 'error', image_url: file('1.png') }], NO_TASK],
      ['a login page as JSON', { status: 'success', url: 'https://login.example/' }, NO_TASK],
      [
        'an error that repeats the id',
        { code: 500, status: 'error', task_id: T, message: 'x' },
        { error: 'vendor_unavailable' },
      ],
      [
        'an error that repeats the id, with an object about itself',
        { code: 429, status: 'error', task_id: T, error: { message: 'x', type: 'rate_limit' } },
        { error: 'rate_limited' },
      ],
      [
        'an overload inside another envelope, around nothing but the id',
        { request_id: 'r-1', result: { code: 50301, msg: 'busy', data: { taskId: T } } },
        { error: 'vendor_unavailable' },
      ],
      [
        'an error with an empty place, that repeats the id',
        { code: 500, status: 'error', task_id: T, data: {} },
        { error: 'vendor_unavailable' },
      ],
      [
        'an error that repeats the id under a status that denies',
        { task_id: T, status: 'error', message: 'x' },
        { error: 'not_found' },
        400,
      ],
      [
        'a task of others under a status that denies',
        answered(row({ task_id: U, data: [FOREIGN] })),
        { error: 'not_found' },
        404,
      ],
      ['a done task under a status of the server’s', answered(row()), { error: 'vendor_unavailable' }, 503],
      [
        'a song that has not begun and has an error of zero',
        answered(running({ data: [{ id: C1, audio_url: '', error: 0 }] })),
        { status: 'running', clips: [{ id: C1, status: 'pending', failure: null }] },
      ],
      [
        'words where the URLs of voices might stand',
        answered(running({ vocal: 'female', bass: 'heavy', drums: null, piano: 'https://listen.example/piano' })),
        GOES_ON,
      ],
      ['the end of another task', answered({ task_id: U, status: 'FAILURE', fail_reason: 'x' }), NO_TASK],
      ['a success of another task, without songs', answered({ task_id: U, status: 'SUCCESS', data: null }), NO_TASK],
      [
        'the ends of several other tasks',
        answered([
          { task_id: U, status: 'FAILURE' },
          { task_id: 'z-1', status: 'SUCCESS', data: [FOREIGN] },
        ]),
        NO_TASK,
      ],
      ['a state without a name and without a code', { data: { status: 'FAILURE', fail_reason: 'x' } }, NO_TASK],
      ['a state of something else under an OK code', answered({ account: { status: 'expired' } }), NO_TASK],
      ['one of several states under an OK code', answered([{ status: 'FAILURE' }, { status: 'SUCCESS' }]), NO_TASK],
      [
        'a failed song that nobody names',
        { hits: [{ id: 'hit-123456', status: 'error', audio_url: '', title: 'x' }] },
        NO_TASK,
      ],
      [
        'the state of something else in a row that has none, and a list for a code',
        answered({ task_id: T, code: [], account: { status: 'expired' }, webhook: { state: 'failed' } }),
        { status: 'unknown', clips: [], failure: null },
      ],
      [
        'states of other things in a running row',
        answered(running({ account: { status: 'expired' }, webhook: { state: 'failed' } })),
        GOES_ON,
      ],
      ['a notice in a row', answered(running({ notice: { id: 3, title: 'Maintenance', text: 'at ten' } })), GOES_ON],
      [
        'a notice in a row that is done',
        answered(row({ action: '', notice: { id: 3, title: 'News', text: 'v6 is here' } })),
        { lyrics: null, clips: [] },
      ],
      ['an advertisement beside the task', answered(running(), { banner: FOREIGN }), GOES_ON],
      [
        'an advertisement beside the task and its song',
        answered(row({ data: [song(C1)] }), { data2: [FOREIGN], clips: [FOREIGN] }),
        MINE,
      ],
      [
        'a URL of something else beside a title',
        answered(running({ tutorial: { title: 'How to', url: file('howto.mp3') } })),
        GOES_ON,
      ],
      [
        'a page under the result',
        answered(running({ result: { page: 'https://listen.example/1', cover: file('1.png') } })),
        GOES_ON,
      ],
      [
        'a person with a picture',
        answered(running({ author: { id: 'u-123456', display_name: 'Ann', image_url: file('1.png') } })),
        GOES_ON,
      ],
      [
        'a flat task with other files inside',
        answered({
          task_id: T,
          status: 'SUCCESS',
          audio_url: file(`${C1}.mp3`),
          wav: { audio_url: file('w.wav') },
          data: FOREIGN,
          user: FOREIGN,
        }),
        { status: 'succeeded', clips: [{ audio_url: file(`${C1}.mp3`) }] },
      ],
      [
        'a flat task with a list of other songs',
        answered({ task_id: T, status: 'SUCCESS', audio_url: file(`${C1}.mp3`), more: [FOREIGN], versions: [FOREIGN] }),
        { clips: [{ audio_url: file(`${C1}.mp3`) }] },
      ],
      [
        'songs with ids of tasks of their own, each with another inside',
        answered(
          row({
            data: [song(C1, { task_id: 'up-1', next: FOREIGN }), song(C2, { task_id: 'up-2', clips: [FOREIGN] })],
          }),
        ),
        { clips: [read(C1), read(C2)] },
      ],
      [
        'a song whose metadata is another song',
        answered(row({ data: [song(C1, { metadata: { ...FOREIGN, clip: FOREIGN } })] })),
        { clips: [read(C1)] },
      ],
      [
        'inputs in other spellings',
        answered(
          running({
            'Source-Clips': [FOREIGN],
            INPUT_AUDIO: FOREIGN,
            'persona info': FOREIGN,
            RequestBody: JSON.stringify(FOREIGN),
          }),
        ),
        GOES_ON,
      ],
      [
        'the song that was split, by other names',
        answered(row({ response: { original_audio_url: file('o.mp3'), original: FOREIGN, vocal_url: file('v.mp3') } })),
        { clips: [{ audio_url: file('v.mp3'), stem: 'Vocal' }] },
      ],
      [
        'the song that was split',
        answered(running({ response: { originUrl: file('o.mp3'), vocalUrl: null } })),
        GOES_ON,
      ],
      [
        'a row of the task inside what it was asked for',
        answered({ request: { task_id: T, status: 'FAILURE' }, task_id: T, status: 'QUEUED' }),
        { status: 'queued' },
      ],
      [
        'words for ids and states',
        answered({ task_id: [T], status: { value: 'SUCCESS' }, state: ['FAILURE'] }),
        NO_TASK,
      ],
      [
        'songs whose ids are no ids',
        answered(row({ data: [{ id: { a: 1 }, clip_id: '', audio_url: file('1.mp3') }] })),
        { clips: [{ id: `${T}#1` }] },
      ],
      [
        'a success whose song only streams',
        answered(row({ data: [{ id: C1, status: 'complete', audio_url: 'https://audiopipe.suno.com/?item_id=1' }] })),
        { status: 'succeeded', clips: [{ audio_url: null, stream_url: 'https://audiopipe.suno.com/?item_id=1' }] },
      ],
      [
        'URLs of no web',
        answered(
          row({
            data: [
              {
                id: C1,
                audio_url: 'javascript:alert(1)',
                image_url: 'data:image/png,x',
                video_url: 'file:///etc/passwd',
              },
            ],
          }),
        ),
        { clips: [{ status: 'pending', audio_url: null, cover_url: null, video_url: null }] },
      ],
    ] as Case[]
  ).map(get),
  ...(
    [
      [
        'a row of one asked task inside an input of another',
        answered([running({ payload: { task_id: U, status: 'FAILURE', data: [FOREIGN] } })]),
        { tasks: { [T]: GOES_ON, [U]: { error: 'not_found' } } },
      ],
      [
        'a state that names none of several',
        { data: { status: 'FAILURE' } },
        { tasks: { [T]: { error: 'not_found' }, [U]: { error: 'not_found' } } },
      ],
      [
        'songs that name none of several',
        answered([FOREIGN]),
        { tasks: { [T]: { error: 'not_found' }, [U]: { error: 'not_found' } } },
      ],
      [
        'a page that says it is busy',
        { status: 'error', text: 'Server is busy' },
        { tasks: { [T]: { error: 'not_found' }, [U]: { error: 'not_found' } } },
      ],
    ] as Case[]
  ).map(batch),
];

/** Every word of the tables, written again: what is in none of these cases may be taken out of a table. */
export const WORDS: readonly Sample[] = [
  ...each('task_id taskId job_id jobId task_batch_id taskBatchId id', (key) => [
    `the task’s id under ${key}`,
    { [key]: T, status: 'FAILURE' },
    { status: 'failed' },
  ]),
  ...each('TaskId taskID TASK_ID task-id', (key) => [
    `the task’s id in the spelling ${key}`,
    { [key]: T, Status: 'FAILURE' },
    { status: 'failed' },
  ]),
  ...each('AudioUrl audioURL AUDIO_URL audio-url', (key) => [
    `songs and audio in the spelling ${key}`,
    { Code: 200, Data: { TaskId: T, STATUS: 'SUCCESS', 'suno-data': [{ ClipID: C1, [key]: file(`${C1}.mp3`) }] } },
    MINE,
  ]),
  ...each('InProgress inProgress in-progress inprogress FirstSuccess', (word) => [
    `the word ${word}, however it is written`,
    answered(row({ status: word })),
    { status: 'running', vendor_status: word },
  ]),
  ...each('GenerateAudioFailed generate-audio-failed', (word) => [
    `the word ${word}, however it is written`,
    answered(row({ status: word })),
    { status: 'failed', vendor_status: word },
  ]),
  ...each('clip_id clipId music_id musicId audio_id audioId custom_id customId', (key) => [
    `a clip’s id under ${key}`,
    answered(row({ data: [{ [key]: C1, id: 'other-1', audio_url: file(`${C1}.mp3`) }] })),
    MINE,
  ]),
  ...each('status state task_status taskStatus success_flag successFlag', (key) => [
    `the state under ${key}`,
    { task_id: T, [key]: 'FAILED' },
    { status: 'failed', vendor_status: 'FAILED' },
  ]),
  ...each(
    'audio_url audioUrl cld2_audio_url cld2AudioUrl audio song_url songUrl mp3_url mp3Url file_url fileUrl wav_url wavUrl wav_file_url wavFileUrl audio_wav_url audioWavUrl',
    (key) => [
      `audio under ${key}`,
      answered(row({ data: [{ id: C1, [key]: file('a') }] })),
      { clips: [{ audio_url: file('a') }] },
    ],
  ),
  ...each('stream_audio_url streamAudioUrl stream_url streamUrl', (key) => [
    `a stream under ${key}`,
    answered(running({ data: [{ id: C1, [key]: file('live') }] })),
    { clips: [{ status: 'streaming', stream_url: file('live') }] },
  ]),
  ...each('image_large_url imageLargeUrl image_url imageUrl cld2_image_url cld2ImageUrl', (key) => [
    `a cover under ${key}`,
    answered(row({ data: [song(C1, { [key]: file('1.png') })] })),
    { clips: [read(C1, { cover_url: file('1.png') })] },
  ]),
  ...each('video_url videoUrl cld2_video_url cld2VideoUrl', (key) => [
    `a video under ${key}`,
    answered(row({ data: [song(C1, { [key]: file('1.mp4') })] })),
    { clips: [read(C1, { video_url: file('1.mp4') })] },
  ]),
  ...each('tags style', (key) => [
    `style under ${key}`,
    answered(row({ data: [song(C1, { [key]: 'ska' })] })),
    { clips: [read(C1, { tags: 'ska' })] },
  ]),
  ...each('prompt lyric lyrics text', (key) => [
    `sung words under ${key}`,
    answered(row({ data: [song(C1, { [key]: 'la' })] })),
    { clips: [read(C1, { lyrics: 'la' })] },
  ]),
  ...each('model_name modelName mv model major_model_version', (key) => [
    `the model under ${key}`,
    answered(row({ data: [song(C1, { [key]: 'v6' })] })),
    { clips: [read(C1, { model: 'v6' })] },
  ]),
  ...each('stem_type_group_name stemTypeGroupName stem_type', (key) => [
    `a voice under ${key}`,
    answered(row({ data: [song(C1, { [key]: 'Drums' })] })),
    { clips: [read(C1, { stem: 'Drums' })] },
  ]),
  ...each('edited_clip_id stem_from_id cover_clip_id continue_clip_id continueClipId', (key) => [
    `the parent under ${key}`,
    answered(row({ data: [song(C1, { [key]: C2 })] })),
    { clips: [read(C1, { parent_id: C2 })] },
  ]),
  ...each('metadata meta_data metaData', (key) => [
    `facts under ${key}`,
    answered(
      row({
        data: [song(C1, { [key]: { duration: 7, gpt_description_prompt: 'p' }, title: 't', display_name: 'Ann' })],
      }),
    ),
    { clips: [read(C1, { duration_seconds: 7, prompt: 'p', title: 't', artist: 'Ann' })] },
  ]),
  ...each(
    'fail_reason failReason error_message errorMessage fail_msg failMsg err_msg errMsg error_msg errorMsg errormsg error result_url message msg',
    (key) => [
      `the reason under ${key}`,
      answered({ task_id: T, status: 'FAILED', [key]: 'why' }),
      { status: 'failed', failure: 'why' },
    ],
  ),
  ...each('error_message error_type fail_reason', (key) => [
    `a clip’s reason under ${key}`,
    answered(row({ data: [{ id: C1, status: 'error', audio_url: '', [key]: 'why' }] })),
    { clips: [{ status: 'failed', failure: 'why' }] },
  ]),
  ...each('submit_time submitTime submitted_at created_at create_at createTime create_time created', (key) => [
    `the time of the submit under ${key}`,
    answered({ task_id: T, status: 'FAILED', [key]: 1_788_000_000 }),
    { submitted_at: '2026-08-29T10:40:00.000Z' },
  ]),
  ...each('start_time startTime started_at', (key) => [
    `the time of the start under ${key}`,
    answered({ task_id: T, status: 'FAILED', [key]: '2026-08-29 10:40:00' }),
    { started_at: '2026-08-29T10:40:00.000Z' },
  ]),
  ...each(
    'finish_time finishTime finished_at ended_at end_time completed_at complete_at completeTime updated_at update_time',
    (key) => [
      `the time of the end under ${key}`,
      answered({ task_id: T, status: 'FAILED', [key]: 1_788_000_000_000 }),
      { finished_at: '2026-08-29T10:40:00.000Z' },
    ],
  ),
  ...each(
    'vocal vocals lead_vocal lead_vocals backing_vocal backing_vocals instrumental accompaniment drum drums bass guitar keyboard piano strings synth percussion brass woodwinds fx',
    (voice) => [
      `the voice ${voice} by its key`,
      answered({ task_id: T, status: 'SUCCESS', data: { [`${voice}_url`]: file('v') } }),
      {
        clips: [
          { stem: voice.replace(/(^|_)(.)/g, (_, gap: string, letter: string) => (gap && ' ') + letter.toUpperCase()) },
        ],
      },
    ],
  ),
  ...each('drums backing_vocals backingVocals BackingVocalsUrl', (voice) => [
    `the voice ${voice} by its name in a map`,
    answered(row({ data: { stems: { [voice]: file('v.mp3') } } })),
    { clips: [{ audio_url: file('v.mp3'), stem: voice === 'drums' ? 'Drums' : 'Backing Vocals' }] },
  ]),
  ...each(
    'input inputs prompt request request_body requestBody param params payload args arguments properties source sources source_clip sourceClip sourceclip SOURCE_CLIP reference reference_audio ref_audio upload uploaded_audio persona persona_clip voice voice_clip user users creator continue continueClip continue_clip cover_clip coverClip history concat_history concatHistory recommend recommendations recommended_clips parent parents media_urls mediaUrls origin_url original similar related input_data request-params parameters payload_json args_json arguments_json properties_json user_info creatorInfo histories parentTask continue_clip_id coverClipId edited_clip_id edited_clip stem_from_id stemFromClip task_input audioInput original_request rawRequest task_params taskParam job_payload kwargs call_arguments TaskProperties singer_persona end-user song_creators task_history clip_parent',
    (key) => [
      `nothing under ${key}`,
      answered(running({ [key]: { clips: [FOREIGN], text: 'la', task_id: T, status: 'FAILURE' } })),
      GOES_ON,
    ],
  ),
  ...each(
    'data result results resultJson result_json response output outputs list items records song songs tracks clip clips music musics sunoData suno_data',
    (key) => [
      `a song under ${key}`,
      answered({ task_id: T, status: 'SUCCESS', [key]: [file('1.mp3')] }),
      { clips: [{ audio_url: file('1.mp3') }] },
    ],
  ),
  ...each('task tasks', (key) => [
    `a state under ${key}, in a task’s place`,
    { code: 200, [key]: { status: 'FAILED' } },
    { status: 'failed' },
  ]),
  ...each('clips songs tracks musics sunoData suno_data items', (key) => [
    `a song that has not begun under ${key}`,
    answered(running({ [key]: [{ id: C1, status: 'queued' }] })),
    { clips: [{ id: C1, status: 'pending' }] },
  ]),
  ...each('result_url outputUrl fileUrls download_url music-urls track_links', (key) => [
    `audio under ${key}, and no page`,
    answered(row({ data: { [key]: [file('1.mp3'), 'https://listen.example/1'] } })),
    { clips: [{ audio_url: file('1.mp3') }] },
  ]),
  ...each('mp3 wav m4a aac flac ogg opus MP3', (extension) => [
    `an output that is ${extension}`,
    answered(row({ outputs: [file(`1.${extension}?x=1`)] })),
    { clips: [{ audio_url: file(`1.${extension}?x=1`) }] },
  ]),
  ...each('jpg jpeg png webp gif avif', (extension) => [
    `an output whose cover is ${extension}`,
    answered(row({ outputs: [file('1.mp3'), file(`1.${extension}`)] })),
    { clips: [{ cover_url: file(`1.${extension}`) }] },
  ]),
  ...each('None.mp3 none.mp4 sil-100.mp3 sil-1s.mp3 api/forbidden', (name) => [
    `no file: ${name}`,
    answered(row({ data: [song(C1, { audio_url: file(name), video_url: file(name) })] })),
    { clips: [{ status: 'complete', audio_url: null, video_url: null }] },
  ]),
  ...each('ai com', (domain) => [
    `no file: a stream of audiopipe.suno.${domain}`,
    answered(running({ data: [{ id: C1, audio_url: `https://audiopipe.suno.${domain}/?item_id=1` }] })),
    { clips: [{ status: 'streaming', audio_url: null }] },
  ]),
  ...each('progress action notify_hook fail_reason submit_time start_time finish_time', (key) => [
    `a row by its ${key}, and no song for its picture`,
    answered({
      hits: [
        {
          ...{ id: 'other-1', status: 'queued', image_url: '', duration: 0 },
          state: 1,
          [key]: 1,
          ...(key === 'action' ? { progress: 1 } : { action: 1 }),
        },
      ],
    }),
    { status: 'queued', clips: [] },
  ]),
  ...each(
    'image_url video_url duration gpt_description_prompt display_name major_model_version is_video_pending',
    (key) => [
      `a song that has not begun by its ${key}`,
      answered(
        running({
          made: [
            { id: C1, status: 'queued', [key]: '', ...(key === 'duration' ? { display_name: '' } : { duration: 0 }) },
          ],
        }),
      ),
      { clips: [{ id: C1, status: 'pending' }] },
    ],
  ),
  ...each('tags prompt duration gpt_description_prompt error_type error_message', (key) => [
    `a song that has not begun by ${key} in its metadata`,
    answered(running({ made: [{ id: C1, status: 'queued', metadata: { [key]: '' } }] })),
    { clips: [{ id: C1, status: 'pending' }] },
  ]),
  ...each('start_s startS start start_time startTime', (key) => [
    `a word’s second under ${key}`,
    answered({ task_id: T, status: 'SUCCESS', data: [{ word: 'Row ', [key]: 1.5 }] }),
    { timed_words: true, clips: [] },
  ]),
  ...each('is_video_pending', (key) => [
    `${key} holds nothing back`,
    answered(row({ data: [song(C1, { [key]: true })] })),
    MINE,
  ]),
].map(get);

/** Each code, around no row. */
export const CODES: readonly Sample[] = [
  ...each('success ok 200 1 0 20000', (code) => [
    `the code ${code} is OK`,
    { code, data: { status: 'FAILURE' } },
    { status: 'failed' },
  ]),
  ...each('201 1102', (code) => [`the code ${code} goes on`, { code, data: null }, { status: 'running' }]),
  ...each(
    'error fail 400 404 not_found not_exist task_not_exist task_not_found job_not_found record_not_found Task-Not-Exist TaskNotExist',
    (code) => [`the code ${code} denies`, { code, data: null }, { error: 'not_found' }],
  ),
  ...each('401 402 unauthorized payment_required invalid_api_key InvalidAPIKey insufficient_user_quota', (code) => [
    `the code ${code} refuses the key`,
    { code, data: null },
    { error: 'unauthorized' },
  ]),
  ...each('403 forbidden', (code) => [`the code ${code} forbids`, { code, data: null }, { error: 'forbidden' }]),
  ...each('429 rate_limited too_many_requests TooManyRequests rate_limit_exceeded', (code) => [
    `the code ${code} limits`,
    { code, data: null },
    { error: 'rate_limited' },
  ]),
  ...each('500 503 -1 2 5003 777 system_cpu_overloaded get_channel_failed nonsense', (code) => [
    `the code ${code} denies nothing`,
    { code, data: null },
    { error: 'vendor_unavailable' },
  ]),
].map((one) => get(one));

/** Each word for a state, of a task and of its song. */
export const STATES: readonly Sample[] = Object.entries({
  succeeded: ['complete', 'SUCCESS SUCCEEDED SUCCEED COMPLETE COMPLETED FINISHED DONE 30'],
  failed: [
    'failed',
    'FAILURE FAIL FAILED ERROR CANCELLED CANCELED REJECTED EXPIRED TIMEOUT ABORTED CREATE_TASK_FAILED SENSITIVE_WORD_ERROR CALLBACK_EXCEPTION 40',
  ],
  running: ['streaming', 'IN_PROGRESS PROCESSING RUNNING GENERATING STREAMING STREAM TEXT_SUCCESS FIRST_SUCCESS 20'],
  queued: ['pending', 'NOT_START SUBMITTED QUEUED QUEUING QUEUEING QUEUE ON_QUEUE PENDING READY AWAITING WAITING 10'],
}).flatMap(([status, [clip, words]]) =>
  each(words!, (word) => [
    `the word ${word}`,
    answered({ task_id: T, status: word, data: [{ id: C1, title: 'A', audio_url: '', status: word.toLowerCase() }] }),
    { status, vendor_status: word, clips: [{ status: clip }] },
  ]).map(get),
);

const submit = (name: string, body: unknown, ids: string[]): Submit => ({ name, status: 200, body, ids });

export const SUBMITS: readonly Submit[] = [
  ...['task_ids', 'taskIds', 'TaskIds', 'task-ids'].map((key) =>
    submit(`several under ${key}`, { data: { [key]: ['a 1', 'b 2'] } }, ['a 1', 'b 2']),
  ),
  ...['task_id', 'taskId', 'TaskId', 'task-id', 'job_id'].map((key) =>
    submit(`several under ${key}`, { data: { [key]: [T, U, '', null] } }, [T, U]),
  ),
  submit('several in JSON text under task_id', { task_id: JSON.stringify([T, U]) }, [T, U]),
  ...['data', 'result', 'task', 'tasks', 'ids', 'Data'].map((key) =>
    submit(`a bare id under ${key}`, { [key]: 'job-7f3k' }, ['job-7f3k']),
  ),
  ...['created', 'accepted', 'received', 'submit', 'successfully'].map((word) =>
    submit(`no id with the word ${word}`, { data: `task_${word}` }, []),
  ),
  submit('an id of words that none of us knows', { data: 'task-left' }, ['task-left']),
  submit('no code of HTTP', { code: 0, data: 200 }, []),
  submit('no price', { data: { cost: 12345, task_id: T } }, [T]),
  submit('no words of a song', { data: { id: T, lyrics: ['line-1', 'line-2'], tags: 'pop' } }, [T]),
  submit('no id of an error inside', { code: 200, data: { code: 500, id: 'req-1' } }, []),
  submit('nothing of what was asked for', { input: { task_id: U }, data: { taskId: T } }, [T]),
  submit('no outer vendor’s id inside a task', { task_id: T, data: { task_id: U } }, [T]),
];
