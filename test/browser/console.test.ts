// The console as people use it: a real browser against the running system. A song's whole way, vendors in trouble, ten thousand
// tasks, and every state in light and dark, on a phone and a desk.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callers, Product, stopAll } from '../e2e/product.ts';
import { newRelay } from '../e2e/world.ts';
import type { TestSpace } from '../support/space.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { barriersIn, openPage, startBrowser } from './browser.ts';
import { details, faultsBeside, focusedText, row, signIn, sitDown, tabTo, type Seat } from './console-page.ts';
import { startHost, tell, type Host } from './world.ts';

/** Each looks at much, and the rate limit counts per token. */
const TOKENS = [
  'boss:admin:ruling',
  'clerk:track:tracking',
  'guest:read:reading',
  'many:admin:thousands',
  ...callers(),
];
const PHONE = { width: 360, height: 740 };
const TABLET = { width: 820, height: 1180 };
const DESK = { width: 1280, height: 860 };
const REFUSED = /status of (401|403|404|410|503)/;

let standIn: StandIn;
let relay: TestSpace;
let shut: TestSpace;
let many: TestSpace;
let host: Host;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  [standIn, host] = await Promise.all([startStandIn(), startHost()]);
  relay = newRelay(standIn.url);
  shut = newRelay(standIn.url);
  many = newRelay(standIn.url);
  const vendors = { relay: relay.url, shut: shut.url, many: many.url };
  [product, browser] = await Promise.all([
    Product.start({ vendors, vars: { API_TOKENS: TOKENS.join(','), DEFAULT_VENDOR: 'relay' } }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stopAll();
  await standIn?.close();
  host?.close();
});

const api = (method: string, path: string, body?: unknown) =>
  product.call(method, path, { token: 'ruling', ...(body !== undefined && { body }) });

describe('a token', () => {
  it('that is not known is refused with the reason, and kept nowhere', async () => {
    const seat = await sitDown(browser, product.url);
    const { page } = seat;
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#token-fault').innerText()).toContain('This token is not known here');
    expect(await page.locator('#token').getAttribute('aria-invalid')).toBe('true');
    expect(
      await page.evaluate('JSON.stringify([sessionStorage, localStorage, document.cookie, location.href])'),
    ).not.toContain('wrong');
    expect(faultsBeside(seat, REFUSED)).toEqual([]);
    await page.context().close();
  });

  it('is kept for the tab alone, over a reload, until it is forgotten; and never in an address', async () => {
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await signIn(seat, 'ruling');
    await page.reload();
    await page.locator('#main').waitFor();
    expect(await page.evaluate('[sessionStorage.length, localStorage.length, document.cookie]')).toEqual([1, 0, '']);
    const other = await page.context().newPage();
    await other.goto(`${product.url}/console`);
    await other.getByLabel('Token').waitFor();
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(asked.join()).not.toContain('ruling');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('of a lower scope is told what it lacks, and offered that no more', async () => {
    const id = randomUUID();
    await tell(relay, host, id, { title: 'Out of Reach' });
    await api('POST', '/v1/tasks', { ids: [id] });
    await product.settled('relay', id);
    const seat = await sitDown(browser, product.url);
    const { page } = seat;
    await signIn(seat, 'tracking');
    await row(page, 'Out of Reach').click();
    await page.getByRole('button', { name: 'Make public' }).click();
    await expect
      .poll(() => page.locator('#toast').innerText())
      .toContain('needs a token of scope admin; yours has track');
    await expect.poll(() => page.getByRole('button', { name: 'Take down' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Take down' }).getAttribute('title')).toContain('admin');
    expect(await page.getByRole('button', { name: 'Retry' }).isDisabled()).toBe(false);
    expect(faultsBeside(seat, REFUSED)).toEqual([]);
    await page.context().close();
  });
});

describe('a song', () => {
  it('is added by pasting, watched, played, made public, retitled and taken down, by keyboard alone', async () => {
    const id = randomUUID();
    await tell(relay, host, id, { status: 'streaming', title: 'Night Train' });
    const seat = await sitDown(browser, product.url);
    const { page } = seat;
    await page.locator('#token:focus').waitFor();
    await page.keyboard.type('ruling');
    await page.keyboard.press('Enter');
    await page.locator('#main').waitFor();

    await page.keyboard.press('a');
    await page.locator('#add-text').waitFor();
    await page.keyboard.insertText(`made at https://relay.example/suno/fetch/${id}\nnothing to see here\n`);
    await expect
      .poll(() => page.locator('#add-found').innerText())
      .toContain('1 id, 0 saved answers, 1 line not understood');
    await tabTo(page, 'Add 1 id');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#add-found').innerText()).toContain('1 task added');
    await page.keyboard.press('Escape');

    const line = row(page, 'Night Train');
    await expect.poll(() => line.innerText()).toContain('Being made, 30 %');
    await tell(relay, host, id, { title: 'Night Train' });
    await expect.poll(() => line.innerText()).toContain('Kept');

    await page.keyboard.press('l');
    await page.keyboard.press('Home');
    expect(await focusedText(page)).toContain('Night Train');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedText(page)).toBe('Night Train');
    await expect
      .poll(() => page.evaluate(`document.querySelector('#song audio').readyState`))
      .toBeGreaterThanOrEqual(1);
    expect(await page.evaluate(`document.querySelector('#song audio').src`)).toMatch(/\/media\/.+\/audio\.mp3$/);
    expect(await page.evaluate(`document.querySelector('#song audio').duration`)).toBeCloseTo(14.5, 0);
    for (let steps = 0; steps < 20 && (await page.evaluate('document.activeElement.localName')) !== 'audio'; steps++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect.poll(() => page.evaluate(`document.querySelector('#song audio').currentTime`)).toBeGreaterThan(0.2);

    await tabTo(page, 'Make public');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Make unlisted' }).waitFor();
    expect((await api('GET', `/v1/clips/${id}`)).json.visibility).toBe('public');
    // What plays is not disturbed by what changes around it.
    expect(await page.evaluate(`document.querySelector('#song audio').paused`)).toBe(false);

    await tabTo(page, 'Change title');
    await page.keyboard.press('Enter');
    await page.locator('#confirm-input').waitFor();
    await page.keyboard.type('Day Train');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#song h3').innerText()).toBe('Day Train');
    await expect.poll(() => row(page, 'Day Train').count()).toBe(1);

    await tabTo(page, 'Take down');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedText(page)).toBe('Cancel');
    expect(await page.locator('#confirm-about').innerText()).toContain('This is for good');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#song .clip .state').innerText()).toContain('Taken down');
    expect(await page.locator('#song audio').isHidden()).toBe(true);
    expect((await product.get(`/media/${id}/audio.mp3`, { token: null })).status).toBe(410);
    await page.keyboard.press('Escape');
    await expect.poll(() => focusedText(page)).toContain('Day Train');
    expect(faultsBeside(seat, REFUSED)).toEqual([]);
    await page.context().close();
  });

  it('that was lost says why in plain words, and can be tried again', async () => {
    const id = randomUUID();
    await tell(relay, host, id, { title: 'Lost at Sea', audio: 'blocked' });
    await api('POST', '/v1/tasks', { ids: [id] });
    await product.settled('relay', id);
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    await signIn(seat, 'ruling');
    await row(page, 'Lost at Sea').click();
    expect(await page.locator('#song .file').first().innerText()).toMatch(
      /Audio lost[^]*Its address is one that may not be asked/,
    );
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => page.locator('#toast').innerText()).toContain('Asked again');
    await expect.poll(() => details(page).innerText()).toContain('on its way');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('is found by words of its title, or by its id; and the list says which of both it shows', async () => {
    const id = randomUUID();
    await tell(relay, host, id, { title: 'Umbrella Weather', tags: 'rain' });
    await api('POST', '/v1/tasks', { ids: [id] });
    await product.settled('relay', id);
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    await signIn(seat, 'ruling');
    await row(page, 'Umbrella Weather').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('umbrella');
    await expect.poll(() => page.locator('#list-title').innerText()).toBe('Archived songs with “umbrella”');
    await expect.poll(() => page.locator('#rows button.row:not(.waiting)').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#song h3').innerText()).toBe('Umbrella Weather');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('zebra crossing');
    await expect.poll(() => page.locator('#empty').innerText()).toContain('No archived song has these words');
    await page.keyboard.press('/');
    await page.locator('#query').fill(id);
    await page.getByRole('button', { name: `Open task ${id} of relay` }).click();
    await expect.poll(() => page.locator('#song-title').innerText()).toBe('Umbrella Weather');
    expect(await page.locator('#list-title').innerText()).toBe('Songs');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('with hostile texts shows them as texts', async () => {
    const id = randomUUID();
    const title = `</title><script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;
    await tell(relay, host, id, { title, tags: title, lyrics: title, artist: title });
    await api('POST', '/v1/tasks', { ids: [id] });
    await product.settled('relay', id);
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    await signIn(seat, 'ruling');
    await row(page, 'window.hacked=1').click();
    expect(await page.locator('#song h3').innerText()).toContain('<script>window.hacked=1</script>');
    expect(await page.evaluate('[window.hacked, document.querySelectorAll("img[src=x]").length]')).toEqual([
      undefined,
      0,
    ]);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('a vendor', () => {
  it('that refuses its key is shown paused with the reason; resumed, its songs go on', async () => {
    const id = randomUUID();
    await tell(shut, host, id, { title: 'Locked Out' });
    await shut.vendor({ fault: 'status', status: 401, body: { error: { message: 'invalid api key' } } });
    await api('POST', '/v1/tasks', { ids: [id], vendor: 'shut' });
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    await signIn(seat, 'ruling');
    const vendor = page.locator('.vendor').filter({ hasText: 'shut' });
    await expect.poll(() => vendor.innerText()).toMatch(/shut is paused, 1 task waiting[^]*401|refuse/);
    expect(await vendor.innerText()).toMatch(/Asked again in \d+ second/);
    await expect.poll(() => row(page, id).innerText()).toContain('Waiting for the vendor');
    await shut.vendor({ fault: null });
    await page.getByRole('button', { name: 'Resume shut' }).click();
    await expect.poll(() => vendor.innerText()).toMatch(/shut answers/);
    await expect.poll(() => row(page, 'Locked Out').innerText()).toContain('Kept');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('opening', () => {
  it('takes at most 8 requests and 60 KB until the list is shown, and has its words ready in both languages', async () => {
    for (const locale of ['en', 'zh-CN']) {
      // Nothing is in the browser's cache yet, and the tab has its token.
      const { page, faults } = await openPage(browser, product.url, { viewport: DESK, locale });
      await page.addInitScript("sessionStorage.setItem('longplay-token', 'ruling')");
      const sizes: Promise<number>[] = [];
      const listed = { yet: false };
      page.on('response', (answer) => {
        // What comes after the list's first answer is covers, the rest of the list, and the log.
        if (answer.url().startsWith('data:') || listed.yet) return;
        listed.yet = answer.url().includes('/v1/tasks?');
        sizes.push(
          answer.finished().then(async () => {
            const { responseBodySize, responseHeadersSize } = await answer.request().sizes();
            return responseBodySize + responseHeadersSize;
          }),
        );
      });
      await page.goto(`${product.url}/console`);
      await page.locator('#rows .row:not(.waiting)').first().waitFor();
      const seen = await Promise.all(sizes.slice());
      expect(seen.length).toBeLessThanOrEqual(8);
      expect(seen.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
      expect(faults).toEqual([]);
      await page.context().close();
    }
  });
});

describe('adding', () => {
  it('takes an answer of two tasks, a batch larger than a request, and a file in GBK', async () => {
    const words = 'la '.repeat(400);
    const row = (id: string) => ({ task_id: id, action: 'MUSIC', status: 'FAILURE', fail_reason: words, data: null });
    const batch = { code: 'success', data: Array.from({ length: 1_200 }, (_, index) => row(`batch-${index}`)) };
    const seat = await sitDown(browser, product.url);
    const { page, faults } = seat;
    await signIn(seat, 'ruling');
    await page.keyboard.press('a');
    await page.locator('#add-vendor').selectOption('shut');
    await page.locator('#add-text').fill(JSON.stringify({ code: 'success', data: [row('pair-1'), row('pair-2')] }));
    await page.getByRole('button', { name: 'Add 1 saved answer' }).click();
    const found = () => page.locator('#add-found').innerText();
    await expect.poll(found).toContain('2 tasks added');
    await page.locator('#add-text').fill(JSON.stringify(batch));
    await page.getByRole('button', { name: 'Add 1 saved answer' }).click();
    await expect.poll(found).toContain('1,200 tasks added');
    const [before = '', behind = ''] = JSON.stringify({
      code: 'success',
      data: { ...row('gbk-2'), fail_reason: 'X' },
    }).split('X');
    const buffer = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0xd2, 0xb9, 0xba, 0xbd, 0xb4, 0xac]),
      Buffer.from(behind),
    ]);
    await page.locator('#add-file').setInputFiles({ name: 'saved.json', mimeType: 'application/json', buffer });
    await expect.poll(found).toContain('saved.json was read as GB18030');
    await page.getByRole('button', { name: 'Add 1 saved answer' }).click();
    await expect.poll(found).toContain('1 task added');
    expect((await api('GET', '/v1/tasks/gbk-2?vendor=shut')).json.failure).toBe('夜航船');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('ten thousand tasks', () => {
  const COUNT = 10_000;

  it('are scrolled through with few elements, from one end to the other, by keys too', async () => {
    await many.vendor({ fault: 'status', status: 401, body: {} });
    const ids = Array.from({ length: COUNT }, (_, index) => `heap-${String(index).padStart(5, '0')}`);
    for (let from = 0; from < COUNT; from += 1_000)
      await api('POST', '/v1/tasks', { ids: ids.slice(from, from + 1_000), vendor: 'many' });
    const seat = await sitDown(browser, product.url, { viewport: DESK });
    const { page, faults } = seat;
    await signIn(seat, 'thousands');
    await row(page, 'heap-09999').waitFor();
    const total = Number(await page.locator('#rows').getAttribute('data-rows'));
    expect(total).toBeGreaterThanOrEqual(COUNT);

    const rows = () => page.locator('#rows > li').count();
    /** Whatever is in the middle of the window is a row that is read; which one is a guess by time, or the older batch's. */
    const middle = () =>
      page.evaluate(`document.elementFromPoint(400, innerHeight / 2)?.closest('#rows > li')?.textContent ?? ''`);
    for (const part of [0.02, 0.1, 0.25]) {
      await page.evaluate(`scrollTo(0, ${part} * document.documentElement.scrollHeight)`);
      await expect.poll(middle).toMatch(/(heap|batch)-\d+/);
      expect(await rows()).toBeLessThan(100);
    }
    await page.keyboard.press('l');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.keyboard.press('End');
    const last = () => page.evaluate('Number(document.activeElement.dataset.place)');
    await expect
      .poll(async () => [await last(), (await focusedText(page)).includes('Loading')])
      .toEqual([Number(await page.locator('#rows').getAttribute('data-rows')) - 1, false]);
    // The end is looked for, and not read to.
    expect(asked.length).toBeLessThanOrEqual(60);
    expect(await rows()).toBeLessThan(100);
    await page.keyboard.press('Home');
    await expect.poll(() => focusedText(page)).toContain('heap-');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await last()).toBeGreaterThan(5);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(2_500);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('let new ones in at the top without moving what is looked at, nor the focus', async () => {
    const seat = await sitDown(browser, product.url, { viewport: DESK });
    const { page, faults } = seat;
    await signIn(seat, 'thousands');
    await row(page, 'heap-09999').waitFor();
    await row(page, 'heap-09990').focus();
    for (let times = 0; times < 8; times++) await page.keyboard.press('PageDown');
    const name = async () => /heap-\d+/.exec(await focusedText(page))?.[0];
    const before = await name();
    const place = () => page.evaluate('Math.round(document.activeElement.getBoundingClientRect().top)');
    const [top, count] = [await place(), Number(await page.locator('#rows').getAttribute('data-rows'))];
    await api('POST', '/v1/tasks', { ids: ['late-1', 'late-2', 'late-3'], vendor: 'many' });
    await expect.poll(async () => Number(await page.locator('#rows').getAttribute('data-rows'))).toBe(count + 3);
    expect([await name(), await place()]).toEqual([before, top]);
    await page.keyboard.press('Home');
    await expect.poll(() => focusedText(page)).toContain('late-');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('each state', () => {
  beforeAll(async () => {
    const id = randomUUID();
    await tell(relay, host, id, { title: 'Lantern Weather' });
    await api('POST', '/v1/tasks', { ids: [id] });
    await product.settled('relay', id);
    await api('POST', '/v1/tasks', { ids: ['waits-1'], vendor: 'many' });
  });

  describe.each([
    ['a phone', { viewport: PHONE }, true],
    ['a tablet', { viewport: TABLET, hasTouch: true, isMobile: true }, true],
    ['a desk', { viewport: DESK }, false],
  ])('on %s', (_, screen, isTouched) => {
    describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
      const options = { ...screen, colorScheme };
      const open = async (token = 'ruling') => {
        const seat = await sitDown(browser, product.url, options);
        await signIn(seat, token);
        return seat;
      };
      const STATES: [string, () => Promise<Seat>][] = [
        ['the form for the token', () => sitDown(browser, product.url, options)],
        [
          'the list',
          async () => {
            const seat = await open();
            await row(seat.page, 'waits-1').waitFor();
            return seat;
          },
        ],
        [
          'the details of a song',
          async () => {
            const seat = await open();
            await seat.page.locator('#query').fill('lantern');
            // Before the search has come, another row may move to where the click falls.
            await row(seat.page, 'waits-1').waitFor({ state: 'detached' });
            await row(seat.page, 'Lantern').click();
            await seat.page.locator('#song audio').waitFor();
            return seat;
          },
        ],
        [
          'the details of a task that waits',
          async () => {
            const seat = await open();
            await row(seat.page, 'waits-1').click();
            await seat.page.locator('#song-title').waitFor();
            return seat;
          },
        ],
        [
          'the dialog to add songs',
          async () => {
            const seat = await open();
            await seat.page.keyboard.press('a');
            await seat.page.locator('#add-text').fill(`${randomUUID()}\nnothing here\n`);
            await expect.poll(() => seat.page.locator('#add-found').innerText()).toContain('1 id');
            return seat;
          },
        ],
        [
          'the keys',
          async () => {
            const seat = await open();
            await seat.page.keyboard.press('?');
            await seat.page.locator('#keys .keys').waitFor();
            return seat;
          },
        ],
        [
          'a search without a find',
          async () => {
            const seat = await open();
            await seat.page.locator('#query').fill('zebra');
            await expect.poll(() => seat.page.locator('#empty').innerText()).toContain('No archived song');
            return seat;
          },
        ],
      ];

      it.each(STATES)('%s has no barriers and fits', async (_, reach) => {
        const seat = await reach();
        expect(await barriersIn(seat.page)).toEqual([]);
        expect(await seat.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        if (isTouched) expect(await smallTargets(seat.page)).toEqual([]);
        expect(seat.faults).toEqual([]);
        await seat.page.context().close();
      });
    });
  });
});

describe('a place', () => {
  it('without songs says how to begin, with numbers that are none', async () => {
    const bare = await Product.start({ vendors: { relay: relay.url } });
    for (const colorScheme of ['light', 'dark'] as const) {
      const seat = await sitDown(browser, bare.url, { colorScheme, viewport: PHONE });
      await signIn(seat, callers()[0] ?? '');
      await expect.poll(() => seat.page.locator('#empty').innerText()).toContain('No songs yet');
      expect(await barriersIn(seat.page)).toEqual([]);
      await seat.page.getByRole('button', { name: 'Add the first songs' }).click();
      await seat.page.locator('#add-text').waitFor();
      expect(seat.faults).toEqual([]);
      await seat.page.context().close();
    }
    await bare.stop();
  });

  it('that is not set up names what is to be mended', async () => {
    const unset = await Product.start({ vendors: { relay: relay.url }, vars: { API_TOKENS: '' } });
    const seat = await sitDown(browser, unset.url);
    const { page } = seat;
    await page.getByLabel('Token').fill('any');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#trouble').innerText()).toMatch(/not set up yet[^]*API_TOKENS: is not set/);
    expect(await barriersIn(page)).toEqual([]);
    expect(faultsBeside(seat, REFUSED)).toEqual([]);
    await page.context().close();
    await unset.stop();
  });

  it('that goes away is missed at once, and found again; what was there stays in sight', async () => {
    await api('POST', '/v1/tasks', { ids: ['stays-1'], vendor: 'many' });
    const seat = await sitDown(browser, product.url);
    const { page } = seat;
    await signIn(seat, 'ruling');
    await row(page, 'stays-1').waitFor();
    await product.stop();
    await expect.poll(() => page.locator('#banner').innerText()).toContain('cannot be reached');
    expect(await row(page, 'stays-1').count()).toBe(1);
    expect(await barriersIn(page)).toEqual([]);
    await product.start();
    await expect.poll(() => page.locator('#banner').isHidden()).toBe(true);
    expect(faultsBeside(seat, /ERR_/)).toEqual([]);
    await page.context().close();
  });
});

/** What can be touched but is lower than a finger needs (44 px), each with its text. */
const smallTargets = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('button, input:not(.unseen), select, textarea, summary, a.button, label.button')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !document.querySelector('dialog:modal') || one.closest('dialog:modal'))
    .filter((one) => one.getBoundingClientRect().height < 43.5)
    .map((one) => one.outerHTML.slice(0, 80))`);
