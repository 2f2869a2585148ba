import { describe, expect, it } from 'vitest';
import { feedText, podcastGuid } from '../../../src/views/feeds/rss.ts';
import { ATOM, CONTENT, feedFaults, ITUNES, PODCAST } from '../../support/feed-rules.ts';
import { HOSTILE, withoutForbidden } from '../../support/hostile.ts';
import { all, one, parseXml, textOf } from '../../support/xml.ts';
import { BASE, SLUG, song, songsOf } from './tracks.ts';

const channelOf = (text: string) => one(parseXml(text), 'channel');
const itemsOf = (text: string) => all(channelOf(text), 'item');
/** Markup that a reader shows as text. */
const fromHtml = (html: string): string => html.replaceAll('&lt;', '<').replaceAll('&amp;', '&');

describe('feedText()', () => {
  it('tells of the channel all that players and directories ask for', () => {
    const text = feedText(songsOf({ cover: null, artwork: null, slug: 'ab'.repeat(16) }, {}));
    expect(feedFaults(text)).toEqual([]);
    const channel = channelOf(text);
    expect(textOf(channel, 'link')).toBe(`${BASE}/`);
    expect(one(channel, `{${ATOM}}link`).attributes).toMatchObject({ rel: 'self', href: `${BASE}/feed.xml` });
    expect(textOf(channel, `{${PODCAST}}guid`)).toBe(podcastGuid('songs.example/feed.xml'));
    expect(one(channel, `{${ITUNES}}image`).attributes).toEqual({ href: song.cover });
    expect(textOf(channel, 'lastBuildDate')).toBe('Sat, 21 Nov 2026 10:00:00 GMT');
  });

  it('tells of a song where it is, how long it is and what it says', () => {
    const [item] = itemsOf(feedText(songsOf({})));
    if (!item) throw new Error('There is no item');
    expect(one(item, 'guid')).toMatchObject({ attributes: { isPermaLink: 'false' }, text: SLUG });
    expect(one(item, 'enclosure').attributes).toEqual({
      url: `${BASE}/media/${SLUG}/audio.mp3`,
      length: '4096',
      type: 'audio/mpeg',
    });
    expect(one(item, `{${ITUNES}}image`).attributes).toEqual({ href: song.cover });
    expect(
      ['title', 'link', 'pubDate', 'description', `{${ITUNES}}author`, `{${ITUNES}}duration`].map((name) =>
        textOf(item, name),
      ),
    ).toEqual([
      'Low Water',
      `${BASE}/s/${SLUG}`,
      'Sat, 21 Nov 2026 09:59:55 GMT',
      '[Verse]\nIn and out again\n\nfolk',
      'Heron',
      '122',
    ]);
    expect(textOf(item, `{${CONTENT}}encoded`)).toBe('<p>[Verse]<br>In and out again</p><p>folk</p>');
  });

  it('leaves out what nobody told', () => {
    const text = feedText(songsOf({ cover: null, artwork: null, seconds: null, lyrics: null, tags: null }));
    expect(feedFaults(text)).toEqual([]);
    expect(itemsOf(text)[0]?.children.map(({ name }) => name)).toEqual([
      ...['title', 'link', 'guid', 'pubDate', 'enclosure', `{${ITUNES}}author`],
    ]);
  });

  it('without a song, or a cover that podcast apps take, is a feed too, with a picture of our own', () => {
    for (const songs of [songsOf(), songsOf({ cover: `${BASE}/media/${SLUG}/cover.webp`, artwork: null })]) {
      const text = feedText(songs);
      expect(feedFaults(text)).toEqual([]);
      expect(one(channelOf(text), `{${ITUNES}}image`).attributes).toEqual({ href: `${BASE}/picture.png` });
    }
  });

  it.each([0.2, 1, 59.6, 7_200])('a duration is a whole number of seconds, never none (%d)', (seconds) => {
    expect(feedFaults(feedText(songsOf({ seconds })))).toEqual([]);
  });

  it.each(HOSTILE)('keeps any words as text: %s', (_, text) => {
    const feed = feedText(songsOf({ title: text, artist: text, tags: text, lyrics: text }));
    expect(feedFaults(feed)).toEqual([]);
    const [item] = itemsOf(feed);
    if (!item) throw new Error('There is no item');
    const kept = withoutForbidden(text);
    expect(textOf(item, 'title')).toBe(kept);
    expect(textOf(item, `{${ITUNES}}author`)).toBe(kept);
    expect(fromHtml(textOf(item, 'description'))).toBe(`${kept}\n\n${kept}`);
    const lines = kept.split(/\r\n|\r|\n/);
    const content = textOf(item, `{${CONTENT}}encoded`);
    expect(content.split('</p><p>')[0]?.slice('<p>'.length).split('<br>').map(fromHtml)).toEqual(lines);
  });
});

describe('podcastGuid()', () => {
  it('is the one of the namespace’s own example', () => {
    expect(podcastGuid('mp3s.nashownotes.com/pc20rss.xml')).toBe('917393e3-1b1e-5cef-ace4-edaa54e1f810');
  });
  it('knows neither scheme nor slashes at the end', () => {
    for (const url of ['https://a.example/feed.xml', 'http://a.example/feed.xml//', 'a.example/feed.xml'])
      expect(podcastGuid(url)).toBe(podcastGuid('a.example/feed.xml'));
    expect(podcastGuid('https://b.example/feed.xml')).not.toBe(podcastGuid('https://a.example/feed.xml'));
  });
});
