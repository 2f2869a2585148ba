import { env } from 'cloudflare:workers';
import { evictDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyReport } from '../../src/flows/ask-vendor.ts';
import { WAITERS_MAX } from '../../src/model/limits.ts';
import { newSpace } from '../support/space.ts';
import { changeClip, takeDown } from '../../src/flows/edit-clip.ts';
import { clipDeps } from './archive.ts';
import { settle, song, system, VENDOR_KEY, type System } from './system.ts';

const asked = async (vendor: ReturnType<typeof newSpace>): Promise<number> => (await vendor.log('/suno/fetch')).length;
const outcome = async (test: System, id: string, options: { track?: boolean } = {}) =>
  (await test.read('alpha', [id], options)).get(id);
const tracked = async (test: System): Promise<string[]> =>
  (
    await test.ledger.list({
      vendor: null,
      status: null,
      tracking: null,
      archive: null,
      kind: null,
      before: null,
      limit: 100,
    })
  ).rows.map(({ stored }) => stored.id);

describe('readTasks()', () => {
  it('asks by GET, keeps the answer whole and begins to track', async () => {
    const vendor = newSpace();
    await vendor.task('one', [song('one', { status: 'IN_PROGRESS' })]);
    const test = system({ alpha: vendor });
    expect(await outcome(test, 'one')).toMatchObject({
      ok: true,
      value: {
        stored: { tracked: true, raw: { form: 'answer' }, state: { requested: false, reading: { status: 'running' } } },
      },
    });
    expect(await tracked(test)).toEqual(['one']);
    expect((await vendor.log())[0]?.headers['authorization']).toBe(`Bearer ${VENDOR_KEY}`);
  });

  it('answers what was polled within the poll interval without asking again', async () => {
    const vendor = newSpace();
    await vendor.task('one', [song('one', { status: 'IN_PROGRESS' })]);
    const test = system({ alpha: vendor });
    await outcome(test, 'one');
    await outcome(test, 'one');
    expect(await asked(vendor)).toBe(1);
  });

  it('asks once, however many callers want the same task at the same time', async () => {
    const vendor = newSpace();
    await vendor.task('one', [song('one', { status: 'IN_PROGRESS' })]);
    await vendor.vendor({ delay_ms: 50 });
    const test = system({ alpha: vendor });
    const answers = await Promise.all(Array.from({ length: 50 }, () => outcome(test, 'one')));
    expect(answers.every((answer) => answer?.ok)).toBe(true);
    expect(await asked(vendor)).toBe(1);
  });

  it('answers at once whom there is no place for to wait for another’s answer', async () => {
    const vendor = newSpace();
    const test = system({ alpha: vendor });
    const { ask } = await test.ledger.look('alpha', ['one'], 'another');
    const waiting = Array.from({ length: WAITERS_MAX }, () => test.ledger.wait('alpha', ['one']));
    expect(await outcome(test, 'one')).toMatchObject({ ok: false, fault: { reason: 'unavailable' } });
    await test.ledger.record(emptyReport(ask!, Date.now()));
    expect((await Promise.all(waiting)).every(Boolean)).toBe(true);
    expect(await asked(vendor)).toBe(0);
  });

  it('keeps nothing where it may not track, and still asks once', async () => {
    const vendor = newSpace();
    await vendor.task('one', [song('one', { status: 'IN_PROGRESS' })]);
    const test = system({ alpha: vendor });
    const answers = await Promise.all(Array.from({ length: 10 }, () => outcome(test, 'one', { track: false })));
    expect(answers.map((answer) => answer?.ok && answer.value.stored.tracked)).toEqual(Array(10).fill(false));
    expect([await tracked(test), await asked(vendor)]).toEqual([[], 1]);
  });

  it('answers not_found for an id that the vendor denies, and does not keep it', async () => {
    const vendor = newSpace();
    const test = system({ alpha: vendor });
    expect(await outcome(test, 'none')).toMatchObject({ ok: false, fault: { reason: 'not_found' } });
    expect(await tracked(test)).toEqual([]);
  });

  describe('an id that GET denies and the batch knows', () => {
    async function blind() {
      const vendor = newSpace();
      await vendor.task('one', [song('one', { status: 'IN_PROGRESS' })]);
      await vendor.vendor({ blind: ['one'] });
      return { vendor, test: system({ alpha: vendor }) };
    }

    it('is answered as the batch has it, where it was submitted', async () => {
      const { test } = await blind();
      await test.ledger.track('alpha', ['one'], { webhook_url: null, visibility: null });
      expect(await outcome(test, 'one')).toMatchObject({
        ok: true,
        value: { stored: { raw: { form: 'row' }, state: { answered: true, reading: { status: 'running' } } } },
      });
    });

    it('is the vendor’s failure, and no denial, where the batch fails', async () => {
      const { vendor, test } = await blind();
      await test.ledger.track('alpha', ['one'], { webhook_url: null, visibility: null });
      await vendor.vendor({ blind: ['one'], batch: { status: 429 } });
      await outcome(test, 'one');
      expect((await test.ledger.health()).vendors['alpha']).toMatchObject({
        health: 'backing_off',
        last_error: { code: 'vendor_rate_limited' },
      });
    });

    it('is believed to be unknown where nothing was ever known of it', async () => {
      const { vendor, test } = await blind();
      expect(await outcome(test, 'one')).toMatchObject({ ok: false, fault: { reason: 'not_found' } });
      expect(await asked(vendor)).toBe(1);
    });
  });

  it.each([
    ['a page', { fault: 'html' }, 'bad_answer'],
    ['nothing', { fault: 'empty' }, 'bad_answer'],
    ['half an answer', { fault: 'truncated' }, 'bad_answer'],
    ['a reset', { fault: 'reset' }, 'unavailable'],
    ['401', { fault: 'status', status: 401 }, 'unauthorized'],
    ['403', { fault: 'status', status: 403 }, 'forbidden'],
    ['429', { fault: 'status', status: 429, headers: { 'retry-after': '5' } }, 'rate_limited'],
    ['503', { fault: 'status', status: 503 }, 'unavailable'],
  ] as const)(
    'answers the vendor’s failure for an unknown id (%s), keeps the id, and gives the same failure without asking while the vendor is spared',
    async (_, fault, reason) => {
      const vendor = newSpace();
      await vendor.vendor(fault);
      const test = system({ alpha: vendor });
      expect(await outcome(test, 'one')).toMatchObject({ ok: false, fault: { reason } });
      expect(await tracked(test)).toEqual(['one']);
      expect(await outcome(test, 'one')).toMatchObject({ ok: false, fault: { reason } });
      expect(await outcome(test, 'two')).toMatchObject({ ok: false, fault: { reason } });
      expect(await asked(vendor)).toBe(1);
    },
  );

  describe.each([
    ['404 "Invalid URL"', { status: 404, body: { error: { message: 'Invalid URL', type: 'invalid_request_error' } } }],
    ['a page with 404', { status: 404, body: '<html><h1>404</h1></html>' }],
    ['404 in plain text', { status: 404, body: '404 page not found' }],
    ['{success:false}', { body: { success: false } }],
    ['{error: a text}', { body: { error: 'task not found' } }],
    ['an empty list with its count', { body: { data: { items: [], total: 0 } } }],
  ])('an id for which the vendor answers %s', (_, odd) => {
    async function withOdd(ids = ['odd', 'odder']) {
      const vendor = newSpace();
      for (const id of ['good', 'better']) await vendor.task(id, [song(id, { status: 'IN_PROGRESS' })]);
      for (const id of ids) await vendor.task(id, [odd]);
      const test = system({ alpha: vendor });
      const health = async () => (await test.ledger.health()).vendors['alpha']?.health;
      const read = (id: string) => outcome(test, id, { track: false });
      return { vendor, test, health, read };
    }

    it('is its own trouble, as often as it is read: the vendor is asked on', async () => {
      const { health, read } = await withOdd();
      for (let time = 0; time < 3; time++) {
        expect((await read('odd'))?.ok).toBe(false);
        expect(await health()).toBe('ok');
      }
      expect(await read('good')).toMatchObject({ ok: true });
    });

    it('is no doubt about the vendor beside ids that it knows, in whatever order they are read', async () => {
      const { health, read } = await withOdd();
      for (const id of ['odd', 'good', 'odder', 'better', 'odd']) await read(id);
      expect(await health()).toBe('ok');
    });

    it('is no doubt about the vendor in a sweep or a batch with others', async () => {
      const { test, health } = await withOdd();
      await test.ledger.track('alpha', ['odd', 'good'], { webhook_url: null, visibility: null });
      await test.tick();
      await test.read('alpha', ['odd', 'good', 'odder']);
      expect(await health()).toBe('ok');
    });
  });

  describe('an answer that is no task’s', () => {
    const invalid = { status: 404, body: { error: { message: 'Invalid URL', type: 'invalid_request_error' } } };
    const read = (test: System, id: string) => outcome(test, id, { track: false });
    const health = async (test: System) => (await test.ledger.health()).vendors['alpha'];

    it('puts the vendor in doubt when a second id gets it, with nothing good between', async () => {
      const vendor = newSpace();
      for (const id of ['a', 'b', 'c']) await vendor.task(id, [invalid]);
      const test = system({ alpha: vendor });
      for (const id of ['a', 'a', 'b'])
        expect(await read(test, id)).toMatchObject({ ok: false, fault: { reason: 'bad_answer' } });
      expect(await health(test)).toMatchObject({ health: 'backing_off', last_error: { code: 'vendor_bad_answer' } });
      await read(test, 'c');
      expect(await asked(vendor)).toBe(3);
    });

    it('puts it in doubt when an id gets it that the vendor knew', async () => {
      const vendor = newSpace();
      await vendor.task('one', [song('one', { status: 'IN_PROGRESS' }), invalid]);
      const test = system({ alpha: vendor });
      await outcome(test, 'one');
      await test.call('alpha', ['one']);
      expect(await health(test)).toMatchObject({ health: 'backing_off' });
    });

    it.each([invalid, { body: { success: false } }])(
      'puts it in doubt when the batch route gives it: %j',
      async (odd) => {
        const vendor = newSpace();
        await vendor.vendor({ fault: 'status', ...odd });
        const test = system({ alpha: vendor });
        await test.ledger.track('alpha', ['one'], { webhook_url: null, visibility: null });
        await test.tick();
        expect(await health(test)).toMatchObject({ health: 'backing_off' });
      },
    );

    it('is none of the vendor’s where only its batch route gives it', async () => {
      const vendor = newSpace();
      await vendor.answers('POST /suno/fetch', [{ body: { success: false } }]);
      for (const id of ['one', 'two']) await vendor.task(id, [song(id, { status: 'IN_PROGRESS' })]);
      const test = system({ alpha: vendor });
      const answers = await test.read('alpha', ['one', 'two']);
      expect([...answers.values()].map(({ ok }) => ok)).toEqual([true, true]);
      expect(await health(test)).toMatchObject({ health: 'ok' });
    });

    it('keeps an id that a read may track, and the sweep asks on', async () => {
      const vendor = newSpace();
      await vendor.task('odd', [invalid, song('odd', { status: 'IN_PROGRESS' })]);
      const test = system({ alpha: vendor });
      await outcome(test, 'odd');
      expect(await tracked(test)).toEqual(['odd']);
      expect(await health(test)).toMatchObject({ health: 'ok' });
    });
  });

  it('answers a task as it stands while its vendor is down, with the reason', async () => {
    const vendor = newSpace();
    const test = system({ alpha: vendor });
    await test.ledger.track('alpha', ['one'], { webhook_url: null, visibility: null });
    await vendor.vendor({ fault: 'status', status: 503 });
    expect(await outcome(test, 'one')).toMatchObject({
      ok: true,
      value: {
        stored: { state: { reading: { status: 'unknown' } } },
        pacing: { last_error: { code: 'vendor_unavailable' } },
      },
    });
  });

  it('keeps an id that comes while its vendor is backing off, asks nothing then, and hears of it later', async () => {
    const vendor = newSpace();
    await vendor.task('later', [song('later')]);
    await vendor.vendor({ fault: 'status', status: 503 });
    const test = system({ alpha: vendor });
    await outcome(test, 'first');
    expect(await outcome(test, 'later')).toMatchObject({ ok: false, fault: { reason: 'unavailable' } });
    expect(await asked(vendor)).toBe(1);
    await vendor.vendor({ fault: null });
    await test.ledger.resume('alpha');
    await test.tick();
    expect(await outcome(test, 'later')).toMatchObject({ ok: true, value: { stored: { state: { answered: true } } } });
  });

  it('asks no further of many once its vendor fails: the rest are answered as they stand, and the sweep goes on', async () => {
    const vendor = newSpace();
    const ids = Array.from({ length: 180 }, (_, index) => `task-${index}`);
    const test = system({ alpha: vendor });
    const requested = ids.slice(100, 110);
    await test.ledger.track('alpha', requested, { webhook_url: null, visibility: null });
    await vendor.vendor({ fault: 'status', status: 503 });
    const answers = await test.read('alpha', ids);
    expect(await asked(vendor)).toBe(1);
    expect(ids.filter((id) => answers.get(id)?.ok)).toEqual(requested);
    const reasons = [...answers.values()].flatMap((answer) => (answer.ok ? [] : answer.fault.reason));
    expect([...new Set(reasons), reasons.length]).toEqual(['unavailable', 170]);
    expect((await test.ledger.stats()).tasks.total).toBe(180);
    // Nobody waits for a lease that nobody uses.
    expect((await test.ledger.look('alpha', ids, 'next')).waiting).toEqual([]);
  });

  it('reads many in batches of 50, and confirms each absent one', async () => {
    const vendor = newSpace();
    const ids = Array.from({ length: 60 }, (_, index) => `task-${index}`);
    await Promise.all(ids.slice(0, 58).map((id) => vendor.task(id, [song(id, { status: 'IN_PROGRESS' })])));
    const test = system({ alpha: vendor });
    const answers = await test.read('alpha', [...ids, ...ids]);
    expect([...answers.values()].filter(({ ok }) => ok)).toHaveLength(58);
    expect(answers.get('task-59')).toMatchObject({ ok: false, fault: { reason: 'not_found' } });
    expect((await vendor.log('/suno/fetch')).map(({ method }) => method).sort()).toEqual([
      'GET',
      'GET',
      'POST',
      'POST',
    ]);
  });

  it('never says not_found of an id that the budget did not reach', async () => {
    const vendor = newSpace();
    const ids = Array.from({ length: 6 }, (_, index) => `none-${index}`);
    const test = system({ alpha: vendor });
    const answers = await test.read('alpha', ids, { budget: 3 });
    expect([...answers.values()].map((answer) => (answer.ok ? 'ok' : answer.fault.reason)).sort()).toEqual(
      ['not_found', 'not_found', ...Array(4).fill('own_limit')].sort(),
    );
  });

  it('goes on after the ledger was evicted', async () => {
    const vendor = newSpace();
    await vendor.task('one', [song('one', { status: 'IN_PROGRESS' }), song('one')]);
    const ledger = env.LEDGER.getByName(crypto.randomUUID());
    const test = system({ alpha: vendor }, { ledger });
    await outcome(test, 'one');
    await evictDurableObject(ledger);
    expect(await outcome(test, 'one')).toMatchObject({ ok: true, value: { stored: { state: { answered: true } } } });
    expect(await asked(vendor)).toBe(1);
  });

  it('answers from the record when the ledger knows the task no more', async () => {
    const vendor = newSpace();
    const id = crypto.randomUUID();
    await vendor.task(id, [song(id, { status: 'FAILURE' })]);
    const first = system({ alpha: vendor });
    await outcome(first, id);
    await first.tick();
    const fresh = system({ alpha: vendor });
    expect(await outcome(fresh, id)).toMatchObject({
      ok: true,
      value: { stored: { id, state: { reading: { status: 'failed' } } } },
    });
    expect(await asked(vendor)).toBe(1);
  });
});

describe('a task that the ledger keeps no more', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['by a read that would ask', {}],
    ['where its vendor may not be asked', { retired: true }],
  ])('shows what became of its clips since, %s', async (_, vendor) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const space = newSpace();
    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    const clips = [];
    for (const [index, id] of ids.entries())
      clips.push({
        id,
        audio: await space.media(`${id}.mp3`, { recipe: { kind: 'mp3', bytes: 900, seed: index + 1 } }),
      });
    await space.task('pruned', [song('pruned', { clips })]);
    const test = system({ alpha: space });
    await test.ledger.track('alpha', ['pruned'], { webhook_url: null, visibility: null });
    await settle(test);
    vi.setSystemTime(Date.now() + 31 * 86_400_000);
    await test.tick();
    expect(await tracked(test)).toEqual([]);
    await takeDown(ids[0]!, async () => undefined, clipDeps(test));
    await changeClip(ids[1]!, { title: 'Mine', visibility: 'public' }, clipDeps(test));
    const reader = system(
      { alpha: space },
      { ledger: test.ledger, env: { VENDORS: { alpha: { base_url: space.url, ...vendor } } } },
    );
    expect(await outcome(reader, 'pruned')).toMatchObject({
      ok: true,
      value: {
        stored: {
          clips: [
            { slug: ids[0], taken_down_at: expect.any(Number) },
            { slug: ids[1], title: 'Mine', visibility: 'public', files: { audio: { state: 'archived' } } },
          ],
        },
      },
    });
    expect(await tracked(test)).toEqual([]);
  });
});
