// In which language a page is: by its link, else by its reader's browser; every word is there in both.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chinese } from '../../../src/views/pages/chinese.ts';
import { english } from '../../../src/views/pages/english.ts';
import { linkIn, localeOf, preferredIn } from '../../../src/views/pages/language.ts';

describe('localeOf()', () => {
  it.each([
    [null, null, 'en', true, ''],
    [null, 'de-DE, en;q=0.9', 'en', true, ''],
    [null, 'en-US, zh;q=0.9', 'en', true, ''],
    [null, '*', 'en', true, ''],
    [null, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh', false, '?lang=zh'],
    [null, 'fr, zh-TW;q=0.3', 'zh', false, '?lang=zh'],
    [null, 'zh;q=0, en', 'en', true, ''],
    ['zh', 'en', 'zh', true, '?lang=zh'],
    ['en', 'zh-CN', 'en', true, '?lang=en'],
    ['fr', 'zh-CN', 'zh', false, '?lang=zh'],
    ['toString', null, 'en', true, ''],
    ['', null, 'en', true, ''],
  ] as const)('asked %j, accepted %j → %s, shared: %s, handed on as %j', (asked, accepted, language, shared, query) => {
    const locale = localeOf(asked, accepted);
    expect([locale.language, locale.shared, linkIn(locale, '')]).toEqual([language, shared, query]);
  });

  it('whatever is asked and accepted shows to others only what the link alone decides', () => {
    const any = fc.option(fc.oneof(fc.string(), fc.constantFrom('zh', 'en', 'zh-CN, en;q=0.1', 'en;q=.5, zh')));
    fc.assert(
      fc.property(any, any, any, (asked, accepted, other) => {
        const [one, two] = [localeOf(asked, accepted), localeOf(asked, other)];
        if (one.shared && two.shared) expect(one).toEqual(two);
      }),
    );
  });
});

describe('preferredIn()', () => {
  it('puts what is preferred first, and keeps the order of what is preferred alike', () => {
    expect(preferredIn('a;q=0.5, b , c;q=0, d; q=1.000, e;q=0.5')).toEqual(['b', 'd', 'a', 'e']);
  });
  it('leaves out what it cannot read, and reads any text', () => {
    expect(preferredIn('a;q=2, b;q=x, ;;, *, zh')).toEqual(['zh']);
    fc.assert(fc.property(fc.string(), (text) => void expect(preferredIn(text)).not.toContain('')));
  });
});

/** Every text of a table, with its place; of those that are made, with a name in them. */
function textsOf(table: object, path = ''): [path: string, text: string][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const place = `${path}/${name}`;
    if (typeof value === 'string') return [[place, value]];
    if (typeof value === 'function') return [[place, String(value(name === 'day' ? '2026-09-01T23:59:00Z' : 'Lamp'))]];
    return textsOf(value as object, place);
  });
}

describe('the tables', () => {
  it('have the same places, and other words in each but for the dash of descriptions', () => {
    const [one, two] = [new Map(textsOf(english)), new Map(textsOf(chinese))];
    expect([...two.keys()]).toEqual([...one.keys()]);
    const same = [...one].filter(([place, text]) => text !== '' && two.get(place) === text);
    expect(same.map(([place]) => place)).toEqual(['/song/begins']);
  });
  it('keep to their language', () => {
    for (const [place, text] of textsOf(english)) expect(`${place} ${text}`).not.toMatch(/\p{Script=Han}/u);
    for (const [place, text] of textsOf(chinese))
      if (place !== '/locale') expect(`${place} ${text.replaceAll('Lamp', '')}`).toMatch(/^\S+ [^a-z]*$/i);
  });
  it('tell a day in UTC', () => {
    expect([english, chinese].map(({ day }) => day('2026-09-01T23:59:00Z'))).toEqual([
      '1 September 2026',
      '2026年9月1日',
    ]);
  });
  it.each([
    ['en-GB', english],
    ['zh-CN', chinese],
  ])('tell each month as %s does', (locale, { day }) => {
    const { format } = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
    for (let month = 0; month < 12; month++) {
      const instant = new Date(Date.UTC(2027, month, 3 + month));
      expect(day(instant.toISOString())).toBe(format(instant));
    }
  });
});
