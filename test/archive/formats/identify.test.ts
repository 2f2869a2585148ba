// What a file is, by its bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS, typeOf } from '../../../src/archive/formats/formats.ts';
import { identify } from '../../../src/archive/formats/identify.ts';
import { ROLES, type Role } from '../../../src/model/task.ts';
import { makeMedia, type MediaKind } from '../../support/media.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const head = (kind: MediaKind): Uint8Array => makeMedia({ kind, bytes: 2_000 });

/** All bytes at hand. */
function found(bytes: Uint8Array, role: Role) {
  const asking = identify(role);
  let step = asking.next();
  while (!step.done) {
    const { at, bytes: wanted } = step.value;
    const seen = bytes.subarray(at, at + wanted);
    step = asking.next({ bytes: seen, size: seen.length < wanted ? bytes.length : null });
  }
  return step.value;
}
const extOf = (bytes: Uint8Array, role: Role): string | null => {
  const one = found(bytes, role);
  return one.is === 'format' ? one.ext : null;
};

const KINDS: [MediaKind, Role, string, string][] = [
  ['mp3', 'audio', 'mp3', 'audio/mpeg'],
  ['id3', 'audio', 'mp3', 'audio/mpeg'],
  ['aac', 'audio', 'aac', 'audio/aac'],
  ['m4a', 'audio', 'm4a', 'audio/mp4'],
  ['wav', 'audio', 'wav', 'audio/wav'],
  ['ogg', 'audio', 'ogg', 'audio/ogg'],
  ['flac', 'audio', 'flac', 'audio/flac'],
  ['jpeg', 'cover', 'jpg', 'image/jpeg'],
  ['png', 'cover', 'png', 'image/png'],
  ['webp', 'cover', 'webp', 'image/webp'],
  ['mp4', 'video', 'mp4', 'video/mp4'],
];

describe('identify()', () => {
  it.each(KINDS)('takes %s for role %s as .%s, %s', (kind, role, ext, type) => {
    expect(extOf(head(kind), role)).toBe(ext);
    expect(typeOf(role, ext)).toBe(type);
  });

  it.each(KINDS)('takes %s for no other role than %s', (kind, role) => {
    // `ftyp` heads m4a and mp4 alike (CONTRACT 8).
    const others = ROLES.filter((other) => other !== role && !['m4a', 'mp4'].includes(kind));
    for (const other of others) expect(extOf(head(kind), other)).toBeNull();
  });

  it.each([0xfa, 0xfb, 0xf3, 0xe3, 0xfd, 0xff])(
    'takes FF %i and the like twice for mp3: a sync with a layer',
    (second) => {
      const header = [0xff, second, 0x90, 0x64];
      // Frames of all lengths that this header has by version and layer.
      const lengths = Array.from({ length: 1_500 }, (_, index) => index + 4);
      const fits = lengths.filter((length) => {
        const bytes = new Uint8Array(2 * length);
        bytes.set(header);
        bytes.set(header, length);
        return extOf(bytes, 'audio') === 'mp3';
      });
      expect(fits).toHaveLength(1);
    },
  );

  it.each([
    ['no bytes', Uint8Array.of()],
    ['a single byte', Uint8Array.of(0xff)],
    ['a sync without a layer that is no ADTS', Uint8Array.of(0xff, 0xe0, 0x90, 0x64)],
    ['the reserved version', Uint8Array.of(0xff, 0xeb, 0x90, 0x64)],
    ['the reserved bitrate', Uint8Array.of(0xff, 0xfb, 0xf0, 0x64)],
    ['the reserved sample rate', Uint8Array.of(0xff, 0xfb, 0x9c, 0x64)],
    ['ADTS with a reserved sampling index', Uint8Array.of(0xff, 0xf1, 0x7c, 0x80)],
    ['UTF-16 text', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x22, 0)],
    ['HTML', latin('<!doctype html><html>')],
    ['XML', latin('<?xml version="1.0"?><Error/>')],
    ['JSON', latin('{"code":"error"}')],
    ['RIFF that is no WAVE', latin('RIFF\0\0\0\0AVI LIST')],
    ['a cut RIFF', latin('RIFF')],
  ])('takes %s for no audio', (_, bytes) => expect(found(bytes, 'audio')).toEqual({ is: 'other' }));

  it.each([
    ['half a PNG signature', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0a, 0x0a, 0x1a, 0x0a)],
    ['half a JPEG signature', Uint8Array.of(0xff, 0xd8)],
    ['GIF', latin('GIF89a')],
    ['SVG', latin('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])('takes %s for no cover', (_, bytes) => expect(found(bytes, 'cover')).toEqual({ is: 'other' }));

  it('never takes text for media, and never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'<>{}[]" \nabcxyz019') }),
        fc.constantFrom(...ROLES),
        (text, role) => {
          expect(found(latin(text), role)).toEqual({ is: 'other' });
        },
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...ROLES), (bytes, role) => {
        const ext = extOf(bytes, role);
        if (ext !== null) expect(typeOf(role, ext)).not.toBeNull();
      }),
    );
  });
});

describe('FORMATS', () => {
  it('has one content type for each extension', () => {
    expect(new Set(FORMATS.map(({ ext }) => ext)).size).toBe(FORMATS.length);
    for (const { role, ext, type } of FORMATS) expect(typeOf(role, ext)).toBe(type);
  });
});
