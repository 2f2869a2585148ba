import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newSpace, type TestSpace } from '../support/space.ts';
import { sweep } from '../../src/flows/tick.ts';
import type { DueWork, PolledId, SweepTurn } from '../../src/ledger/api.ts';
import { fail } from '../../src/model/fault.ts';
import { TICK_MAX_CALLS } from '../../src/model/limits.ts';
import type { Stored } from '../../src/model/state.ts';
import type { VendorClient } from '../../src/relay/client.ts';
import { song, system, VENDOR_KEY, type System } from './system.ts';

const NOTHING = { messages: [], deliveries: [], removals: [], gone: [], changed: [] };

const track = ({ ledger }: System, vendor: string, ids: string[]) =>
  ledger.track(vendor, ids, { webhook_url: null, visibility: null });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `task-${index}`);
const running = (vendor: TestSpace, ids: string[]) =>
  Promise.all(ids.map((id) => vendor.task(id, [song(id, { status: 'IN_PROGRESS' })])));

/** What was asked of the vendor, in short: the ids of each batch, the id of each GET. */
async function requests(vendor: TestSpace) {
  const log = await vendor.log('/suno/fetch');
  return log.map(({ method, path, body }) =>
    method === 'POST' ? (JSON.parse(body) as { ids: string[] }).ids : decodeURIComponent(path.split('/').at(-1) ?? ''),
  );
}
const gets = async (vendor: TestSpace) => (await requests(vendor)).filter((one) => typeof one === 'string');
const batches = async (vendor: TestSpace) => (await requests(vendor)).filter((one) => typeof one !== 'string');

/** The task as the ledger has it. */
async function known({ ledger }: System, vendor: string, id: string) {
  const { rows } = await ledger.list({
    vendor,
    status: null,
    tracking: null,
    archive: null,
    kind: null,
    before: null,
    limit: 500,
  });
  return rows.find(({ stored }) => stored.id === id)?.stored;
}

/** The time of all that is polled every 15 s has come. */
const makeDue = async (_: System): Promise<void> => void vi.setSystemTime(Date.now() + 25_000);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-01T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

describe('sweep()', () => {
  it('asks about 230 pending tasks in 5 batches of at most 50, and by no single GET', async () => {
    const vendor = newSpace();
    const ids = names(230);
    await running(vendor, ids);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ids);
    for (let round = 0; round < 4; round++) await test.tick();
    expect(await gets(vendor)).toEqual([]);
    expect((await batches(vendor)).map((asked) => asked.length).sort()).toEqual([30, 50, 50, 50, 50]);
    expect(new Set((await batches(vendor)).flat()).size).toBe(230);
  });

  it('asks a vendor without a batch route one by one', async () => {
    const vendor = newSpace();
    await running(vendor, ['a', 'b']);
    const test = system({ single: vendor }, { env: { VENDORS: { single: { base_url: vendor.url, batch_path: '' } } } });
    await track(test, 'single', ['a', 'b']);
    await test.tick();
    expect(await requests(vendor)).toEqual(['a', 'b']);
  });

  it('confirms an id that the batch leaves out by a single GET, and asks it so from then on', async () => {
    const vendor = newSpace();
    await running(vendor, ['a', 'b']);
    await vendor.vendor({ absent: ['b'] });
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['a', 'b']);
    await test.tick();
    expect(await requests(vendor)).toEqual([['a', 'b'], 'b']);
    expect((await known(test, 'alpha', 'b'))?.state).toMatchObject({ answered: true, solo: true });
    await vendor.clearLog();
    await makeDue(test);
    await test.tick();
    expect((await requests(vendor)).sort()).toEqual([['a'], 'b']);
  });

  it('puts an id that goes by GET to the batch before it believes that GET denies it', async () => {
    const vendor = newSpace();
    await running(vendor, ['a', 'b']);
    await vendor.vendor({ absent: ['b'] });
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['a', 'b']);
    await test.tick();
    await vendor.vendor({ blind: ['b'] });
    await vendor.task('b', [song('b', { status: 'FAILURE' })]);
    await vendor.clearLog();
    await makeDue(test);
    await test.tick();
    expect((await requests(vendor)).slice(-2)).toEqual(['b', ['b']]);
    expect((await known(test, 'alpha', 'b'))?.state.reading.status).toBe('failed');
  });

  it('puts no denied id to a batch route that is known to be none', async () => {
    const vendor = newSpace();
    await running(vendor, ['a']);
    await vendor.vendor({ batch: { status: 404, body: { error: { type: 'invalid_request_error' } } } });
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['a', 'none']);
    await test.tick();
    await vendor.clearLog();
    await makeDue(test);
    await test.tick();
    expect((await requests(vendor)).sort()).toEqual(['a', 'none']);
  });

  describe('an answer that is not understood', () => {
    const logged = ({ log }: System, event: string) => log.filter((entry) => entry['event'] === event);
    const nothing = {
      body: {
        code: 'success',
        data: { task_id: 'one', status: 'SUCCESS', data: { zork: VENDOR_KEY }, [VENDOR_KEY]: 1 },
      },
    };

    it.each(['sweep', 'read'] as const)(
      'is in the log once, with the keys that were seen and no secret (%s)',
      async (by) => {
        const vendor = newSpace();
        await vendor.task('one', [nothing]);
        const test = system({ alpha: vendor });
        await track(test, 'alpha', ['one']);
        for (let time = 0; time < 2; time++) {
          await (by === 'sweep' ? test.tick() : test.call('alpha', ['one']));
          await makeDue(test);
        }
        const [entry, ...others] = logged(test, 'vendor.nothing_readable');
        expect(entry).toMatchObject({ vendor: 'alpha', task_id: 'one', vendor_status: 'SUCCESS' });
        expect(entry?.['keys']).toEqual(expect.arrayContaining(['task_id', 'status', 'data', 'zork']));
        expect([others, JSON.stringify(test.log).includes(VENDOR_KEY)]).toEqual([[], false]);
      },
    );

    it('is in the log where no task is in it at all', async () => {
      const vendor = newSpace();
      await running(vendor, ['good']);
      await vendor.task('one', [{ body: { captcha: true, text: 'Are you human?' } }]);
      const test = system({ alpha: vendor });
      await track(test, 'alpha', ['one', 'good']);
      await test.tick();
      const [entry] = logged(test, 'vendor.fault');
      expect(entry).toMatchObject({ vendor: 'alpha', task_id: 'one', what: 'no_task' });
      expect(entry?.['detail']).toContain('it has the keys captcha, text');
      expect((await known(test, 'alpha', 'one'))?.state.last_error?.message).toBe(entry?.['detail']);
    });

    it('is in the log where a batch is none', async () => {
      const vendor = newSpace();
      await vendor.vendor({ batch: { body: { captcha: true } } });
      const test = system({ alpha: vendor });
      await track(test, 'alpha', ['one', 'two']);
      await test.tick();
      expect(logged(test, 'vendor.fault')[0]).toMatchObject({ vendor: 'alpha', route: 'batch', what: 'no_task' });
    });
  });

  it('confirms at most 5 absent ids a round, in turn', async () => {
    const vendor = newSpace();
    const test = system({ alpha: vendor });
    await track(test, 'alpha', names(12));
    const asked = new Set<string>();
    for (let round = 0; round < 3; round++) {
      await vendor.clearLog();
      await makeDue(test);
      await test.tick();
      expect((await gets(vendor)).length).toBeLessThanOrEqual(5);
      for (const id of await gets(vendor)) asked.add(id);
    }
    expect(asked.size).toBe(12);
  });

  it('takes most of the known ids gone at once as the vendor’s fault: no task is touched, the vendor backs off', async () => {
    const vendor = newSpace();
    const ids = names(4);
    await running(vendor, ids);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ids);
    await test.tick();
    await vendor.vendor({ absent: ids.slice(0, 3) });
    await vendor.clearLog();
    await makeDue(test);
    await test.tick();
    expect(await requests(vendor)).toHaveLength(1);
    expect((await test.ledger.health()).vendors['alpha']).toMatchObject({
      health: 'backing_off',
      last_error: { code: 'vendor_bad_answer' },
    });
    expect((await known(test, 'alpha', 'task-0'))?.state).toMatchObject({
      expired: false,
      reading: { status: 'running' },
    });
  });

  it('halves a refused batch once, and asks the failing half by single GET from then on', async () => {
    const vendor = newSpace();
    const ids = names(8);
    await running(vendor, ids);
    await vendor.vendor({ poison: ['task-2'] });
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ids);
    await test.tick();
    expect((await batches(vendor)).map((asked) => asked.length)).toEqual([8, 4, 4]);
    expect((await known(test, 'alpha', 'task-7'))?.state.solo).toBe(false);
    expect((await known(test, 'alpha', 'task-2'))?.state.solo).toBe(true);
    expect((await test.ledger.health()).vendors['alpha']?.health).toBe('ok');
  });

  it('lets no odd id that poisons every batch put its vendor in doubt', async () => {
    const vendor = newSpace();
    await running(vendor, ['good']);
    await vendor.answers('POST /suno/fetch', [{ body: { success: false } }]);
    await vendor.task('a-odd', [{ body: { success: false } }]);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['a-odd', 'good']);
    await test.tick();
    expect((await test.ledger.health()).vendors['alpha']?.health).toBe('ok');
    expect((await known(test, 'alpha', 'good'))?.state.answered).toBe(true);
  });

  it('holds a task that alone fails against that task: the vendor stays ok', async () => {
    const vendor = newSpace();
    await running(vendor, ['a']);
    await vendor.task('b', [{ status: 500, body: { error: { message: 'broken row' } } }]);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['a', 'b']);
    await test.tick();
    expect((await known(test, 'alpha', 'b'))?.state).toMatchObject({
      failures: 1,
      last_error: { code: 'vendor_unavailable' },
    });
    expect((await test.ledger.health()).vendors['alpha']?.health).toBe('ok');
  });

  it.each([
    ['paused', 401, 'vendor_unauthorized'],
    ['paused', 403, 'vendor_forbidden'],
    ['backing_off', 429, 'vendor_rate_limited'],
    ['backing_off', 503, 'vendor_unavailable'],
  ] as const)('is %s after %i, asks no more meanwhile and touches no task', async (health, status, code) => {
    const vendor = newSpace();
    await vendor.vendor({ fault: 'status', status, body: { error: { message: `no ${VENDOR_KEY}` } } });
    const test = system({ alpha: vendor });
    await track(test, 'alpha', names(120));
    await test.tick();
    await vendor.clearLog();
    await test.tick();
    expect((await test.ledger.health()).vendors['alpha']).toMatchObject({ health, last_error: { code } });
    expect(await requests(vendor)).toEqual([]);
    expect(JSON.stringify([await test.ledger.health(), test.log])).not.toContain(VENDOR_KEY);
  });

  it('asks each id once when two ticks overlap', async () => {
    const vendor = newSpace();
    const ids = names(60);
    await running(vendor, ids);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ids);
    await Promise.all([test.tick(), test.tick()]);
    expect((await requests(vendor)).flat()).toHaveLength(60);
  });

  it('never has more than 2 requests in flight at one vendor', async () => {
    const vendor = newSpace();
    const ids = names(300);
    await running(vendor, ids);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ids);
    await Promise.all([test.tick(), test.tick(), test.tick()]);
    expect(Math.max(...(await vendor.log()).map(({ in_flight }) => in_flight))).toBeLessThanOrEqual(2);
  });

  it('reads a row that is nested too deeply to be written again', async () => {
    const vendor = newSpace();
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['deep']);
    const nest = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const row = `{"task_id":"deep","status":"SUCCESS","nest":${nest}}`;
    await vendor.answers('POST /suno/fetch', [{ body: `{"code":"success","message":"","data":[${row}]}` }]);
    await test.tick();
    expect((await known(test, 'alpha', 'deep'))?.state.reading.status).toBe('succeeded');
  });

  it('stops at its budget of requests and loses nothing', async () => {
    const vendor = newSpace();
    const ids = names(20);
    await running(vendor, ids);
    const test = system({ single: vendor }, { env: { VENDORS: { single: { base_url: vendor.url, batch_path: '' } } } });
    await track(test, 'single', ids);
    await test.tick(4);
    expect((await requests(vendor)).length).toBeLessThanOrEqual(4);
    for (let round = 0; round < 8; round++) await test.tick();
    expect(new Set(await gets(vendor)).size).toBe(20);
    expect((await test.ledger.health()).vendors['single']?.health).toBe('ok');
  });

  it('sends a clip as soon as it is complete, while its sibling still runs, and records the task once settled', async () => {
    const vendor = newSpace();
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    const [audio1, audio2] = await Promise.all(
      [4_000, 5_000].map((bytes, seed) => vendor.media(`${seed}.mp3`, { recipe: { kind: 'info', bytes, seed } })),
    );
    const [cover1, cover2] = await Promise.all(
      [900, 800].map((bytes, seed) => vendor.media(`${seed}.jpeg`, { recipe: { kind: 'jpeg', bytes, seed } })),
    );
    const first = { id: one, audio: audio1 ?? '', cover: cover1 ?? '' };
    const growing = {
      id: two,
      status: 'streaming',
      audio: `https://audiopipe.suno.ai/?item_id=${two}`,
      cover: cover2 ?? '',
    };
    await vendor.task('s', [
      song('s', { status: 'IN_PROGRESS', clips: [first, growing] }),
      song('s', { clips: [first, { id: two, audio: audio2 ?? '', cover: cover2 ?? '' }] }),
    ]);
    const test = system({ alpha: vendor });
    await track(test, 'alpha', ['s']);
    await test.tick();
    expect(test.sent.map(({ slug }) => slug)).toEqual([one]);
    await test.mirror();
    await makeDue(test);
    await test.tick();
    expect(test.sent.map(({ slug }) => slug)).toEqual([two]);
    await test.mirror();
    const settled = await known(test, 'alpha', 's');
    expect(settled?.clips.map(({ files }) => [files.audio?.state, files.cover?.state, files.audio?.bytes])).toEqual([
      ['archived', 'archived', 4000],
      ['archived', 'archived', 5000],
    ]);
    await test.tick();
    const read = await test.read('alpha', ['s']);
    expect(read.get('s')?.ok).toBe(true);
    expect(await gets(vendor)).toEqual([]);
  });
});

describe('a tick that has made all the calls it may', () => {
  it('has told of all that it asked, and of every record that it wrote', async () => {
    const { settings } = system({ alpha: newSpace() });
    const [handed, told]: [string[], string[]] = [[], []];
    const stored = { vendor: 'alpha', state: { slugs: [] }, clips: [] } as unknown as Stored;
    const denied = async () => fail({ reason: 'not_found', detail: 'Denied' } as const);
    // A ledger in which something is due whenever it is asked.
    const takeDue = async ({ reports, saved, most }: SweepTurn): Promise<DueWork> => {
      told.push(...reports.map(({ token }) => token), ...saved.map(({ id }) => id));
      const name = `${handed.length}`;
      const asks = most.asks === 0 ? [] : [{ token: `ask ${name}`, vendor: 'alpha', ids: [polled(name)] }];
      const id = `save ${name}`;
      const saves = most.operations === 0 ? [] : [{ stored: { ...stored, id }, version: 1, is_new: true }];
      handed.push(...asks.map(({ token }) => token), ...saves.map((save) => save.stored.id));
      return { ...NOTHING, asks, saves, next_at: 0, next_ask_at: 0, vendors: ['alpha'] };
    };
    const polled = (id: string): PolledId => ({ id, kept: true, known: true, solo: true });
    await sweep({
      ...{ settings, budget: { left: 10_000 }, client: { get: denied, batch: denied } as unknown as VendorClient },
      ledger: { takeDue, renew: async () => true, unsent: async () => undefined },
      ...{ sendMirror: async () => undefined, sendDeliver: async () => undefined, log: () => undefined },
      ...{ saveRecord: async () => undefined, deleteRecord: async () => undefined, clearMedia: async () => undefined },
      ...{ sleep: async () => undefined, now: () => 0, token: () => 'turn' },
    });
    expect(handed.length).toBeGreaterThan(TICK_MAX_CALLS / 2);
    expect(told.sort()).toEqual(handed.sort());
  });
});
