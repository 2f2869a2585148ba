import { describe, expect, it } from 'vitest';
import { m3uText, xspfText } from '../../../src/views/feeds/playlist.ts';
import { HOSTILE, withoutForbidden } from '../../support/hostile.ts';
import { all, one, parseXml, textOf } from '../../support/xml.ts';
import { BASE, SLUG, song, songsOf } from './tracks.ts';

const XSPF = '{http://xspf.org/ns/0/}';
const AUDIO = `${BASE}/media/${SLUG}/audio.mp3`;
const tracksOf = (text: string) => all(one(parseXml(text), `${XSPF}trackList`), `${XSPF}track`);

describe('m3uText()', () => {
  it('has length, artist and title before each link', () => {
    expect(m3uText(songsOf({}, { seconds: null, artist: 'Suno', title: 'Untitled' }))).toBe(
      `#EXTM3U\n#EXTINF:122,Heron - Low Water\n${AUDIO}\n#EXTINF:-1,Suno - Untitled\n${AUDIO}\n`,
    );
    expect(m3uText(songsOf())).toBe('#EXTM3U\n');
  });

  it.each(HOSTILE)('no words break their line: %s', (_, text) => {
    const written = m3uText(songsOf({ title: text, artist: text }, {}));
    // As players split: by any of the line breaks that some language's reader knows.
    const lines = new TextDecoder()
      .decode(new TextEncoder().encode(written))
      .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(/^#EXTINF:122,./);
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([AUDIO, AUDIO]);
    const told = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
    expect(lines[1]).toBe(`#EXTINF:122,${told} - ${told}`);
  });
});

describe('xspfText()', () => {
  it('says where the list and each song are', () => {
    const text = xspfText(songsOf({}, { cover: null, seconds: null }));
    const list = parseXml(text);
    expect([list.name, list.attributes['version']]).toEqual([`${XSPF}playlist`, '1']);
    expect(['location', 'info', 'date'].map((name) => textOf(list, XSPF + name))).toEqual([
      `${BASE}/playlist.xspf`,
      `${BASE}/`,
      '2026-11-21T10:00:00.000Z',
    ]);
    const told = tracksOf(text).map(({ children }) =>
      Object.fromEntries(children.map((child) => [child.name.slice(XSPF.length), child.text])),
    );
    const bare = { location: AUDIO, title: 'Low Water', creator: 'Heron', info: `${BASE}/s/${SLUG}` };
    expect(told).toEqual([{ ...bare, image: song.cover, duration: '121500' }, bare]);
  });

  it.each(HOSTILE)('keeps any words as text: %s', (_, text) => {
    const [track] = tracksOf(xspfText(songsOf({ title: text, artist: text })));
    if (!track) throw new Error('There is no track');
    expect([textOf(track, `${XSPF}title`), textOf(track, `${XSPF}creator`)]).toEqual([
      withoutForbidden(text),
      withoutForbidden(text),
    ]);
  });
});
