// The console in front of an API that fails, limits, comes late or changes: it asks little, says a thing once, and draws what is.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyEndError } from '../../src/model/lifecycle.ts';
import { Product, stopAll } from '../e2e/product.ts';
import { WAITED_MAX_MS } from '../support/waiting.ts';
import { startBrowser } from './browser.ts';
import { details, focusedText, row } from './console-page.ts';
import { FakeApi, keptOf, pass, problem, type Reply, statsOf, taskOf } from './fake-api.ts';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([Product.start({ vendors: { relay: 'http://127.0.0.1:9' } }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stopAll();
});

async function sit(options: BrowserContextOptions = {}): Promise<{ page: Page; api: FakeApi }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    locale: 'en',
    ...options,
  });
  context.setDefaultTimeout(WAITED_MAX_MS);
  const page = await context.newPage();
  await page.clock.install();
  const api = await FakeApi.on(page);
  await page.goto(`${product.url}/console`);
  await page.locator('#token:focus').waitFor();
  return { page, api };
}
async function open(options: BrowserContextOptions = {}, before: (api: FakeApi) => void = () => {}) {
  const seat = await sit(options);
  before(seat.api);
  await enter(seat.page, 'first');
  await row(seat.page, seat.api.long === null ? 'one' : 'far-0')
    .first()
    .waitFor();
  return seat;
}
/** Time passes until it is so. */
const comes = (page: Page, look: () => Promise<unknown>) => expect.poll(async () => (await pass(page, 1), look()));
/** `wait`: its `Retry-After`. */
const limited = (wait: number | string): Reply => ({
  ...(problem(429, 'rate_limited') as object),
  headers: { 'Retry-After': String(wait) },
});
async function pressAfterClosing(page: Page, key: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press(key);
  await page.locator('dialog').waitFor();
}
async function enter(page: Page, token: string): Promise<void> {
  await page.locator('#token').fill(token);
  await page.keyboard.press('Enter');
  await page.locator('#main').waitFor();
}

describe('requests', () => {
  it.each([
    ['answers 500', problem(500, 'internal')],
    ['cannot be reached', 'offline' as const],
    ['is a login page', { status: 502, json: '<html>' }],
  ])('to a server that %s become rare, and say so once', async (_, reply) => {
    const { page, api } = await open();
    api.reply = () => reply;
    const before = api.asked.length;
    await pass(page, 10);
    expect(api.asked.length - before).toBeLessThanOrEqual(15);
    await expect.poll(() => page.locator('#banner').isVisible()).toBe(true);
    api.reply = () => null;
    await pass(page, 70);
    expect(await page.locator('#banner').isHidden()).toBe(true);
    await page.context().close();
  });

  it('stop while the server wants none, and the page stands still until they go on', async () => {
    const { page, api } = await open();
    api.reply = () => limited(30);
    await pass(page, 6);
    await expect.poll(() => page.locator('#banner').isVisible()).toBe(true);
    const [before, text] = [api.asked.length, await page.locator('#banner').innerText()];
    await page.evaluate(`globalThis.changes = 0;
      new MutationObserver((all) => (changes += all.length)).observe(document.body, { subtree: true, childList: true, characterData: true })`);
    await pass(page, 15);
    expect([api.asked.length, await page.locator('#banner').innerText(), await page.evaluate('changes')]).toEqual([
      before,
      text,
      0,
    ]);
    api.reply = () => null;
    await pass(page, 20);
    expect(await page.locator('#banner').isHidden()).toBe(true);
    await page.context().close();
  });

  it.each([
    ['cut off', '{"data":[{"id"'],
    ['empty', ''],
    ['no object', '"ok"'],
    ['of another server', '{}'],
  ])('whose answer is %s are few, and the page says that and goes on when it can', async (_, body) => {
    const { page, api } = await open({}, (api) => {
      api.long = { count: 100_000, taskAt: (place) => taskOf(`far-${place}`) };
    });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    let asked = 0;
    await page.route(/\/v1\//, (route) => (asked++, route.fulfill({ contentType: 'application/json', body })));
    // The next rows are wanted, too.
    await page.evaluate('scrollTo(0, 12_000)');
    await pass(page, 15);
    expect(asked).toBeLessThanOrEqual(20);
    await expect.poll(() => page.locator('#banner').innerText()).toContain('Something else answered');
    await page.unroute(/\/v1\//);
    api.reply = () => null;
    await comes(page, () => page.locator('#banner').isHidden()).toBe(true);
    await comes(page, () => page.locator('.row.waiting').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it.each(['-5', '99999999999', 'Sat, 21 Nov 2026 10:00:00 GMT'])(
    'limited for “%s” rest all the same',
    async (header) => {
      const { page, api } = await open();
      api.reply = () => limited(header);
      await pass(page, 8);
      const before = api.asked.length;
      await page.evaluate(`globalThis.timers = 0;
      globalThis.setTimeout = ((real) => (...given) => (timers++, real(...given)))(setTimeout)`);
      await pass(page, 10);
      expect(api.asked.length).toBe(before);
      expect(await page.evaluate('timers')).toBeLessThan(150);
      expect(await page.locator('#banner').innerText()).not.toContain('Invalid');
      await page.context().close();
    },
  );

  it('go on in time though the clock of the machine is set back', async () => {
    const { page, api } = await open();
    api.reply = () => limited(30);
    await comes(page, () => page.locator('#banner').isVisible()).toBe(true);
    api.reply = () => null;
    await page.clock.setSystemTime(((await page.evaluate('Date.now()')) as number) - 3_600_000);
    await pass(page, 40);
    expect(await page.locator('#banner').isHidden()).toBe(true);
    await page.context().close();
  });

  it('to a list or a log whose cursor leads to itself end there', async () => {
    const { page, api } = await open({}, (api) => {
      const more = { has_more: true, next_cursor: 'AAAA' };
      api.reply = (_, path) => {
        const event = { id: 'AAAA', type: 'vendor.resumed', timestamp: '2026-11-21T10:00:00Z', data: {} };
        if (path.startsWith('/v1/events?')) return { json: { data: [event], ...more } };
        return path.startsWith('/v1/tasks?') ? { json: { data: [taskOf('one')], ...more } } : null;
      };
    });
    await comes(page, () => page.locator('#list-count').innerText()).toBe('1 task');
    await pass(page, 10);
    const before = api.asked.length;
    await pass(page, 30);
    expect(api.asked.length - before).toBeLessThanOrEqual(60);
    await page.context().close();
  });

  it('of one who presses Enter twice are those of one', async () => {
    const { page, api } = await sit();
    await page.locator('#token').fill('first');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await row(page, 'one').waitFor();
    const before = api.asked.length;
    await pass(page, 20);
    const heads = api.asked.slice(before).filter(({ path }) => path === '/v1/tasks?limit=20');
    expect(heads.length).toBeLessThanOrEqual(4);
    // Some fifty a minute in all, of the 600 that a token has.
    expect(api.asked.length - before).toBeLessThanOrEqual(25);
    await page.context().close();
  });

  it('are none for a token that no header can hold: the field says so', async () => {
    const { page, api } = await sit();
    for (const text of ['', 'tökén', 'to ken']) {
      await page.locator('#token').fill(text);
      await page.keyboard.press('Enter');
      expect(await page.locator('#token:invalid').count()).toBe(1);
    }
    expect(await page.locator('#token').getAttribute('title')).toContain('no letters beyond English ones');
    expect(api.asked).toEqual([]);
    await enter(page, ' first ');
    expect(api.asked[0]?.token).toBe('first');
    await page.context().close();
  });

  it('of a session that was left say nothing any more, however late they come', async () => {
    const { page, api } = await open();
    api.reply = (_, path) => (path.startsWith('/v1/clips') ? 'later' : null);
    await page.locator('#query').fill('rain');
    await page.clock.runFor(400);
    await expect.poll(() => api.asked.some(({ path }) => path.startsWith('/v1/clips'))).toBe(true);
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.locator('#token:focus').waitFor();
    await api.release(problem(401, 'unauthorized') as object);
    await pass(page, 1);
    expect(await page.locator('#token-fault').innerText()).toBe('');
    await page.context().close();
  });

  it('of a limited token do not keep another one out of the tab', async () => {
    const { page, api } = await open();
    api.reply = (_, __, token) => (token === 'first' ? limited(600) : null);
    await pass(page, 6);
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.locator('#token:focus').waitFor();
    await enter(page, 'second');
    await row(page, 'one').waitFor();
    await page.context().close();
  });
});

describe('a list that is not there yet', () => {
  it('is said to come once, and holds the place of its rows', async () => {
    const { page, api } = await sit();
    api.reply = (_, path) => (path.startsWith('/v1/tasks') ? 'later' : null);
    await enter(page, 'first');
    await page.locator('.row.waiting').first().waitFor();
    expect(await page.locator('.row.waiting').count()).toBeGreaterThan(3);
    expect((await page.locator('#list').textContent())?.split('Loading').length).toBe(3);
    expect(await page.locator('#rows [aria-hidden=false]').count()).toBe(1);
    expect(await page.locator('#list-count').innerText()).toBe('Loading…');
    await api.release({ json: { data: api.tasks, has_more: false, next_cursor: null } });
    await row(page, 'one').waitFor();
    await page.context().close();
  });

  it('and fails says what is wrong once, in its own place, until it is there', async () => {
    const { page, api } = await sit();
    api.reply = (_, path) => (path.startsWith('/v1/tasks') ? problem(500, 'internal', 'no such shelf') : null);
    await enter(page, 'first');
    await page.locator('#empty').waitFor();
    expect((await page.locator('body').innerText()).split('Something went wrong in longplay').length).toBe(2);
    expect(await page.locator('#empty').getAttribute('role')).toBe('alert');
    expect(await page.locator('#banner').isHidden()).toBe(true);
    // That other things are well is no end of it: nothing comes and goes.
    await page.evaluate(`document.querySelector('#empty').dataset.same = 'yes'`);
    await pass(page, 12);
    expect(await page.locator('#empty').getAttribute('data-same')).toBe('yes');
    api.reply = () => null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 'one').waitFor();
    await page.context().close();
  });
});

describe('vendors in trouble on a phone', () => {
  it('take a line each, so that a list that failed says so in sight; why, and the way on, are a touch away', async () => {
    const { page, api } = await sit({ viewport: { width: 375, height: 667 } });
    const until = new Date(Date.now() + 600_000).toISOString();
    const shut = { health: 'paused', until, reason: 'It answered 401: invalid api key', pending: 12 };
    const weary = { health: 'backing_off', until, reason: 'It answered 503: overloaded, come back later', pending: 3 };
    api.reply = (_, path) => {
      if (path === '/v1/stats')
        return {
          json: { ...statsOf(5_000), vendors: { ...statsOf(7).vendors, shut, 'weary-relay-with-a-long-name': weary } },
        };
      return path.startsWith('/v1/tasks') ? problem(500, 'internal') : null;
    };
    await enter(page, 'first');
    await page.locator('#empty').waitFor();
    for (const said of ['#empty .what', '#empty button']) {
      const box = await page.locator(said).boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(667);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    const vendor = page.locator('.vendor').filter({ hasText: 'shut' });
    expect((await vendor.boundingBox())?.height).toBeLessThan(50);
    // However long its name is, what shows that there is more keeps its shape.
    const signs = `[...document.querySelectorAll('.vendor summary')].map((one) => getComputedStyle(one, '::before').width)`;
    expect(new Set((await page.evaluate(signs)) as string[]).size).toBe(1);
    expect((await vendor.innerText()).trim()).toMatch(/^shut\s+is paused · 12 tasks waiting for it$/);
    await vendor.locator('summary').click();
    await expect.poll(() => vendor.innerText()).toMatch(/invalid api key\s+It refused us[^]*Asked again in 10 minutes/);
    const weariest = page.locator('.vendor').filter({ hasText: 'weary' });
    await weariest.locator('summary').click();
    // What it says is lines, and no column of words beside the name.
    await expect.poll(async () => (await weariest.locator('summary').boundingBox())?.height).toBeLessThan(80);
    await page.getByRole('button', { name: 'Resume shut' }).click();
    await expect.poll(() => page.locator('#toast').innerText()).toContain('shut is asked again');
    await page.context().close();
  });
});

describe('a list of 100,000 tasks', () => {
  it('shows its end after few requests, and what changes there', async () => {
    const seen = { progress: 10 };
    const { page, api } = await open({}, (api) => {
      api.long = { count: 100_000, taskAt: (place) => taskOf(`far-${place}`, { progress: seen.progress }) };
    });
    const before = api.asked.length;
    await page.keyboard.press('l');
    await page.keyboard.press('End');
    await comes(page, () => row(page, 'far-99999').count()).toBe(1);
    expect(api.asked.length - before).toBeLessThanOrEqual(100);
    expect(await row(page, 'far-99999').innerText()).toContain('10 %');
    seen.progress = 90;
    await comes(page, () => row(page, 'far-99999').innerText()).toContain('90 %');
    await row(page, 'far-99999').click();
    await expect.poll(() => details(page).innerText()).toContain('90 %');
    seen.progress = 95;
    await comes(page, () => details(page).innerText()).toContain('95 %');
    await page.context().close();
  });
});

describe('a far place that could not be reached', () => {
  it('is reached by itself as soon as it can, and not through all that is before it', async () => {
    const { page, api } = await open({}, (api) => {
      api.long = { count: 100_000, taskAt: (place) => taskOf(`far-${place}`) };
    });
    let failing = 2;
    api.reply = (_, path) => (path.includes('cursor=') && failing-- > 0 ? problem(500, 'internal') : null);
    const before = api.asked.length;
    await page.keyboard.press('l');
    await page.keyboard.press('End');
    await comes(page, () => row(page, 'far-99999').count()).toBe(1);
    expect(api.asked.length - before).toBeLessThanOrEqual(120);
    await page.context().close();
  });
});

describe('a list of 1,000,000 tasks', () => {
  it('shows its end, its beginning again, and its middle as it is scrolled, each after few requests', async () => {
    const COUNT = 1_000_000;
    const { page, api } = await open({}, (api) => {
      api.long = { count: COUNT, taskAt: (place) => keptOf(`far-${place}`, [{ title: `Song ${place}` }]) };
    });
    expect(await page.locator('#list-count').innerText()).toMatch(/ of 1,000,000 tasks read$/);
    const asked = () => api.asked.filter(({ path }) => path.startsWith('/v1/tasks?')).length;
    const start = asked();
    await page.keyboard.press('l');
    await page.keyboard.press('End');
    await comes(page, () => focusedText(page)).toContain(`Song ${COUNT - 1}`);
    // Each step halves what is left of the time between first and last; what is looked at meanwhile is some a second.
    expect(asked() - start).toBeLessThanOrEqual(60);
    // The row above is in sight already: nothing moves.
    const end = await page.evaluate('scrollY');
    await page.keyboard.press('ArrowUp');
    await comes(page, () => focusedText(page)).toContain(`Song ${COUNT - 2}`);
    expect(await page.evaluate('scrollY')).toBe(end);

    await page.keyboard.press('Home');
    await comes(page, () => focusedText(page)).toContain('Song 0');
    expect(await page.evaluate('scrollY')).toBeLessThan(860);
    // The head covers no row that a key leads to, and the window's end cuts none.
    const isWhole = `(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top >= document.querySelector('.top').getBoundingClientRect().bottom - 1 && bottom <= innerHeight + 1;
    })()`;
    for (const key of ['PageDown', 'ArrowDown', 'ArrowDown', 'PageUp', 'ArrowUp']) {
      await page.keyboard.press(key);
      expect(await page.evaluate(isWhole)).toBe(true);
    }

    const middle = async () => {
      const row = `document.elementFromPoint(400, innerHeight / 2)?.closest('#rows > li')`;
      const title = await page.evaluate(`${row}?.querySelector('.title')?.textContent`);
      return Number(/^Song (\d+)$/.exec(String(title))?.[1] ?? -1);
    };
    const before = asked();
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight / 2)');
    await comes(page, middle).toBeGreaterThan(0.45 * COUNT);
    const first = await middle();
    expect(first).toBeLessThan(0.55 * COUNT);
    // Further down row follows row; and nothing but what is seen is an element.
    for (let turns = 0; turns < 5; turns++) await page.mouse.wheel(0, 600);
    await comes(page, middle).toBeGreaterThan(first);
    expect(asked() - before).toBeLessThanOrEqual(90);
    expect(await page.locator('#rows > li').count()).toBeLessThan(60);
    await page.context().close();
  });
});

describe('what is shown', () => {
  it('of the last day is counted by its events; of more than 2,000 the least they are, and by how many', async () => {
    const events = (count: number) => {
      const types = ['clip.archived', 'clip.archived', 'task.settled', 'task.failed'];
      const at = (index: number) => Date.now() - 3_600_000 + index * 1_000;
      return Array.from({ length: count }, (_, index) => ({ at: at(index), type: types[index % 4] ?? '' }));
    };
    for (const [count, text] of [
      [600, /^Last 24 hours\s+300\s+songs kept\s+Done\s+150\s+Failed\s+150$/],
      [
        2_400,
        /^Last 24 hours\s+1,000\+\s+songs kept, by the 2,000 events that were read\s+Done\s+500\+\s+Failed\s+500\+$/,
      ],
    ] as const) {
      const { page } = await open({}, (api) => (api.events = events(count)));
      await comes(page, () => page.locator('.chart').last().innerText()).toMatch(text);
      await page.context().close();
    }
  });

  it('of a song are its stems beside it, wherever in the list they are; a stem’s own task is a step away', async () => {
    const { page } = await open({}, (api) => {
      const split = keptOf('split', [
        { id: 'voice', parent_id: 'tune', stem: 'Vocals' },
        { id: 'beat', parent_id: 'tune', stem: 'Drums' },
      ]);
      api.tasks = [...api.tasks, keptOf('song', [{ id: 'tune', title: 'Tune' }])];
      api.reply = (_, path) => {
        if (path.startsWith('/v1/tasks/split')) return { json: split };
        if (!path.startsWith('/v1/clips?parent=song-0')) return null;
        return { json: { data: split.clips, has_more: false, next_cursor: null } };
      };
    });
    await row(page, 'Tune').click();
    const stems = page.locator('#song .stems');
    await comes(page, () => stems.innerText()).toMatch(/Stems\s+Vocals\s+Open Vocals\s+Drums\s+Open Drums/);
    expect(await stems.locator('audio').first().getAttribute('src')).toContain('/media/split-0/audio.mp3');
    await page.getByRole('button', { name: 'Open Vocals' }).click();
    await comes(page, () => details(page).innerText()).toMatch(/Vocals: one voice of tune/);
    await page.context().close();
  });

  it('can be asked for by a command, which names the token and does not show it', async () => {
    const { page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await row(page, 'one').click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await comes(page, () => page.locator('#toast').innerText()).toBe('The command is copied.');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `curl -H "Authorization: Bearer $LONGPLAY_TOKEN" '${product.url}/v1/tasks/one?vendor=relay'`,
    );
    await page.context().close();
  });

  it('changes with the answers: a task that was looked up, and lyrics that became others', async () => {
    const { page, api } = await open();
    const words = (text: string) => ({ lyrics: { title: 'Rain', text }, lyrics_variants: [{ title: 'Rain', text }] });
    const away = (text: string) => taskOf('away-1', { kind: 'lyrics', ...words(text) });
    const found = { task: away('first words') };
    api.reply = (_, path) => (path.startsWith('/v1/tasks/away-1') ? { json: found.task } : null);
    await page.locator('#query').fill('away-1');
    await page.clock.runFor(400);
    await page.getByRole('button', { name: 'Look up at relay' }).click();
    await expect.poll(() => details(page).innerText()).toContain('first words');
    found.task = away('other words');
    await pass(page, 6);
    expect(await details(page).innerText()).toContain('other words');
    await page.context().close();
  });

  it('is said only when it changes: twenty quiet seconds are silent', async () => {
    const { page } = await open();
    await page.evaluate(`globalThis.said = [];
      for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]'))
        new MutationObserver((all) => said.push(...all.map(({ type, attributeName, target }) => [region.id || region.outerHTML.slice(0, 80), type, attributeName, target.textContent].join(' ')))).observe(region, { subtree: true, childList: true, characterData: true, attributes: true })`);
    await pass(page, 20);
    expect(await page.evaluate('said.join()')).toBe('');
    await page.context().close();
  });

  it.each([360, 800, 1280])('of an action at %i pixels is seen, and lies in what is on top', async (width) => {
    const { page } = await open({ viewport: { width, height: 740 } });
    await row(page, 'one').click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => page.locator('#toast').innerText()).toContain('Asked again');
    const top = await page.evaluate(`(() => {
      const { x, y, width, height } = document.querySelector('#toast').getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2)?.closest('#toast') !== null;
    })()`);
    expect(top).toBe(true);
    expect(
      await page.evaluate(`document.querySelector('dialog:modal')?.contains(document.querySelector('#toast')) ?? true`),
    ).toBe(true);
    await page.context().close();
  });

  it.each<[string, (page: Page) => Promise<void>]>([
    ['a song', async () => {}],
    ['a question', (page) => page.getByRole('button', { name: 'Stop tracking' }).click()],
    ['adding', (page) => pressAfterClosing(page, 'a')],
    ['the keys', (page) => pressAfterClosing(page, '?')],
  ])('of an action lies on a phone beside heading, buttons and fields of what is on top: %s', async (_, goOn) => {
    const { page } = await open({ viewport: { width: 360, height: 640 } });
    await row(page, 'one').click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => page.locator('#toast').innerText()).toContain('Asked again');
    await goOn(page);
    await expect.poll(() => page.locator('#toast').innerText()).toContain('Asked again');
    expect(
      await page.evaluate(`(() => {
        const toast = document.querySelector('#toast');
        const { left, right, top, bottom } = toast.getBoundingClientRect();
        const [dialog, seen] = [toast.closest('dialog:modal'), top >= 0 && bottom <= innerHeight];
        // What is under it is what is there without it.
        toast.style.visibility = 'hidden';
        const covered = new Set();
        for (let x = left; x < right; x += 4)
          for (let y = top; y < bottom; y += 4)
            covered.add(document.elementFromPoint(x, y)?.closest('h2, button, input, textarea, select, label')?.outerHTML);
        return [dialog !== null, seen, [...covered].filter(Boolean)];
      })()`),
    ).toEqual([true, true, []]);
    await page.context().close();
  });

  it('of why a song is not ready is one sentence with what to do', async () => {
    const { page, api } = await open();
    const refused = taskOf('refused', { status: 'failed', failure: 'rude words' });
    api.tasks = [{ ...refused, tracking: { ...refused.tracking, state: 'settled' } }, ...api.tasks];
    await pass(page, 6);
    await row(page, 'refused').click();
    await expect.poll(() => details(page).innerText()).toMatch(/Failed\s+rude words\. Retry asks the vendor again/);
    await page.context().close();
  });

  it.each([
    ['en', /no song and no words are found in its answer\. What it has instead: code, data, strange\. See/, 'answers'],
    ['zh-CN', /回复里找不到歌曲或歌词，只有：code, data, strange。看看它回复了什么/, '中转站的回复'],
  ])('of an answer that nobody understood are the keys that it has, and itself, in %s', async (locale, why, answer) => {
    const odd = taskOf('odd', { status: 'succeeded', vendor_status: 'SUCCESS' });
    const last_error = emptyEndError(['code', 'data', 'strange'], { now: 0, clock: 0 });
    const { page, api } = await open({ locale }, (api) => {
      api.tasks = [{ ...odd, tracking: { ...odd.tracking, state: 'settled', last_error } }, ...api.tasks];
    });
    api.reply = (_, path) =>
      path.startsWith('/relay/suno/fetch/odd') ? { json: { code: 'success', data: { strange: [1] } } } : null;
    expect(await row(page, 'odd').innerText()).toMatch(why);
    await row(page, 'odd').click();
    await expect.poll(() => page.locator('#song .why').innerText()).toMatch(why);
    expect(await page.locator('#song .facts').innerText()).toContain(last_error.message);
    await page.getByRole('button', { name: answer }).click();
    await expect.poll(() => page.locator('#answer pre').innerText()).toContain('"strange"');
    await page.context().close();
  });
});

describe('a task that somebody else has removed', () => {
  it('is told of once while it is open, and its details close', async () => {
    const { page, api } = await open();
    await row(page, 'one').click();
    await details(page).waitFor();
    await page.evaluate(`globalThis.alerts = 0;
      new MutationObserver((all) => (alerts += all.length)).observe(document.querySelector('#banner'), { attributes: true })`);
    api.tasks = api.tasks.filter(({ id }) => id !== 'one');
    api.reply = (_, path) => (path.startsWith('/v1/tasks/one') ? problem(404, 'not_found') : null);
    await comes(page, () => details(page).count()).toBe(0);
    expect(await page.locator('#toast').innerText()).toContain('It is tracked no more');
    await pass(page, 10);
    expect([await page.evaluate('alerts'), await row(page, 'one').count()]).toEqual([0, 0]);
    await page.context().close();
  });
});

describe('a title as long as the API has them', () => {
  it('leaves room for the song below it, on the smallest phone and the shortest one', async () => {
    for (const viewport of [
      { width: 320, height: 568 },
      { width: 667, height: 375 },
    ]) {
      const { page } = await open({ viewport }, (api) => {
        api.tasks = [
          keptOf('long', [{ title: '很长的歌名 Donaudampfschifffahrt '.repeat(20).slice(0, 500) }]),
          ...api.tasks,
        ];
      });
      await row(page, '很长的歌名').click();
      const body = await page.locator('.song-body').boundingBox();
      expect(body?.height).toBeGreaterThan(viewport.height / 2);
      expect((body?.y ?? 0) + (body?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
      await page.context().close();
    }
  });
});

describe('what is told of a song beside each other', () => {
  it('keeps its order in whatever direction it is read', async () => {
    const { page, api } = await open({}, (api) => {
      api.tasks = [keptOf('one', [{ artist: 'فيروز', tags: 'عربي, oud' }])];
    });
    const data = api.tasks.flatMap(({ clips }) => clips);
    api.reply = (_, path) =>
      path.startsWith('/v1/clips?q') ? { json: { data, has_more: false, next_cursor: null } } : null;
    const lefts = (within: string, words: readonly string[]) =>
      page.locator(within).evaluate(
        (element, all) =>
          all.map((word) => {
            const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            while (nodes.nextNode()?.nodeValue?.includes(word) === false);
            const range = document.createRange();
            const at = nodes.currentNode.nodeValue?.indexOf(word) ?? 0;
            range.setStart(nodes.currentNode, at);
            range.setEnd(nodes.currentNode, at + word.length);
            return range.getBoundingClientRect().left;
          }),
        words,
      );
    await page.locator('#query').fill('oud');
    await comes(page, () => page.locator('#rows .note').innerText()).toContain('oud');
    const [artist = 0, tags = 0, vendor = 0] = await lefts('#rows .note', ['فيروز', 'عربي', 'relay']);
    expect([artist < tags, tags < vendor]).toEqual([true, true]);
    await page.context().close();
  });
});

describe('a window that is four times enlarged', () => {
  // A line above the rows that comes or goes at that moment moves them by its height.
  it('has the whole row in sight that keys lead to', { retry: 2 }, async () => {
    const { page } = await open({ viewport: { width: 320, height: 215 } }, (api) => {
      api.long = { count: 100, taskAt: (place) => taskOf(`far-${place}`) };
    });
    const seen = `[0.1, 0.9].map((part) => {
      const { left, top, height } = document.activeElement.getBoundingClientRect();
      return document.activeElement.contains(document.elementFromPoint(left + 20, top + part * height));
    })`;
    for (const key of ['l', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'End', 'Home']) {
      await page.keyboard.press(key);
      await expect.poll(async () => [key, await page.evaluate(seen)]).toEqual([key, [true, true]]);
    }
    await page.context().close();
  });
});

describe('the way past what stands before the songs', () => {
  it('is there where the songs are', async () => {
    const { page } = await sit();
    expect(await page.locator('.skip').count()).toBe(0);
    await enter(page, 'first');
    expect(await page.locator('.skip').count()).toBe(1);
    await page.context().close();
  });
});

describe('a browser that keeps nothing for pages', () => {
  it('is as good as another one until the page is left', async () => {
    const { page } = await sit();
    await page.addInitScript(`for (const name of ['sessionStorage', 'localStorage'])
      Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } })`);
    await page.reload();
    await enter(page, 'first');
    await row(page, 'one').waitFor();
    await page.locator('#language').selectOption('zh');
    await page.getByRole('button', { name: '添加歌曲' }).waitFor();
    await page.context().close();
  });
});

describe('a question', () => {
  const ask = async (page: Page) => {
    await page.getByRole('button', { name: 'Stop tracking' }).click();
    await page.locator('#confirm').waitFor();
  };
  const yes = (page: Page) => page.locator('#confirm button[type=submit]');

  it('whose answer is refused stays, says why, and can be answered again', async () => {
    const { page, api } = await open();
    await row(page, 'one').click();
    await ask(page);
    api.reply = (method) => (method === 'DELETE' ? problem(500, 'internal', 'no such shelf') : null);
    await yes(page).click();
    await expect.poll(() => page.locator('#confirm .fault').innerText()).toMatch(/went wrong[^]*no such shelf/);
    api.reply = () => null;
    await yes(page).click();
    await page.locator('#confirm').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('#toast').innerText()).toContain('It is tracked no more');
    await page.context().close();
  });

  it('that is being answered stays however often Escape is pressed', async () => {
    const { page, api } = await open();
    await row(page, 'one').click();
    await ask(page);
    api.reply = (method) => (method === 'DELETE' ? 'later' : null);
    await yes(page).click();
    await expect.poll(() => yes(page).isDisabled()).toBe(true);
    // A browser lets the second one in a row close any dialog.
    for (const _ of [1, 2, 3]) await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#confirm:modal').count()).toBe(1);
    await page.context().close();
  });

  it('is answered once, stays while that is under way, and left meanwhile does not come back', async () => {
    const { page, api } = await open();
    await row(page, 'one').click();
    await ask(page);
    api.reply = (method) => (method === 'DELETE' ? 'later' : null);
    await page.evaluate(`for (const _ of [1, 2]) document.querySelector('#confirm form').requestSubmit()`);
    await expect.poll(() => yes(page).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#confirm').count()).toBe(1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#confirm').waitFor({ state: 'detached' });
    await api.release(problem(500, 'internal') as object);
    await pass(page, 1);
    expect(await page.locator('#confirm').count()).toBe(0);
    expect(api.asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    await page.context().close();
  });
});

describe('keys', () => {
  it('of one letter can be switched off, and stay so', async () => {
    const { page } = await open();
    await page.keyboard.press('?');
    await page.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.locator('#keys').waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    await pass(page, 1);
    expect(await page.locator('#add').count()).toBe(0);
    await page.reload();
    await row(page, 'one').waitFor();
    await page.keyboard.press('a');
    await pass(page, 1);
    expect(await page.locator('dialog').count()).toBe(0);
    await page.context().close();
  });
});

describe('a word that is being composed', () => {
  it('is left by Escape, and what was looked for stays', async () => {
    const { page } = await open();
    await page.locator('#query').fill('rain');
    await page.locator('#query').evaluate((field) => {
      const more = { key: 'Escape', isComposing: true, bubbles: true };
      field.dispatchEvent(new KeyboardEvent('keydown', more));
    });
    await pass(page, 1);
    expect(await page.locator('#query').inputValue()).toBe('rain');
    await page.context().close();
  });
});

describe('retrying all that failed', () => {
  /** `post`: what becomes of each retry. */
  const failing =
    (failed: readonly object[], post: 'later' | 'offline' | null): FakeApi['reply'] =>
    (method, path) => {
      if (method === 'POST') return post;
      const data = path.includes('status=failed') ? failed : [];
      return /status=failed|tracking=expired|archive=/.test(path)
        ? { json: { data, has_more: false, next_cursor: null } }
        : null;
    };

  it('asks for each of them once, says how far it is, and can be stopped', async () => {
    const { page, api } = await open();
    const failed = Array.from({ length: 30 }, (_, index) => taskOf(`bad-${index}`, { status: 'failed' }));
    api.reply = failing(failed, null);
    await page.locator('#filters summary').click();
    await page.getByRole('button', { name: 'Retry all that failed' }).click();
    await page.locator('#confirm button[type=submit]').click();
    const retried = () => api.asked.filter(({ method, path }) => method === 'POST' && path.includes('/retry'));
    await expect.poll(async () => (await pass(page, 1), retried().length)).toBe(30);
    await expect.poll(() => page.locator('#toast').innerText()).toContain('30 asked again');
    expect(new Set(retried().map(({ path }) => path)).size).toBe(30);

    const once = api.reply;
    api.reply = (method, path, token) => (method === 'POST' ? 'later' : once(method, path, token));
    await page.getByRole('button', { name: 'Retry all that failed' }).click();
    await page.locator('#confirm button[type=submit]').click();
    await comes(page, () => page.locator('#batch').innerText()).toMatch(/Retrying 0 of 30/);
    await comes(page, async () => retried().length).toBe(31);
    await page.getByRole('button', { name: 'Stop' }).click();
    await api.release({ json: failed[0] });
    await pass(page, 3);
    expect([retried().length, await page.locator('#batch').count()]).toEqual([31, 0]);
    await page.context().close();
  });

  it('waits where the server wants none, and tries again what it failed at: only what is refused could not be', async () => {
    const { page, api } = await open();
    const failed = ['limited', 'weary', 'refused', 'broken', 'well'].map((id) => taskOf(id, { status: 'failed' }));
    const usual = failing(failed, null);
    const weary = [problem(503, 'vendor_unavailable'), { status: 502, json: '<html>' }];
    const first: Record<string, Reply[]> = {
      '/v1/tasks?status=failed': [limited(20), problem(500, 'internal')],
      ...{ '/limited/': [limited(20), limited(20)], '/weary/': weary, '/refused/': [problem(404, 'not_found')] },
    };
    const tried: string[] = [];
    api.reply = (method, path, token) => {
      if (method === 'POST') tried.push(path.split('/')[3] ?? '');
      if (path.includes('/broken/')) return problem(500, 'internal');
      const key = Object.keys(first).find((one) => path.includes(one)) ?? '';
      return first[key]?.shift() ?? usual(method, path, token);
    };
    await page.locator('#filters summary').click();
    await page.getByRole('button', { name: 'Retry all that failed' }).click();
    await page.locator('#confirm button[type=submit]').click();
    await comes(page, () => page.locator('#toast').innerText()).toContain('3 asked again, 2 could not be.');
    const times = Object.fromEntries(failed.map(({ id }) => [id, tried.filter((one) => one === id).length]));
    expect(times).toEqual({ limited: 3, weary: 3, refused: 1, broken: 5, well: 1 });
    await page.context().close();
  });

  it('that is stopped while the server wants none asks for nothing more once it does', async () => {
    const { page, api } = await open();
    const usual = failing([taskOf('bad', { status: 'failed' })], null);
    api.reply = (method, path, token) => (method === 'POST' ? limited(10) : usual(method, path, token));
    const retried = () => api.asked.filter(({ method }) => method === 'POST').length;
    await page.locator('#filters summary').click();
    await page.getByRole('button', { name: 'Retry all that failed' }).click();
    await page.locator('#confirm button[type=submit]').click();
    await comes(page, async () => retried()).toBe(1);
    await page.getByRole('button', { name: 'Stop' }).click();
    await pass(page, 15);
    expect([retried(), await page.locator('#batch').count()]).toEqual([1, 0]);
    await page.context().close();
  });

  it('ends where there is no connection, and says so', async () => {
    const { page, api } = await open();
    const failed = Array.from({ length: 10 }, (_, index) => taskOf(`bad-${index}`, { status: 'failed' }));
    api.reply = failing(failed, 'offline');
    await page.locator('#filters summary').click();
    await page.getByRole('button', { name: 'Retry all that failed' }).click();
    await page.locator('#confirm button[type=submit]').click();
    await comes(page, () => page.locator('#toast').innerText()).toContain('cannot be reached');
    expect(api.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(await page.locator('#batch').count()).toBe(0);
    await page.context().close();
  });

  it('begun anew while what was stopped still waits is done once', async () => {
    const { page, api } = await open();
    const failed = Array.from({ length: 10 }, (_, index) => taskOf(`bad-${index}`, { status: 'failed' }));
    api.reply = failing(failed, 'later');
    const retried = () => api.asked.filter(({ method }) => method === 'POST');
    await page.locator('#filters summary').click();
    for (const count of [1, 2]) {
      await page.getByRole('button', { name: 'Retry all that failed' }).click();
      await page.locator('#confirm button[type=submit]').click();
      await comes(page, async () => retried().length).toBe(count);
      if (count === 1) await page.getByRole('button', { name: 'Stop' }).click();
    }
    await api.release({ json: failed[0] });
    await comes(page, () => page.locator('#toast').innerText()).toContain('10 asked again');
    expect(retried()).toHaveLength(11);
    await page.context().close();
  });
});

describe('adding', () => {
  it('lists what is not sent and what was refused, each with its line and why, and keeps the text', async () => {
    const { page, api } = await open();
    api.reply = (method) =>
      method === 'POST' ? { json: { results: [{ error: { detail: 'ids.0 belongs to somebody else' } }] } } : null;
    await page.keyboard.press('a');
    const text = 'task_id,status\nrefused-1,SUCCESS\n1.8462E+18,SUCCESS\n,FAILURE\n';
    await page.locator('#add-text').fill(text);
    await comes(page, () => page.locator('#add-found').innerText()).toMatch(
      /Cannot be sent \(2\)[^]*Line 3: 1\.8462E\+18,SUCCESS \(its id was rounded[^]*Line 4: [^]*no id in the column/,
    );
    await page.getByRole('button', { name: 'Add 1 id' }).click();
    await comes(page, () => page.locator('#add-found').innerText()).toMatch(
      /1 failed[^]*Line 2: The server does not take this: belongs to somebody else[^]*Cannot be sent \(2\)/,
    );
    expect(JSON.parse(api.asked.find(({ method }) => method === 'POST')?.body ?? '')).toEqual({
      vendor: 'relay',
      ids: ['refused-1'],
    });
    expect(await page.locator('#add-text').inputValue()).toBe(text);
    await page.context().close();
  });
});

describe('what comes while texts are handed over', () => {
  const handing = async (count: number) => {
    const seat = await open();
    await seat.page.keyboard.press('a');
    const ids = Array.from({ length: count }, (_, index) => `many-${index}`);
    const buffer = Buffer.from(`task_id\n${ids.join('\n')}`);
    await seat.page.locator('#add-file').setInputFiles({ name: 'ids.csv', mimeType: 'text/csv', buffer });
    await comes(seat.page, () => seat.page.locator('#add-send').isEnabled()).toBe(true);
    const sent = () => seat.api.asked.filter(({ method }) => method === 'POST').length;
    return { ...seat, sent };
  };

  it('is taken when they are: until then neither files nor drops', async () => {
    const { page, api } = await handing(10);
    api.reply = (method) => (method === 'POST' ? 'later' : null);
    await page.locator('#add-send').click();
    await expect.poll(() => page.locator('#add-progress').count()).toBe(1);
    expect(await page.locator('#add-file').isDisabled()).toBe(true);
    await page.locator('#add-text').evaluate((field) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['late-1'], 'late.txt'));
      field.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    await pass(page, 1);
    expect(await page.locator('#add-text').inputValue()).not.toContain('late-1');
    await page.context().close();
  });

  it('and keeps all of them from it ends it: no request is made in vain, and all lines are named', async () => {
    const { page, api, sent } = await handing(5_000);
    const created = { json: { results: [{ id: 'many-0', created: true }] } };
    api.reply = (method) => (method !== 'POST' ? null : sent() > 1 ? 'offline' : created);
    await page.locator('#add-send').click();
    await comes(page, () => page.locator('#add-found').innerText()).toMatch(/4,000 failed/);
    expect(sent()).toBe(2);
    await page.context().close();
  });
});

describe('while many ids are sent', () => {
  const COUNT = 3_000;
  /** `second`: what becomes of the second request, once; all others are taken. */
  const sending = async (second: Reply) => {
    const { page, api } = await open();
    const sent: string[][] = [];
    let next: Reply | null = second;
    api.reply = (method) => {
      if (method !== 'POST') return null;
      const { ids } = JSON.parse(api.asked.at(-1)?.body ?? '') as { ids: string[] };
      sent.push(ids);
      const reply = sent.length === 2 ? next : null;
      if (reply !== null) next = null;
      return reply ?? { json: { results: ids.map((id) => ({ id, created: true })) } };
    };
    await page.keyboard.press('a');
    const ids = Array.from({ length: COUNT }, (_, index) => `many-${index}`);
    const buffer = Buffer.from(`task_id\n${ids.join('\n')}`);
    await page.locator('#add-file').setInputFiles({ name: 'ids.csv', mimeType: 'text/csv', buffer });
    await comes(page, () => page.locator('#add-send').innerText()).toBe('Add 3,000 ids');
    await page.locator('#add-send').click();
    await comes(page, async () => sent.length).toBeGreaterThanOrEqual(2);
    const told = () => page.locator('#add-found [role=status]').innerText();
    return { page, api, sent, told };
  };
  const field = (page: Page) => page.locator('#add-text').inputValue();
  const mayLeave = (page: Page) => page.evaluate(`dispatchEvent(new Event('beforeunload', { cancelable: true }))`);

  it('a server that wants none is waited for, and one that fails is tried again: nothing has failed', async () => {
    for (const reply of [limited(20), problem(503, 'not_configured')]) {
      const { page, sent, told } = await sending(reply);
      await comes(page, told).toBe('3,000 tasks added');
      expect(sent.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 1_000]);
      expect(await field(page)).toBe('');
      await page.context().close();
    }
  });

  it('it can be stopped: what is not sent stays in the field, how many are added and left is said, and it can go on', async () => {
    const { page, api, sent, told } = await sending('later');
    const { reply } = api;
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.locator('#add-stop').isDisabled()).toBe(true);
    await api.release({ json: { results: sent[1]?.map((id) => ({ id, created: true })) } });
    api.reply = reply;
    await comes(page, told).toBe('2,000 tasks added, 1,000 left to add');
    expect((await field(page)).split('\n').slice(1)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => `many-${2_000 + index}`),
    );
    expect(await focusedText(page)).toBe('Add 1,000 ids');
    await page.locator('#add-send').click();
    await comes(page, told).toBe('1,000 tasks added');
    expect(sent.flat()).toHaveLength(COUNT);
    expect(new Set(sent.flat()).size).toBe(COUNT);
    await page.context().close();
  });

  it('it can be stopped at once where the server wants none, and nothing is sent afterwards', async () => {
    const { page, sent, told } = await sending(limited(10));
    await page.getByRole('button', { name: 'Stop' }).click();
    await comes(page, told).toBe('1,000 tasks added, 2,000 left to add');
    await pass(page, 15);
    expect(sent).toHaveLength(2);
    expect((await field(page)).split('\n')).toHaveLength(1 + 2_000);
    await page.context().close();
  });

  it('the text stays as it was where ids have quotes, which lines would not keep', async () => {
    const { page, api } = await open();
    let taken = 0;
    api.reply = (method) => {
      if (method !== 'POST') return null;
      const { ids } = JSON.parse(api.asked.at(-1)?.body ?? '') as { ids: string[] };
      return taken++ > 0 ? limited(10) : { json: { results: ids.map((id) => ({ id, created: true })) } };
    };
    await page.keyboard.press('a');
    const text = JSON.stringify({ task_ids: [...Array.from({ length: 1_000 }, (_, index) => `many-${index}`), '"q2'] });
    const buffer = Buffer.from(text);
    await page.locator('#add-file').setInputFiles({ name: 'ids.json', mimeType: 'application/json', buffer });
    await comes(page, () => page.locator('#add-send').innerText()).toBe('Add 1,001 ids');
    await page.locator('#add-send').click();
    await comes(page, async () => taken).toBe(2);
    await page.getByRole('button', { name: 'Stop' }).click();
    await comes(page, () => page.locator('#add-found [role=status]').innerText()).toContain('1 left to add');
    expect(await field(page)).toContain('many-999');
    await page.context().close();
  });

  it('the browser asks before the page is left; before and afterwards it does not', async () => {
    const { page, api, told } = await sending('later');
    const [question] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })]);
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    expect(await field(page)).toContain('many-2999');
    await page.getByRole('button', { name: 'Stop' }).click();
    await api.release(problem(422, 'invalid_request') as object);
    await comes(page, told).toBe('1,000 tasks added, 2,000 left to add');
    expect(await mayLeave(page)).toBe(true);
    await page.context().close();
  });

  it('it is no longer a question once the session is over', async () => {
    const { page, api } = await sending('later');
    expect(await mayLeave(page)).toBe(false);
    api.reply = () => problem(401, 'unauthorized');
    await comes(page, () => page.locator('#token').count()).toBe(1);
    expect(await mayLeave(page)).toBe(true);
    await page.context().close();
  });
});

describe('a song beside the list, over which something was opened, in a window that becomes narrow', () => {
  const seen = (page: Page) =>
    page.evaluate(
      `[...document.querySelectorAll('dialog')].filter((one) => one.checkVisibility()).map(({ id }) => id)`,
    );
  /** In which dialog the focus is, and which one is on top. */
  const onTop = (page: Page) =>
    page.evaluate(`[document.activeElement, document.elementFromPoint(innerWidth / 2, innerHeight / 2)]
      .map((one) => one.closest('dialog')?.id)`);

  it.each<[string, string, (page: Page) => Promise<unknown>]>([
    ['adding', 'add', (page) => page.keyboard.press('a')],
    ['the keys', 'keys', (page) => page.keyboard.press('?')],
    ['a question', 'confirm', (page) => page.getByRole('button', { name: 'Stop tracking' }).click()],
  ])('makes way for %s, and is there again after it', async (_, id, begin) => {
    const { page } = await open();
    const width = (width: number) => page.setViewportSize({ width, height: 860 });
    await row(page, 'one').click();
    await details(page).waitFor();
    await begin(page);
    await page.locator(`#${id}`).waitFor();
    await width(800);
    await comes(page, () => seen(page)).toEqual([id]);
    expect(await onTop(page)).toEqual([id, id]);
    await width(1280);
    await comes(page, () => seen(page)).toEqual(['song', id]);
    expect(await onTop(page)).toEqual([id, id]);
    await width(800);
    await comes(page, () => seen(page)).toEqual([id]);
    await page.keyboard.press('Escape');
    await comes(page, () => seen(page)).toEqual(['song']);
    expect(await onTop(page)).toEqual(['song', 'song']);
    expect(await page.locator('#song:modal').count()).toBe(1);
    await page.keyboard.press('Escape');
    await comes(page, () => seen(page)).toEqual([]);
    expect(await focusedText(page)).toContain('one');
    await page.context().close();
  });

  it('stays seen under a question about it, where it was a dialog before', async () => {
    const { page } = await open({ viewport: { width: 800, height: 860 } });
    await row(page, 'one').click();
    await page.getByRole('button', { name: 'Stop tracking' }).click();
    await comes(page, () => onTop(page)).toEqual(['confirm', 'confirm']);
    expect(await seen(page)).toEqual(['song', 'confirm']);
    await page.keyboard.press('Escape');
    await comes(page, () => focusedText(page)).toBe('Stop tracking');
    await page.context().close();
  });

  it('that comes while something is added waits until that is closed', async () => {
    const { page, api } = await open({ viewport: { width: 800, height: 860 } });
    await page.locator('#query').fill('away-1');
    await page.clock.runFor(400);
    api.reply = (_, path) => (path.startsWith('/v1/tasks/away-1') ? 'later' : null);
    await page.getByRole('button', { name: 'Look up at relay' }).click();
    await page.getByRole('button', { name: 'Add songs' }).click();
    await page.locator('#add').waitFor();
    await api.release({ json: taskOf('away-1') });
    await page.locator('#song').waitFor({ state: 'attached' });
    expect([await seen(page), await onTop(page)]).toEqual([['add'], ['add', 'add']]);
    await page.keyboard.press('Escape');
    await comes(page, () => seen(page)).toEqual(['song']);
    expect(await onTop(page)).toEqual(['song', 'song']);
    await page.context().close();
  });
});

describe('the dialog that adds, on a phone that lies', () => {
  it('has nothing over its text', async () => {
    const { page } = await open({ viewport: { width: 667, height: 375 } });
    await page.getByRole('button', { name: 'Add songs' }).click();
    const [text, acts] = [
      await page.locator('#add-text').boundingBox(),
      await page.locator('#add .acts').boundingBox(),
    ];
    expect((text?.y ?? 0) + (text?.height ?? 0)).toBeLessThanOrEqual(acts?.y ?? 0);
    await page.context().close();
  });
});

describe('files', () => {
  it('dropped beside the field are taken as well: the page is not left for them', async () => {
    const { page } = await open();
    await page.keyboard.press('a');
    await page.locator('#add-about').evaluate((beside) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['task_id\ndropped-1\n'], 'ids.csv'));
      const more = { dataTransfer, bubbles: true, cancelable: true };
      beside.dispatchEvent(new DragEvent('drop', more));
    });
    await comes(page, () => page.locator('#add-text').inputValue()).toContain('dropped-1');
    await page.context().close();
  });
});

describe('a text to be added', () => {
  it('is kept while its dialog is closed, and gone with its session', async () => {
    const { page, api } = await open();
    const text = page.locator('#add-text');
    await page.keyboard.press('a');
    await text.fill('mine-1');
    await page.keyboard.press('Escape');
    await text.waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    expect(await text.inputValue()).toBe('mine-1');
    api.reply = () => problem(401, 'unauthorized');
    await comes(page, () => page.locator('#token').count()).toBe(1);
    api.reply = () => null;
    await enter(page, 'second');
    await page.keyboard.press('a');
    expect(await text.inputValue()).toBe('');
    await page.context().close();
  });
});

describe('what the API refuses', () => {
  it('is said in Chinese, with what to do; what the server says of it stands beside, as English', async () => {
    const { page, api } = await open({ locale: 'zh-CN' });
    const detail = 'needs a token of scope track; yours has read';
    api.reply = (method) => (method === 'POST' ? problem(403, 'forbidden', detail) : null);
    await row(page, 'one').click();
    await page.getByRole('button', { name: '重试', exact: true }).click();
    await expect.poll(() => page.locator('#toast').innerText()).toContain('此令牌没有这项权限。请使用权限更高的令牌。');
    expect(await page.locator('#toast [lang=en]').innerText()).toBe(detail);
    api.reply = (method) => (method === 'POST' ? problem(413, 'payload_too_large', 'at most 1 MiB') : null);
    await page.keyboard.press('a');
    await page.locator('#add-text').fill('task_id\nlarge-1\n');
    await page.locator('#add-send').click();
    await comes(page, () => page.locator('#add-found').innerText()).toContain(
      '第 2 行：一次发送的内容太多：at most 1 MiB',
    );
    await page.context().close();
  });
});

describe('two languages', () => {
  it('follow the browser, can be switched, and the choice stays', async () => {
    const { page } = await open({ locale: 'zh-CN' });
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-Hans');
    expect(await page.getByRole('button', { name: '添加歌曲' }).count()).toBe(1);
    expect(await row(page, 'one').innerText()).toContain('制作中，30 %');
    expect(await page.locator('#filters summary').textContent()).toBe('筛选：无');
    await page.locator('#language').selectOption('en');
    await page.getByRole('button', { name: 'Add songs' }).waitFor();
    expect(await row(page, 'one').innerText()).toContain('Being made, 30 %');
    await page.reload();
    await page.getByRole('button', { name: 'Add songs' }).waitFor();
    await page.goto(`${product.url}/console?lang=zh`);
    await page.getByRole('button', { name: '添加歌曲' }).waitFor();
    // Who chooses has the last word, before what an address says.
    await page.locator('#language').selectOption('en');
    await page.getByRole('button', { name: 'Add songs' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Add songs' }).waitFor();
    await page.context().close();
  });
});
