// A clip as its pages show it: how far it is, and which of its links.
import { describe, expect, it } from 'vitest';
import { songOf } from '../../../src/views/pages/song.ts';
import { chinese } from '../../../src/views/pages/chinese.ts';
import { english } from '../../../src/views/pages/english.ts';
import type { Clip, File } from '../../../src/model/task.ts';
import { archivedFile, clipView, LINKS } from './songs.ts';

const pending: File = { ...archivedFile, state: 'pending', url: null, content_type: null, bytes: null, sha256: null };
const unavailable: File = { ...pending, state: 'unavailable', reason: 'source_gone' };
const song = (changes: Partial<Clip> = {}, over = true, { song: words } = english) =>
  songOf({ ...clipView, ...changes }, over, 'https://songs.example', LINKS, words);

describe('songOf()', () => {
  it.each<[string, Partial<Clip>, boolean]>([
    ['ready', {}, true],
    ['ready', { status: 'failed' }, true],
    ['making', { status: 'pending', audio: null }, false],
    ['making', { status: 'streaming', audio: pending }, false],
    ['keeping', { status: 'complete', audio: pending }, true],
    ['making', { status: 'complete', audio: null }, false],
    ['lost', { status: 'complete', audio: null }, true],
    ['lost', { audio: unavailable }, true],
    ['lost', { audio: unavailable }, false],
    ['failed', { status: 'failed', audio: null }, true],
    ['failed', { status: 'failed', audio: null }, false],
    ['unfinished', { status: 'streaming', audio: null }, true],
    ['unfinished', { status: 'streaming', audio: { ...pending, state: 'skipped', link: null } }, true],
  ])('is %s: %j, task over: %s', (stage, changes, over) => expect(song(changes, over).stage).toBe(stage));

  it('shows no vendor’s URL: archived files by their permanent link, pending ones by ours', () => {
    const { audio, cover, stable } = song({ audio: pending, cover: unavailable });
    expect([audio, cover, stable]).toEqual([null, null, { audio: archivedFile.link, cover: null }]);
    expect(JSON.stringify(song())).not.toContain('vendor.example');
  });

  it('has its download answered by the Worker, wherever the files are', () => {
    const elsewhere = { ...archivedFile, url: archivedFile.url?.replace('songs.example', 'media.example') ?? null };
    expect(song({ audio: elsewhere }).audio).toMatchObject({
      url: elsewhere.url,
      download: `${archivedFile.url}?download`,
    });
  });

  it('has a title whatever the vendor says, and describes itself by artist, style and first words', () => {
    expect(song({ title: ' \u0000 ' }).title).toBe('Untitled');
    expect(song().description).toBe('A song by Heron: folk, quiet — In and out again');
    expect(song({ artist: null, tags: null, lyrics: null }).description).toBe('A song');
    expect(song({ title: null }, true, chinese).title).toBe('未命名');
    expect(song({}, true, chinese).description).toBe('Heron 的歌：folk、quiet — In and out again');
    expect(song({ artist: null, tags: null, lyrics: null }, true, chinese).description).toBe('一首歌');
  });
});
