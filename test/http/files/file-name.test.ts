import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderOf, nameOf, standingAlone, titleOf } from '../../../src/http/files/file-name.ts';

const SLUG = 'ab'.repeat(16);
const folder = (title: string | null, place = 1, of = 2) => folderOf({ place, of, title, slug: SLUG });

describe('folderOf()', () => {
  it('keeps the order in lists of any length', () => {
    expect([folder('a', 2, 9), folder('a', 2, 99), folder('a', 2, 100)]).toEqual(['02 a', '02 a', '002 a']);
  });
  it('parts songs of one title, also where case or composition makes no difference', () => {
    const names = ['Café', 'CAFÉ', 'Cafe\u0301'].map((title, index) => folder(title, index + 1, 3));
    expect(names).toEqual(['01 Café', '02 CAFÉ', '03 Café']);
    expect(names[2]).toBe(names[2]?.normalize('NFC'));
  });
  it.each([null, '', ' . ', '///', '\u202e'])('takes the slug where the title is nothing (%j)', (title) =>
    expect(folder(title)).toBe(`01 ${SLUG}`),
  );

  it('is one segment that every system takes, whatever the title', () => {
    const title = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 }));
    fc.assert(
      fc.property(title, (text) => {
        const name = folder(text);
        expect(name).toBe(name.normalize('NFC'));
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/[\p{Cc}\p{Bidi_Control}"*/:<>?\\|]|^[. ]|[. ]$/u);
        expect(new TextEncoder().encode(name).byteLength).toBeLessThan(255);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('nameOf()', () => {
  it('cuts between characters', () => expect(nameOf('a夜夜', 'x', 5)).toBe('a夜'));
});

describe('titleOf()', () => {
  it.each([
    ['Lamp', 'Vocals', 'Lamp (Vocals)'],
    ['Lamp - vocals', 'Vocals', 'Lamp - vocals'],
    ['Lamp', null, 'Lamp'],
    [' ', 'Drums', 'Drums'],
    [null, 'Drums', 'Drums'],
    [null, null, null],
  ])('%j, the voice %j: %j', (title, stem, name) => expect(titleOf(title, stem)).toBe(name));
});

describe('standingAlone()', () => {
  it.each(['CON', 'nul', 'Com1', 'lpt9.x', 'CONIN$'])('is no device of Windows (%s)', (name) =>
    expect(standingAlone(name)).toBe(`_${name}`),
  );
  it.each(['Console', 'COM', 'Nullarbor', 'a.con'])('leaves others as they are (%s)', (name) =>
    expect(standingAlone(name)).toBe(name),
  );
});
