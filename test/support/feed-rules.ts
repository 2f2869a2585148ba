// Pure: what feed validators and podcast directories ask of a feed, as a list of what is wrong. Each rule names where it is from:
// RSS: RSS 2.0 and the RSS Advisory Board's best practices; W3C: the W3C feed validator; Apple: its podcaster's guide; PN: the podcast namespace.
import { all, parseXml, type Element } from './xml.ts';

export const ATOM = 'http://www.w3.org/2005/Atom';
export const CONTENT = 'http://purl.org/rss/1.0/modules/content/';
export const ITUNES = 'http://www.itunes.com/dtds/podcast-1.0.dtd';
export const PODCAST = 'https://podcastindex.org/namespace/1.0';
const KNOWN = [ATOM, CONTENT, ITUNES, PODCAST];

const RFC_822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (GMT|[+-]\d{4})$/;
const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const IN_CHANNEL_ONCE = ['title', 'link', 'description', 'language', `{${ITUNES}}author`, `{${ITUNES}}explicit`];
const IN_ITEM_ONCE = ['title', 'link', 'guid', 'pubDate', 'enclosure'];
const AT_MOST_ONCE = [
  'description',
  `{${CONTENT}}encoded`,
  `{${ITUNES}}duration`,
  `{${ITUNES}}image`,
  `{${ITUNES}}author`,
];
/** Apple and PN: media that players take, and those which RSS allows beside them. */
const AUDIO = /^audio\/(mpeg|mp4|aac|wav|ogg|flac)$/;

const isAbsolute = (text: string | undefined): boolean =>
  /^https?:\/\/[^\s/]+(\/\S*)?$/.test(text ?? '') && URL.canParse(text ?? '');

/** An instant that exists, on the weekday that is named. */
const isDate = (text: string): boolean =>
  RFC_822.test(text) && new Date(text).toUTCString().slice(0, 25) === text.slice(0, 25);

/** What a browser would make an element of: markup in a text that a reader may show as HTML (W3C: SecurityRisk, ContainsHTML). */
const holdsMarkup = (html: string): boolean => /<(?!\/?(?:p|br)>)[a-z!?/]/i.test(html);

export function feedFaults(text: string): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || faults.push(what));
  check(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>'), 'XML: begins with its declaration');
  const rss = parseXml(text);
  check(rss.name === 'rss' && rss.attributes['version'] === '2.0', 'RSS: rss version 2.0');
  for (const [name, url] of Object.entries(rss.attributes))
    if (name.includes('xmlns')) check(KNOWN.includes(url), `W3C: the namespace ${url} is a known one`);
  const [channel, ...more] = all(rss, 'channel');
  if (channel === undefined || more.length > 0) return [...faults, 'RSS: one channel'];

  const once = (element: Element, names: readonly string[]): void => {
    for (const name of names) {
      const found = all(element, name);
      const filled = found.every((one) => one.text.trim() !== '' || one.attributes['url'] !== undefined);
      check(found.length === 1 && filled, `RSS, Apple: ${element.name} has one ${name}`);
    }
  };
  once(channel, [...IN_CHANNEL_ONCE, `{${PODCAST}}guid`, `{${PODCAST}}medium`]);
  const told = (name: string): string => all(channel, name)[0]?.text ?? '';
  check(isAbsolute(told('link')), 'RSS: the channel’s link is absolute');
  check(/^[a-z]{2}(-[A-Za-z]{2})?$/.test(told('language')), 'W3C: the language is a code');
  check(/^(true|false)$/.test(told(`{${ITUNES}}explicit`)), 'Apple: explicit is true or false');
  check(UUID_V5.test(told(`{${PODCAST}}guid`)), 'PN: guid is a UUIDv5');
  check(told(`{${PODCAST}}medium`) === 'music', 'PN: medium');
  check(told('lastBuildDate') === '' || isDate(told('lastBuildDate')), 'RSS: lastBuildDate is a date of RFC 822');
  check(all(channel, `{${ITUNES}}category`)[0]?.attributes['text'] === 'Music', 'Apple: a category of its list');
  const self = all(channel, `{${ATOM}}link`).filter(({ attributes }) => attributes['rel'] === 'self');
  check(
    self.length === 1 &&
      isAbsolute(self[0]?.attributes['href']) &&
      self[0]?.attributes['type'] === 'application/rss+xml',
    'W3C: one atom:link to itself',
  );

  const items = all(channel, 'item');
  const covers = items.flatMap((item) => all(item, `{${ITUNES}}image`));
  check(all(channel, `{${ITUNES}}image`).length === 1, 'Apple: the channel has an image');
  for (const image of [...covers, ...all(channel, `{${ITUNES}}image`)]) {
    check(isAbsolute(image.attributes['href']), 'Apple: itunes:image has an absolute href');
    check(/\.(jpg|png)$/.test(image.attributes['href'] ?? ''), 'Apple: itunes:image is JPEG or PNG');
  }
  const guids = items.map((item) => all(item, 'guid')[0]?.text);
  check(new Set(guids).size === guids.length, 'RSS: each guid once');

  for (const item of items) {
    once(item, IN_ITEM_ONCE);
    for (const name of AT_MOST_ONCE) check(all(item, name).length <= 1, `RSS: at most one ${name}`);
    const words = (name: string): string => all(item, name)[0]?.text ?? '';
    check(isAbsolute(words('link')), 'RSS: an item’s link is absolute');
    check(isDate(words('pubDate')), 'RSS: pubDate is a date of RFC 822');
    const permanent = all(item, 'guid')[0]?.attributes['isPermaLink'];
    check(permanent === 'false' || isAbsolute(words('guid')), 'RSS: a guid that is no link says so');
    const { url, length = '', type = '' } = all(item, 'enclosure')[0]?.attributes ?? {};
    check(isAbsolute(url), 'RSS: the enclosure’s url is absolute');
    check(/^[1-9]\d*$/.test(length), 'RSS: the enclosure’s length is its bytes');
    check(AUDIO.test(type), 'RSS: the enclosure’s type is audio');
    const duration = words(`{${ITUNES}}duration`);
    check(duration === '' || /^[1-9]\d*$/.test(duration), 'Apple: the duration is in seconds');
    for (const name of ['description', `{${CONTENT}}encoded`])
      check(!holdsMarkup(words(name)), `W3C: no markup of a vendor’s in ${name}`);
  }
  const dates = items.map((item) => Date.parse(all(item, 'pubDate')[0]?.text ?? ''));
  check(
    dates.every((date, index) => index === 0 || date <= (dates[index - 1] ?? 0)),
    'Apple: the newest first',
  );
  return faults;
}
