// The pages as people meet them: in a real browser, on a phone and a desk, in light and dark, with and without scripts.
import { randomUUID } from 'node:crypto';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Product, stopAll } from '../e2e/product.ts';
import { newRelay } from '../e2e/world.ts';
import type { TestSpace } from '../support/space.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { barriersIn, openPage, startBrowser } from './browser.ts';
import { startHost, tell, type Host, type Telling } from './world.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 860 };
const HOSTILE = `</title></script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">"'> ]]> \u0007\u202e`;
const TELLINGS = {
  ready: {},
  hostile: { title: HOSTILE, tags: HOSTILE, lyrics: `[${HOSTILE}]\n${HOSTILE}`, artist: HOSTILE },
  foreign: { title: 'שיר הים 🌊', lyrics: '[בית]\nהים שר לי', artist: 'רון' },
  long: { title: 'Long'.repeat(60), tags: 'prose '.repeat(60), artist: 'Orchestra '.repeat(12) },
  making: { status: 'streaming' },
  lost: { audio: 'lost' },
  failed: { status: 'error', error: 'the words were refused' },
  gone: {},
} satisfies Record<string, Telling>;
type Name = keyof typeof TELLINGS;
const NAMES = Object.keys(TELLINGS) as Name[];
const SLUGS = Object.fromEntries(NAMES.map((name) => [name, randomUUID()])) as Record<Name, string>;

let standIn: StandIn;
let relay: TestSpace;
let host: Host;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  [standIn, host] = await Promise.all([startStandIn(), startHost()]);
  relay = newRelay(standIn.url);
  for (const name of NAMES) await tell(relay, host, SLUGS[name], TELLINGS[name]);
  [product, browser] = await Promise.all([
    Product.start({ vendors: { relay: relay.url }, vars: { DEFAULT_VISIBILITY: 'public' } }),
    startBrowser(),
  ]);
  await product.call('POST', '/v1/tasks', { body: { ids: Object.values(SLUGS) } });
  await Promise.all(
    NAMES.map((name) =>
      name === 'making'
        ? product.reach('relay', SLUGS[name], ({ clips }) => clips.length > 0)
        : product.settled('relay', SLUGS[name]),
    ),
  );
  await product.call('DELETE', `/v1/clips/${SLUGS.gone}`);
  // Songs take their time, as outside.
});
afterAll(async () => {
  await browser?.close();
  await stopAll();
  await standIn?.close();
  host?.close();
});

const share = (name: Name): string => `${product.url}/s/${SLUGS[name]}`;
const embed = (name: Name): string => `${product.url}/embed/${SLUGS[name]}`;

/** Plays, hears time pass, and goes to a place near the end. Looked at from outside: without scripts no page hears of events. */
async function playsAndSeeks(page: Page): Promise<void> {
  await audioIs(page, 'readyState').toBeGreaterThanOrEqual(1);
  await audioIs(page, 'duration').toBeCloseTo(14.5, 0);
  await page.evaluate(`void ${AUDIO}.play()`);
  await audioIs(page, 'currentTime').toBeGreaterThan(0.1);
  await page.evaluate(`${AUDIO}.currentTime = 10`);
  await audioIs(page, 'currentTime').toBeGreaterThan(10);
  await audioIs(page, 'readyState').toBeGreaterThanOrEqual(2);
  await page.evaluate(`${AUDIO}.pause()`);
}

const AUDIO = `document.querySelector('audio')`;
const audioIs = (page: Page | Frame, what: string) => expect.poll(() => page.evaluate(`${AUDIO}.${what}`));

describe.each([
  ['a phone', PHONE],
  ['a desk', DESK],
])('on %s', (_, viewport) => {
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    const pages: [string, () => string][] = [
      ...(['ready', 'foreign', 'long', 'making', 'lost', 'failed', 'gone'] as const).flatMap(
        (name): [string, () => string][] => [
          [`the page of a song (${name})`, () => share(name)],
          [`the player of a song (${name})`, () => embed(name)],
        ],
      ),
      ['the library', () => `${product.url}/`],
      ['a search', () => `${product.url}/?q=harbour`],
      ['a search that finds nothing', () => `${product.url}/?q=zebra`],
      ['no song', () => `${product.url}/s/${randomUUID()}`],
      ['the page of a song in Chinese', () => `${share('ready')}?lang=zh`],
      ['the player of a song in Chinese', () => `${embed('ready')}?lang=zh`],
      ['the library in Chinese', () => `${product.url}/?lang=zh`],
      ['no song in Chinese', () => `${product.url}/s/${randomUUID()}?lang=zh`],
    ];
    it.each(pages)('%s has no barriers, no errors and fits', async (_, url) => {
      const { page, faults } = await openPage(browser, product.url, { viewport, colorScheme });
      const answer = await page.goto(url());
      expect(await barriersIn(page)).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wide).toBeLessThanOrEqual(0);
      // A browser notes the status of the page itself, too.
      if (answer?.ok()) expect(faults).toEqual([]);
      await page.context().close();
    });
  });
});

describe('a song', () => {
  it.each([true, false])('plays, with scripts: %s', async (javaScriptEnabled) => {
    const { page, faults } = await openPage(browser, product.url, { javaScriptEnabled });
    await page.goto(share('ready'));
    await playsAndSeeks(page);
    expect(await page.locator('h1').innerText()).toBe('Harbour Light');
    expect(await page.locator('.lyrics p').first().innerText()).toBe('In and out\nAnd in again');
    await expect.poll(() => page.evaluate(`document.querySelector('img.cover').naturalWidth`)).toBe(512);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is reached and played by keyboard', async () => {
    const { page } = await openPage(browser, product.url);
    await page.goto(share('ready'));
    const focused = () => page.evaluate('document.activeElement.localName');
    for (let steps = 0; steps < 5 && (await focused()) !== 'audio'; steps++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('audio');
    await page.keyboard.press('Space');
    await audioIs(page, 'currentTime').toBeGreaterThan(0);
    await page.getByText('Embed', { exact: true }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('pre').innerText()).toContain(`<iframe src="${embed('ready')}"`);
    await page.context().close();
  });

  it('plays in another site’s frame; its page is shown in none', async () => {
    const { page } = await openPage(browser, product.url);
    const frame = (src: string) => `<iframe src="${src}" width="480" height="152"></iframe>`;
    await page.goto(host.page(frame(embed('ready')) + frame(share('ready'))));
    const [player, refused] = page.frames().slice(1);
    if (!player) throw new Error('The frame is not there');
    await player.evaluate(`void ${AUDIO}.play()`);
    await audioIs(player, 'currentTime').toBeGreaterThan(0);
    expect(await refused?.locator('h1').count()).toBe(0);
    await page.context().close();
  });

  it.each([true, false])('in the making comes alive, with scripts: %s', async (javaScriptEnabled) => {
    const slug = randomUUID();
    await tell(relay, host, slug, { status: 'streaming', title: 'Growing' });
    await product.call('POST', '/v1/tasks', { body: { ids: [slug] } });
    await product.reach('relay', slug, ({ clips }) => clips.length > 0);
    const { page, faults } = await openPage(browser, product.url, { javaScriptEnabled });
    await page.goto(`${product.url}/s/${slug}`);
    expect(await page.locator('.what').innerText()).toBe('This song is being made');
    await tell(relay, host, slug, { title: 'Grown' });
    await page.locator('audio').waitFor();
    if (javaScriptEnabled) expect(await page.getByRole('status').textContent()).toMatch(/song is (ready|made)/);
    expect(await page.locator('h1').innerText()).toBe('Grown');
    await playsAndSeeks(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it.each([share, embed])('with hostile texts does nothing of its own', async (place) => {
    const { page, faults } = await openPage(browser, product.url);
    await page.goto(place('hostile'));
    expect(await page.locator('h1').innerText()).toContain('<script>window.hacked=1</script>');
    expect(
      await page.evaluate('[window.hacked, document.querySelectorAll("main script, main img[src=x]").length]'),
    ).toEqual([undefined, 0]);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('the library', () => {
  it('is searched and followed without scripts', async () => {
    const { page, faults } = await openPage(browser, product.url, { javaScriptEnabled: false });
    await page.goto(product.url);
    expect(await page.locator('.songs li').count()).toBeGreaterThanOrEqual(4);
    await page.getByRole('searchbox').fill('harbour');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/q=harbour/);
    expect(await page.locator('.songs li').count()).toBe(1);
    await page.getByRole('link', { name: 'Harbour Light' }).click();
    await page.waitForURL(share('ready'));
    await playsAndSeeks(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('a browser that prefers Chinese', () => {
  it('stays in Chinese from page to page, and may choose English, without scripts', async () => {
    const { page, faults } = await openPage(browser, product.url, { javaScriptEnabled: false, locale: 'zh-CN' });
    // The page without a language may be the English one that the edge cache keeps for a minute.
    await page.goto(`${product.url}/?lang=zh`);
    expect(await page.locator('h1').innerText()).toBe('歌曲');
    await page.getByRole('searchbox').fill('harbour');
    await page.getByRole('button', { name: '搜索' }).click();
    await page.waitForURL(/q=harbour&lang=zh/);
    await page.getByRole('link', { name: 'Harbour Light' }).click();
    await page.waitForURL(`${share('ready')}?lang=zh`);
    expect(await page.locator('.lyrics h2').innerText()).toBe('歌词');
    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(`${share('ready')}?lang=en`);
    expect(await page.locator('.lyrics h2').innerText()).toBe('Lyrics');
    await page.getByRole('link', { name: 'longplay' }).first().click();
    await page.waitForURL(`${product.url}/?lang=en`);
    expect(await page.locator('h1').innerText()).toBe('Songs');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is told in Chinese that a song in the making is ready', async () => {
    const slug = randomUUID();
    await tell(relay, host, slug, { status: 'streaming', title: 'Growing' });
    await product.call('POST', '/v1/tasks', { body: { ids: [slug] } });
    await product.reach('relay', slug, ({ clips }) => clips.length > 0);
    const { page, faults } = await openPage(browser, product.url, { locale: 'zh-CN' });
    await page.goto(`${product.url}/s/${slug}`);
    expect(await page.locator('.what').innerText()).toBe('这首歌正在生成');
    await tell(relay, host, slug, { title: 'Grown' });
    await page.locator('audio').waitFor();
    expect(await page.getByRole('status').textContent()).toMatch(/^这首歌(可以播放了|已生成)$/);
    expect(await page.locator('audio').getAttribute('aria-label')).toBe('播放《Grown》');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
