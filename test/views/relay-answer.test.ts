// A vendor's answer for the public: nothing internal, links that last.
import { describe, expect, it } from 'vitest';
import { publicAnswer, publicRow } from '../../src/views/relay-answer.ts';
import { viewTask } from '../../src/views/task.ts';
import type { Raw, Stored } from '../../src/model/state.ts';
import { readTask } from '../../src/relay/normalize.ts';
import type { Sample } from '../relay/samples.ts';
import { archived, BASE, clip, ended, known, NOW, reading, settingsOf, SLUG, TASK_ID } from '../http/fixtures.ts';

const AUDIO = `${BASE}/media/${SLUG}/audio.mp3`;
const COVER_LINK = `${BASE}/media/${SLUG}/cover`;

function rewrite(raw: Raw | null, how = publicAnswer, changes: Partial<Stored> = {}): string {
  const { stored, pacing } = known({ ...changes, raw });
  const task = viewTask({ stored, pacing }, { settings: settingsOf(), base: BASE, media_base: BASE, now: NOW });
  return JSON.stringify(how(stored, task));
}
const answer = (value: unknown, changes: Partial<Stored> = {}) =>
  JSON.parse(rewrite({ form: 'answer', json: JSON.stringify(value) }, publicAnswer, changes));
const row = (value: unknown, form: Raw['form'] = 'answer') =>
  JSON.parse(rewrite({ form, json: JSON.stringify(value) }, publicRow));

describe('publicAnswer() internal fields', () => {
  const internal = {
    user_id: 1,
    group: 'g',
    channel: 2,
    channel_id: 3,
    platform: 'suno',
    quota: 4,
    properties: {},
    username: 'u',
    handle: 'h',
    notify_hook: 'n',
  };

  it('are gone at any depth', () => {
    const deep = { ...internal, keep: [{ ...internal, keep: { ...internal, userId: 1, notifyHook: 'x', keep: 1 } }] };
    expect(answer(deep)).toEqual({ keep: [{ keep: { keep: 1 } }] });
  });

  it('are gone inside JSON in a string, and inside that', () => {
    const inner = JSON.stringify({ ...internal, keep: JSON.stringify({ user_id: 1, keep: 2 }) });
    expect(JSON.parse(JSON.parse(answer({ data: inner }).data).keep)).toEqual({ keep: 2 });
  });

  it('id goes beside task_id or taskId, but stays where it is a song’s or stands alone', () => {
    expect(answer({ id: 9, task_id: TASK_ID, data: [{ id: SLUG, task_id: TASK_ID }, { id: 'other' }] })).toEqual({
      task_id: TASK_ID,
      data: [{ id: SLUG, task_id: TASK_ID }, { id: 'other' }],
    });
    expect(answer({ id: 9, taskId: TASK_ID })).toEqual({ taskId: TASK_ID });
  });

  it.each([
    ['a song that has another id too', { id: 77, clip_id: SLUG, task_id: TASK_ID, audio_url: '' }, true],
    ['a song that is not known by it', { id: 'other', taskId: TASK_ID, status: 'queued', audio_url: '' }, true],
    ['lyrics', { id: 'v-1', task_id: TASK_ID, title: 'A', text: 'la' }, true],
    ['a row that is a song', { id: 77, task_id: TASK_ID, progress: '1%', audio_url: '' }, false],
    ['a row that is lyrics', { id: 77, taskId: TASK_ID, action: 'LYRICS', status: 'SUCCESS', text: 'la' }, false],
  ])('id beside a task’s id is a row’s number in rows only: %s', (_, inner, stays) => {
    expect('id' in answer({ data: [inner] }).data[0]).toBe(stays);
    expect('id' in answer({ data: inner }).data).toBe(false);
  });

  it('leaves texts alone that only look like JSON', () => {
    const texts = { lyrics: '[Verse]\nla', spaced: '{ "a":  1 }', broken: '{"user_id"' };
    expect(answer(texts)).toEqual(texts);
  });

  it('keeps a key named __proto__ an ordinary key', () => {
    expect(rewrite({ form: 'answer', json: '{"__proto__":{"user_id":1,"a":2}}' })).toBe('{"__proto__":{"a":2}}');
  });

  it('keeps the digits of a long number', () => {
    expect(
      rewrite({
        form: 'answer',
        json: '{"n":1264818594046181786,"t":"{\\"user_id\\":1,\\"n\\":1264818594046181786}"}',
      }),
    ).toBe('{"n":1264818594046181786,"t":"{\\"n\\":1264818594046181786}"}');
  });

  it('drops what is deeper than any honest answer instead of passing it on', () => {
    const json = `${'{"a":'.repeat(500)}{"user_id":1}${'}'.repeat(500)}`;
    expect(rewrite({ form: 'answer', json })).not.toContain('user_id');
  });
});

describe('publicAnswer() URLs', () => {
  const song = {
    id: SLUG,
    audio_url: reading.audio_url,
    stream_audio_url: reading.stream_url,
    image_url: 'https://cdn.example/one_small.jpeg',
    image_large_url: reading.cover_url,
    video_url: reading.video_url,
    page: 'https://suno.example/song/1',
  };

  it('archived by url, pending by link; skipped, stream and other URLs stay', () => {
    expect(answer([song])).toEqual([{ ...song, audio_url: AUDIO, image_url: COVER_LINK, image_large_url: COVER_LINK }]);
  });

  it('camelCase names and a song known by its URL only', () => {
    const given = {
      title: 't',
      audioUrl: reading.audio_url,
      imageUrl: 'https://cdn.example/x.png',
      cld2ImageUrl: 'https://cdn.example/y.png',
    };
    expect(answer({ items: [given] })).toEqual({
      items: [{ title: 't', audioUrl: AUDIO, imageUrl: COVER_LINK, cld2ImageUrl: COVER_LINK }],
    });
  });

  it('wherever the URL stands: in a list, an object, a JSON text', () => {
    const text = JSON.stringify({ urls: [reading.audio_url], audio: { url: reading.audio_url } });
    expect(JSON.parse(answer({ text }).text)).toEqual({ urls: [AUDIO], audio: { url: AUDIO } });
  });

  it.each([
    'https://cdn.example/None.mp3',
    'https://cdn1.suno.ai/sil-100.mp3',
    'https://x.example/api/forbidden',
    'https://audiopipe.suno.ai/?item_id=2',
    '',
    'None',
  ])('placeholder %j stays', (audio_url) => expect(answer({ id: SLUG, audio_url })).toEqual({ id: SLUG, audio_url }));

  it('the URL that was archived, though the vendor names another one today', () => {
    const later = 'https://cdn.example/later.mp3';
    const state = { ...ended, reading: { ...ended.reading, clips: [{ ...reading, audio_url: later }] } };
    expect(answer(['https://cdn.example/one.mp3', later], { state })).toEqual([AUDIO, AUDIO]);
  });

  it('unavailable stays the vendor’s, taken down is the link', () => {
    const gone = { ...archived, state: 'unavailable' as const, reason: 'source_gone' as const, key: null };
    expect(answer([song], { clips: [{ ...clip, files: { ...clip.files, audio: gone } }] })[0].audio_url).toBe(
      reading.audio_url,
    );
    expect(answer([song], { clips: [{ ...clip, taken_down_at: NOW }] })[0].audio_url).toBe(
      `${BASE}/media/${SLUG}/audio`,
    );
  });
});

describe('publicAnswer() and publicRow() forms', () => {
  const task = { task_id: TASK_ID, status: 'SUCCESS', data: [] };
  const envelope = { code: 'success', message: '', data: task };

  it('a known row alone is put into an envelope', () => {
    expect(JSON.parse(rewrite({ form: 'row', json: JSON.stringify(task) }))).toEqual(envelope);
    expect(row(task, 'row')).toEqual(task);
  });

  it('a GET answer’s data is the row where it is one task object', () => {
    expect(row(envelope)).toEqual(task);
    expect(row({ code: 200, data: { taskBatchId: 'x', items: [] } })).toEqual({ taskBatchId: 'x', items: [] });
  });

  it('else the row is made of id, status and that data', () => {
    expect(row({ code: 'success', data: [{ id: SLUG }] })).toEqual({
      task_id: TASK_ID,
      status: 'SUCCESS',
      data: [{ id: SLUG }],
    });
    expect(row([{ id: SLUG }])).toEqual({ task_id: TASK_ID, status: 'SUCCESS', data: [{ id: SLUG }] });
    expect(row({ data: { id: 'l', text: 'la', status: 'complete' } })).toMatchObject({
      task_id: TASK_ID,
      data: { text: 'la' },
    });
  });

  it('never answered for: a task that has not begun', () => {
    const state = { ...ended, reading: { ...ended.reading, vendor_status: null, clips: [] } };
    expect(JSON.parse(rewrite(null, publicAnswer, { state }))).toEqual({
      code: 'success',
      message: '',
      data: { task_id: TASK_ID, status: 'NOT_START', data: null },
    });
  });
});

describe('publicAnswer() on real answers', () => {
  const samples = Object.values(
    import.meta.glob<Sample>('../vendor-answers/*.json', { eager: true, import: 'default' }),
  );
  const songs = samples.filter(
    ({ request, response }) => request.method === 'GET' && typeof response.body === 'object',
  );

  it.each(songs.map((sample) => [sample.name, sample] as const))(
    '%s: no internal field, no file URL',
    (_, { request, response }) => {
      const id = decodeURIComponent(request.path.split('/').at(-1) ?? '');
      const read = readTask(response.body, id);
      if (!read.ok) return;
      const state = { ...ended, reading: read.value };
      const json = JSON.stringify(response.body);
      const text = rewrite({ form: 'answer', json }, publicAnswer, { id, state, clips: [] });
      expect(text.replaceAll('\\', '')).not.toMatch(
        /"(user_id|group|channel|channel_id|platform|quota|properties|username|handle|notify_hook)":/,
      );
      for (const { audio_url, cover_url, stream_url } of read.value.clips) {
        for (const url of [audio_url, cover_url]) if (url !== null) expect(text).not.toContain(`"${url}"`);
        if (stream_url !== null && stream_url !== audio_url) expect(text).toContain(stream_url);
      }
      const links = text.match(/\/media\/[0-9a-f-]+\/audio/g) ?? [];
      expect(links.length >= read.value.clips.filter(({ audio_url }) => audio_url !== null).length).toBe(true);
    },
  );
});
