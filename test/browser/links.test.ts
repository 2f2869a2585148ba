// Permanent links and players as browsers use them: opened by themselves, again and again, and inside pages of other sites.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Product, stopAll } from '../e2e/product.ts';
import { newRelay } from '../e2e/world.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { openPage, startBrowser } from './browser.ts';
import { startHost, tell, type Host } from './world.ts';

const SLUG = randomUUID();
/** A page that lets in nothing of another origin that does not say that it may be (HTML Standard, cross-origin isolation). */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

let standIn: StandIn;
let host: Host;
let bucket: Host;
let product: Product;
/** One whose files are at a bucket's own domain, which says nothing of who may use them. */
let elsewhere: Product;
let browser: Browser;

beforeAll(async () => {
  [standIn, host, bucket] = await Promise.all([startStandIn(), startHost(), startHost()]);
  const relay = newRelay(standIn.url);
  await tell(relay, host, SLUG);
  const vendors = { relay: relay.url };
  [product, elsewhere, browser] = await Promise.all([
    Product.start({ vendors }),
    Product.start({ vendors, vars: { MEDIA_BASE_URL: bucket.url } }),
    startBrowser(),
  ]);
  for (const each of [product, elsewhere]) await each.call('POST', '/v1/tasks', { body: { ids: [SLUG] } });
  for (const each of [product, elsewhere]) await each.settled('relay', SLUG);
});
afterAll(async () => {
  await browser?.close();
  await stopAll();
  await standIn?.close();
  host?.close();
  bucket?.close();
});

const media = (name: string, origin = product.url): string => `${origin}/media/${SLUG}/${name}`;

const frame = (src: string): string => `<iframe src="${src}" allow="autoplay" width="480" height="152"></iframe>`;

/** A file that is opened by itself is shown in a page of the browser's own making. */
const playsIn = async (page: Page): Promise<void> => {
  await expect.poll(() => page.evaluate(`document.querySelector('audio, video')?.duration`)).toBeCloseTo(14.5, 0);
  await page.evaluate(`void document.querySelector('audio, video').play()`);
  await expect.poll(() => page.evaluate(`document.querySelector('audio, video').currentTime`)).toBeGreaterThan(0);
};

/** Without the cache in front, which answers for itself that nothing has changed. */
describe('a permanent link opened by itself', () => {
  it.each(['audio.mp3', 'tagged.mp3'])('%s plays, and plays after each reload', async (name) => {
    const { origin } = product.cache;
    const { page, faults } = await openPage(browser, origin);
    await page.goto(media(name, origin));
    for (let times = 0; times < 3; times++) {
      await playsIn(page);
      // Only of a file that it has wholly does the browser ask whether it is still the same.
      await expect
        .poll(() => page.evaluate(`document.querySelector('audio, video').buffered.end(0)`))
        .toBeGreaterThan(14);
      await page.reload();
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('cover.jpg is shown, and shown after each reload', async () => {
    const { origin } = product.cache;
    const { page, faults } = await openPage(browser, origin);
    await page.goto(media('cover.jpg', origin));
    for (let times = 0; times < 3; times++) {
      await expect.poll(() => page.evaluate(`document.querySelector('img').naturalWidth`)).toBe(512);
      await page.reload();
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('in a page of another site that is isolated', () => {
  it('cover and audio are shown and played', async () => {
    const { page } = await openPage(browser, host.url);
    await page.goto(
      host.page(`<img src="${media('cover.jpg')}"><audio controls src="${media('audio.mp3')}"></audio>`, ISOLATED),
    );
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await expect.poll(() => page.evaluate(`document.querySelector('img').naturalWidth`)).toBe(512);
    await playsIn(page);
    await page.context().close();
  });

  it.each([
    ['its files beside it', () => product],
    ['its files at a bucket’s own domain', () => elsewhere],
  ])('the player is framed, with its cover, and plays, %s', async (_, from) => {
    const { page } = await openPage(browser, host.url);
    await page.goto(host.page(frame(`${from().url}/embed/${SLUG}`), ISOLATED));
    const [, player] = page.frames();
    if (!player) throw new Error('The frame is not there');
    await expect.poll(() => player.evaluate(`document.querySelector('img.cover')?.naturalWidth`)).toBe(512);
    await player.evaluate(`void document.querySelector('audio').play()`);
    await expect.poll(() => player.evaluate(`document.querySelector('audio').currentTime`)).toBeGreaterThan(0);
    await page.context().close();
  });

  it('the player of a song that is not there is framed, and says so', async () => {
    const { page } = await openPage(browser, host.url);
    for (const path of [randomUUID(), `${SLUG}/`]) {
      await page.goto(host.page(frame(`${product.url}/embed/${path}`), ISOLATED));
      const [, player] = page.frames();
      await expect.poll(() => player?.locator('h1').textContent()).toMatch(/^There is no such/);
    }
    await page.context().close();
  });

  it('headers that Safari and Cast receivers send may be sent along with a request for a file', async () => {
    const { page } = await openPage(browser, host.url);
    await page.goto(host.page(''));
    const asked = `{ headers: { 'X-Playback-Session-Id': '1', 'Content-Type': 'audio/mpeg', Range: 'bytes=0-9' } }`;
    for (const name of ['audio.mp3', 'tagged.mp3', 'lyrics.txt'])
      expect(await page.evaluate(`fetch('${media(name)}', ${asked}).then((answer) => answer.status)`)).toBe(206);
    for (const path of ['/feed.xml', '/playlist.m3u8', '/playlist.xspf', '/openapi.json'])
      expect(await page.evaluate(`fetch('${product.url}${path}', ${asked}).then((answer) => answer.ok)`)).toBe(true);
    await page.context().close();
  });
});

it('a stable link saves the file under its title, wherever files are', async () => {
  for (const { origin } of [product.cache, elsewhere.cache]) {
    const { page } = await openPage(browser, origin);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${media('audio', origin)}?download`).catch(() => null),
    ]);
    expect(download.suggestedFilename()).toBe('Harbour Light.mp3');
    await page.context().close();
  }
});

it('a preview’s picture is as large as its page says, and a song without one has one of our own', async () => {
  const { page } = await openPage(browser, product.url);
  await page.goto(`${product.url}/s/${SLUG}`);
  const metaOf = (name: string) => page.locator(`meta[property="og:image${name}"]`).getAttribute('content');
  const told = [await metaOf(''), await metaOf(':width'), await metaOf(':height')];
  await page.goto(host.page(`<img src="${told[0]}"><img src="${product.url}/picture.png">`, ISOLATED));
  const sizes = () =>
    page.evaluate(`[...document.images].map((image) => [image.naturalWidth, image.naturalHeight].join())`);
  await expect.poll(sizes).toEqual([`${told[1]},${told[2]}`, '1400,1400']);
  await page.context().close();
});
