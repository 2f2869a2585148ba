// Who follows a link in a browser reads a page where there is nothing; programs read a problem.
import { describe, expect, it } from 'vitest';
import { call, clip, fakeDeps, NOW, problem, reading, SLUG } from './fixtures.ts';

/** As Chromium asks for a page. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const OTHER = SLUG.replaceAll('0', 'c');

function deps() {
  const fake = fakeDeps();
  const gone = { clip: { ...clip, taken_down_at: NOW }, reading };
  const findClip = async (slug: string) => (slug === SLUG ? { ...gone, over: true, seq: null } : null);
  const nothing = { readMedia: async () => null, headMedia: async () => null };
  return {
    ...fake,
    media: nothing,
    flows: { ...fake.flows, findClip, knownClip: async (slug: string) => (slug === SLUG ? gone : null) },
  };
}
const visit = (path: string, Accept: string, method = 'GET') =>
  call(path, { token: null, method, headers: { Accept } }, deps());

const MISSING = [
  ...['/nothing', '/s', '/s/', '/embed', '/embed/', '/v1', '/media/', '/media', '/console/none.js', '/hooks/relay'],
  ...[`/s/${SLUG}/`, `/embed/${SLUG}/`, `/s/${OTHER}`, `/embed/${OTHER}`, `/media/${OTHER}/audio.mp3`],
  ...[`/media/${OTHER}/audio`, `/media/${OTHER}/tagged.mp3`, '/feed.xml/', '//', '/%', '/<script>alert(1)</script>'],
];
const GONE = [
  `/s/${SLUG}`,
  `/embed/${SLUG}`,
  ...['audio.mp3', 'audio', 'tagged.mp3', 'lyrics.txt'].map((n) => `/media/${SLUG}/${n}`),
];
const ALL = [...MISSING.map((path) => [path, 404] as const), ...GONE.map((path) => [path, 410] as const)];

describe('a browser', () => {
  it.each(ALL)('reads a page at %s (%i)', async (path, status) => {
    const answer = await visit(path, BROWSER);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-robots-tag')).toBe('noindex');
    const page = await answer.text();
    expect(page).toContain(`<p class="code">${status}</p>`);
    expect(page).toMatch(status === 410 ? /This song was taken down/ : /There is no such (song|page)/);
    expect(page).not.toContain('alert(1)');
    expect((await visit(path, BROWSER, 'HEAD')).status).toBe(status);
  });

  it.each(ALL)('that prefers Chinese, or whose link asks for it, reads so at %s (%i)', async (path, status) => {
    const inChinese = { Accept: BROWSER, 'Accept-Language': 'zh-CN' };
    const asked = call(path, { token: null, headers: inChinese }, deps());
    for (const answer of [await asked, await visit(`${path}?lang=zh`, BROWSER)]) {
      const page = await answer.text();
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
      expect(page).toContain('<html lang="zh-Hans">');
      expect(page).toMatch(status === 410 ? /这首歌已被下架/ : /没有(这首歌|这个页面)/);
    }
  });

  it('asks for what programs read as programs do', async () => {
    for (const path of [`/v1/clips/${OTHER}`, '/v1/nothing', '/suno/fetch/denied', '/metrics']) {
      const answer = await call(path, { headers: { Accept: BROWSER } }, deps());
      expect([path, answer.headers.get('content-type')?.startsWith('text/html')]).toEqual([path, false]);
    }
  });
});

describe('a program', () => {
  const songs = /^\/(s|embed)\/[^/]+$/;
  it.each(ALL.filter(([path]) => !songs.test(path)))('reads a problem at %s (%i)', async (path, status) => {
    for (const Accept of ['*/*', 'application/json', 'audio/*;q=0.9,*/*;q=0.5', ''])
      expect((await problem(path, { token: null, headers: { Accept } }, deps()))[0]).toBe(status);
  });
});
