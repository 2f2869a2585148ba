// Every key and link, pinned: a changed letter here is a broken link there.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as keys from '../../src/archive/keys.ts';
import { slugOf } from '../../src/model/id.ts';

const UUID = '6f1f8d9e-0b1c-4d2e-8f3a-123456789abc';
const BASE = 'https://songs.example';

it('keys and links have their fixed forms', () => {
  const key = keys.mediaKey(UUID, 'audio', 'mp3');
  expect([
    key,
    keys.mediaPrefix(UUID, 'cover'),
    keys.taskRecordKey('gptge', 'task_1'),
    keys.taskRecordKey('gptge', '../../x'),
    keys.clipRecordKey(UUID),
    keys.incomingKey(UUID),
    keys.permanentLink(BASE, key),
    keys.stableLink(BASE, UUID, 'video'),
    keys.pageLink(BASE, UUID),
    keys.embedLink(BASE, UUID),
    keys.clipSelf(BASE, UUID),
    keys.taskSelf(BASE, 'gptge', 'a/b #1'),
    slugOf('gptge', UUID.toUpperCase()),
    slugOf('gptge', '987654321'),
  ]).toMatchInlineSnapshot(`
    [
      "media/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc/audio.mp3",
      "media/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc/cover.",
      "tasks/gptge/task_1.json",
      "tasks/gptge/9cdf6a50100a862e14286c7a334296daf7da8b45d48e20302424ca729b62a31a.json",
      "clips/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc.json",
      "incoming/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc",
      "https://songs.example/media/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc/audio.mp3",
      "https://songs.example/media/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc/video",
      "https://songs.example/s/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc",
      "https://songs.example/embed/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc",
      "https://songs.example/v1/clips/6f1f8d9e-0b1c-4d2e-8f3a-123456789abc",
      "https://songs.example/v1/tasks/a%2Fb%20%231?vendor=gptge",
      "6f1f8d9e-0b1c-4d2e-8f3a-123456789abc",
      "691da028cb653bbdb2948f2554dd6d83",
    ]
  `);
});

describe('taskRecordKey()', () => {
  it('keeps ids of 1 to 128 plain characters and hashes all others', () => {
    expect(keys.taskRecordKey('a', 'x'.repeat(128))).toBe(`tasks/a/${'x'.repeat(128)}.json`);
    expect(keys.taskRecordKey('a', 'x'.repeat(129))).toMatch(/^tasks\/a\/[0-9a-f]{64}\.json$/);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(keys.taskRecordKey('a', id)).toMatch(/^tasks\/a\/[A-Za-z0-9_-]{1,128}\.json$/);
      }),
    );
  });
});

describe('slugOf()', () => {
  it('is the same for a UUID at every vendor, and another for any other id', () => {
    expect(slugOf('a', UUID)).toBe(slugOf('b', UUID));
    expect(slugOf('a', '123456')).not.toBe(slugOf('b', '123456'));
  });
});

describe('parseMediaPath()', () => {
  it.each([
    [`/media/${UUID}/audio.mp3`, { slug: UUID, role: 'audio', ext: 'mp3' }],
    [`/media/${UUID}/cover`, { slug: UUID, role: 'cover', ext: null }],
    [`/media/${'0'.repeat(32)}/video.mp4`, { slug: '0'.repeat(32), role: 'video', ext: 'mp4' }],
  ] as const)('reads %s', (path, expected) => expect(keys.parseMediaPath(path)).toEqual(expected));

  it.each([
    ...['', '/', '/media/', `/media/${UUID}`, `/media/${UUID}/`, `/media/${UUID}/audio.`, `/media/${UUID}/audio.mp3/`],
    ...[
      `/media/${UUID.toUpperCase()}/audio.mp3`,
      `/media/short/audio.mp3`,
      `/media/../audio.mp3`,
      `/x/${UUID}/audio.mp3`,
    ],
    ...[
      `/media/${UUID}/audio.jpg`,
      `/media/${UUID}/audio.exe`,
      `/media/${UUID}/lyrics.txt`,
      `/media/${UUID}/audio.MP3`,
    ],
    ...[`/media/${UUID}/%61udio.mp3`, `/media/${UUID}/audio.mp3\n`, `/media/${UUID}/toString`],
  ])('takes "%s" for no file', (path) => expect(keys.parseMediaPath(path)).toBeNull());

  it('reads back every key that is made', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.constantFrom(['audio', 'flac'] as const, ['cover', 'webp'] as const, ['video', 'mp4'] as const),
        (slug, [role, ext]) => {
          expect(keys.parseMediaPath(`/${keys.mediaKey(slug, role, ext)}`)).toEqual({ slug, role, ext });
        },
      ),
    );
  });
});

describe('parseMadePath()', () => {
  it.each(keys.MADE_FILES)('reads %s', (name) =>
    expect(keys.parseMadePath(`/media/${UUID}/${name}`)).toEqual({ slug: UUID, name }),
  );
  it.each([
    `/media/${UUID}/tagged`,
    `/media/${UUID}/tagged.wav`,
    '/media/short/lyrics.txt',
    `/media/${UUID}/lyrics.txt/`,
  ])('takes "%s" for no file', (path) => expect(keys.parseMadePath(path)).toBeNull());
});
