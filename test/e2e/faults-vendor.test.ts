// Vendors that fail: what a caller is told, what is kept, and that all goes on afterwards. One row per answer, side by side.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import type { VendorSettings } from '../support/stand-in-types.ts';
import { Product, stopAll } from './product.ts';
import { makeSong, newRelay, pollsOf, taskAnswer } from './world.ts';
import type { Task } from '../../src/model/task.ts';

const KEY = 'sk-e2e-faults-secret-key-0123456789';
const SAYING_THE_KEY = { error: { message: `Invalid token ${KEY}, Bearer ${KEY}`, type: 'new_api_error' } };
const HTML = '<!doctype html><html><head><title>502</title></head><body>Bad Gateway</body></html>';

interface VendorRow {
  fault: VendorSettings;
  code: string;
  /** In the problem's detail. */
  says: RegExp;
}
const status = (code: number, body: unknown = '', headers = {}): VendorSettings => ({
  fault: 'status',
  status: code,
  body,
  headers,
});

const ROWS: Record<string, VendorRow> = {
  html: { fault: { fault: 'html' }, code: 'vendor_bad_answer', says: /HTML/ },
  empty: { fault: { fault: 'empty' }, code: 'vendor_bad_answer', says: /empty/ },
  'broken-json': { fault: { fault: 'truncated' }, code: 'vendor_bad_answer', says: /truncated/ },
  'no-endpoint': {
    fault: status(404, { error: { message: 'Invalid URL', type: 'invalid_request_error' } }),
    ...{ code: 'vendor_bad_answer', says: /endpoint/ },
  },
  'bad-key': { fault: status(401, SAYING_THE_KEY), code: 'vendor_unauthorized', says: /401/ },
  'no-quota': {
    fault: status(401, { error: { message: 'quota exhausted', type: 'new_api_error' } }),
    ...{ code: 'vendor_unauthorized', says: /quota/ },
  },
  'no-model': {
    fault: status(403, { error: { message: `no access to model suno ${KEY}`, type: 'new_api_error' } }),
    ...{ code: 'vendor_forbidden', says: /no access to model/ },
  },
  limited: {
    fault: status(429, { message: 'slow down' }, { 'retry-after': '4' }),
    code: 'vendor_rate_limited',
    says: /429/,
  },
  'limited-html': { fault: status(429, HTML), code: 'vendor_rate_limited', says: /429/ },
  'limited-empty': { fault: status(429), code: 'vendor_rate_limited', says: /429/ },
  'error-500': { fault: status(500, SAYING_THE_KEY), code: 'vendor_unavailable', says: /500/ },
  'gateway-502': { fault: status(502, HTML), code: 'vendor_unavailable', says: /502/ },
  'overloaded-503': { fault: status(503, SAYING_THE_KEY), code: 'vendor_unavailable', says: /503/ },
  'gateway-504': { fault: status(504), code: 'vendor_unavailable', says: /504/ },
  reset: { fault: { fault: 'reset' }, code: 'vendor_unavailable', says: /connection/i },
  'half-an-answer': { fault: { fault: 'half' }, code: 'vendor_unavailable', says: /./ },
  hang: { fault: { fault: 'hang' }, code: 'vendor_unavailable', says: /20/ },
};

const HTTP: Record<string, number> = {
  ...{ vendor_bad_answer: 502, vendor_unauthorized: 502, vendor_forbidden: 502 },
  ...{ vendor_rate_limited: 503, vendor_unavailable: 503 },
};
const healthOf = (code: string): string =>
  code === 'vendor_unauthorized' || code === 'vendor_forbidden' ? 'paused' : 'backing_off';

/** What relays answer for an id that they do not know. */
const DENIALS = {
  'code task_not_exist': { status: 400, body: { code: 'task_not_exist', message: 'task_not_exist', data: null } },
  'message task not exist': { status: 400, body: { code: 'invalid_request', message: 'task not exist', data: null } },
  '404 without data': { status: 404, body: { code: 'error', message: '', data: null } },
  'code error with 200': { status: 200, body: { code: 'error', message: '', data: null } },
};

let standIn: StandIn;
let product: Product;
const relays = new Map<string, TestSpace>();
const relayOf = (id: string): TestSpace => relays.get(id) as TestSpace;

beforeAll(async () => {
  standIn = await startStandIn();
  const others = ['denials', 'lost', 'forgets-one', 'backwards', 'emptied', 'late', 'drip', 'absent', 'partial'];
  const ids = [...Object.keys(ROWS), ...others];
  for (const id of ids) relays.set(id, newRelay(standIn.url));
  product = await Product.start({
    vendors: Object.fromEntries([...relays].map(([id, relay]) => [id, relay.url])),
    keys: Object.fromEntries(ids.map((id) => [id, KEY])),
  });
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

const healthNow = async (id: string): Promise<string> => (await product.get('/v1/stats')).json.vendors[id].health;

describe.concurrent('a vendor that answers', () => {
  it.each(Object.entries(ROWS))('%s: says so, keeps every task, and goes on once it is over', async (id, row) => {
    const { fault, code, says } = row;
    const relay = relayOf(id);
    const clips = [{ id: randomUUID() }, { id: randomUUID() }];
    await makeSong(relay, 'kept', { endless: true, clips });
    await product.track(id, ['kept']);
    await product.reach(id, 'kept', (task) => task.status === 'running');

    await relay.vendor(fault);
    const unknown = await product.get(`/v1/tasks/unknown?vendor=${id}`);
    expect([unknown.status, unknown.json.code, unknown.json.status]).toEqual([HTTP[code], code, HTTP[code]]);
    expect(unknown.json.detail).toMatch(says);
    expect(unknown.headers.get('content-type')).toBe('application/problem+json');
    if (code === 'vendor_rate_limited') expect(Number(unknown.headers.get('retry-after'))).toBeGreaterThan(0);
    const dropIn = await product.get(`/${id}/suno/fetch/unknown`);
    expect([dropIn.status, dropIn.json.code, dropIn.json.data]).toEqual([HTTP[code], code, null]);

    const kept = await product.reach(id, 'kept', ({ tracking }) => tracking.last_error !== null);
    expect(kept).toMatchObject({
      status: 'running',
      clips: [{ status: 'streaming' }, { status: 'streaming' }],
      tracking: { state: 'watching', last_error: { code } },
    });
    expect(await healthNow(id)).toBe(healthOf(code));
    const read = await product.get(`/v1/tasks/kept?vendor=${id}`);
    expect([read.status, read.json.status, read.json.tracking.last_error.code]).toEqual([200, 'running', code]);

    await makeSong(relay, 'kept', { running: 0, clips });
    await relay.vendor({});
    const settled = await product.settled(id, 'kept');
    expect(settled).toMatchObject({
      status: 'succeeded',
      archive: { state: 'complete', archived: 4 },
      tracking: { last_error: null },
    });
    expect(await healthNow(id)).toBe('ok');
    // Now it is the vendor's word that counts: it never knew this id.
    const denied = await product.get(`/v1/tasks/unknown?vendor=${id}`);
    expect([denied.status, denied.json.code]).toEqual([404, 'not_found']);
  });
});

describe.concurrent('an id that is denied', () => {
  it.each(Object.entries(DENIALS))(
    'by %s: watched for a minute, then expired, then heard all the same',
    async (name, answer) => {
      const relay = relayOf('denials');
      const id = name.replaceAll(' ', '-');
      await relay.task(id, [answer]);
      await product.track('denials', [id]);
      const watched = await product.reach('denials', id, ({ tracking }) => tracking.last_error !== null);
      expect(watched).toMatchObject({
        status: 'unknown',
        tracking: { state: 'watching', last_error: { code: 'not_found' } },
      });
      const never = await product.get(`/v1/tasks/never-tracked-${id}?vendor=denials`);
      expect([never.status, never.json.code]).toEqual([404, 'not_found']);
      const expired = await product.reach('denials', id, ({ tracking }) => tracking.state === 'expired');
      expect(Date.now() - Date.parse(expired.tracking.tracked_at ?? '')).toBeGreaterThan(59_000);
      expect(expired).toMatchObject({
        status: 'unknown',
        archive: { state: 'none' },
        tracking: { next_poll_at: null },
      });
      expect(await healthNow('denials')).toBe('ok');
      await makeSong(relay, id, { running: 0 });
      expect((await product.call('POST', `/v1/tasks/${id}/retry?vendor=denials`)).status).toBe(202);
      expect(await product.settled('denials', id)).toMatchObject({
        status: 'succeeded',
        archive: { archived: 4 },
      });
    },
  );

  it('although it was known, stays as it was: one alone is its own fault', async () => {
    const relay = relayOf('forgets-one');
    for (const id of ['gone', 'one', 'two']) await makeSong(relay, id, { endless: true });
    await product.track('forgets-one', ['gone', 'one', 'two']);
    for (const id of ['gone', 'one', 'two'])
      await product.reach('forgets-one', id, (task) => task.status === 'running');
    await relay.vendor({ away: ['gone'] });
    const gone = await product.reach('forgets-one', 'gone', ({ tracking }) => tracking.last_error !== null);
    expect(gone).toMatchObject({
      ...{ status: 'running', clips: [{ status: 'streaming' }, { status: 'streaming' }] },
      tracking: { state: 'watching', last_error: { code: 'not_found' } },
    });
    expect(await healthNow('forgets-one')).toBe('ok');
  });

  it('with all others that were known, is a fault of the vendor: it backs off, nothing is believed, nothing is lost', async () => {
    const relay = relayOf('lost');
    const ids = ['one', 'two', 'three', 'four'];
    for (const id of ids) await makeSong(relay, id, { endless: true });
    await product.track('lost', ids);
    for (const id of ids) await product.reach('lost', id, (task) => task.status === 'running');
    await relay.vendor({ away: true });
    await product.reach('lost', 'one', ({ tracking }) => tracking.last_error !== null);
    expect(await healthNow('lost')).toBe('backing_off');
    for (const task of await product.list('lost')) {
      expect(task).toMatchObject({ status: 'running', tracking: { state: 'watching' } });
      expect(task.tracking.last_error?.code).not.toBe('not_found');
    }
    for (const id of ids) await makeSong(relay, id, { running: 0 });
    await relay.vendor({});
    for (const id of ids) expect(await product.settled('lost', id)).toMatchObject({ archive: { archived: 4 } });
  });

  it('by a batch alone, is asked for by itself', async () => {
    const relay = relayOf('absent');
    await relay.vendor({ absent: ['left-out'] });
    for (const id of ['left-out', 'other']) await makeSong(relay, id);
    await product.track('absent', ['left-out', 'other']);
    for (const id of ['left-out', 'other'])
      expect(await product.settled('absent', id)).toMatchObject({
        status: 'succeeded',
        archive: { archived: 4 },
      });
  });
});

describe.concurrent('answers that', () => {
  /** A song of which one clip is done and archived while the other is being made. */
  async function halfDone(vendor: string): Promise<Task> {
    await makeSong(relayOf(vendor), 'song', { running: 0, status: 'IN_PROGRESS', clips: [{}, { growing: true }] });
    await product.track(vendor, ['song']);
    const done = await product.reach(vendor, 'song', ({ archive }) => archive.archived === 2);
    expect(done).toMatchObject({ status: 'running', clips: [{ status: 'complete' }, { status: 'streaming' }] });
    return done;
  }

  /** What is known of it after three polls more, polls and times aside. */
  async function afterPolls(vendor: string, { tracking: { polls } }: Task): Promise<Task> {
    return product.reach(vendor, 'song', ({ tracking }) => tracking.polls >= polls + 3);
  }
  const retry = async (vendor: string): Promise<Task> =>
    (await product.call('POST', `/v1/tasks/song/retry?vendor=${vendor}`)).json;
  const known = ({ tracking: _, ...rest }: Task): object => rest;

  it.each<[string, string, string, object[] | null]>([
    ['go backwards', 'backwards', 'SUBMITTED', null],
    ['are emptied', 'emptied', 'IN_PROGRESS', []],
  ])('%s take nothing away, and the end still comes', async (_, vendor, word, data) => {
    const before = await halfDone(vendor);
    await relayOf(vendor).task('song', [taskAnswer('song', word, data)]);
    expect(known(await afterPolls(vendor, before))).toEqual(known(before));
    await relayOf(vendor).task('song', [taskAnswer('song', 'FAILURE', null)]);
    const failed = await product.settled(vendor, 'song');
    expect(failed).toMatchObject({ status: 'failed', archive: { state: 'complete', archived: 2 } });
    expect(failed.clips[0]).toEqual(before.clips[0]);
    await makeSong(relayOf(vendor), 'song', { running: 0, clips: before.clips.map(({ id }) => ({ id })) });
    // The script begins anew: the first look finds it queued again.
    const { polls } = (await retry(vendor)).tracking;
    await product.reach(vendor, 'song', ({ tracking }) => tracking.polls > polls);
    await retry(vendor);
    const settled = await product.reach(vendor, 'song', ({ archive }) => archive.archived === 4);
    expect(settled).toMatchObject({ status: 'succeeded', tracking: { state: 'settled' } });
    expect(settled.clips[0]?.audio).toEqual(before.clips[0]?.audio);
  });

  it('come late are waited for, one at a time', async () => {
    const relay = relayOf('late');
    await relay.vendor({ delay_ms: 2_500 });
    await makeSong(relay, 'song');
    await product.track('late', ['song']);
    expect(await product.settled('late', 'song')).toMatchObject({
      status: 'succeeded',
      archive: { archived: 4 },
    });
    const polls = await pollsOf(relay, 'song');
    expect(polls.length).toBeGreaterThan(2);
    expect(polls.filter(({ at }, index) => at < (polls[index - 1]?.ended ?? 0))).toEqual([]);
  });

  it('come in drips are read to their end', async () => {
    await relayOf('drip').vendor({ fault: 'drip' });
    await makeSong(relayOf('drip'), 'song');
    await product.track('drip', ['song']);
    expect(await product.settled('drip', 'song')).toMatchObject({
      ...{ status: 'succeeded', archive: { archived: 4 } },
      tracking: { last_error: null },
    });
  });

  it('hold a clip that failed beside one that did not are judged clip by clip', async () => {
    const plan = { running: 0, clips: [{}, { error: 'Moderation refused the lyrics' }] };
    await makeSong(relayOf('partial'), 'song', plan);
    await product.track('partial', ['song']);
    expect(await product.settled('partial', 'song')).toMatchObject({
      ...{ status: 'succeeded', partial: true, archive: { state: 'complete', archived: 2 } },
      clips: [
        { status: 'complete', audio: { state: 'archived' } },
        { status: 'failed', failure: 'Moderation refused the lyrics', audio: null },
      ],
    });
  });
});

describe('the vendor’s key', () => {
  it('shows in no answer, no output and no file of the state, although the vendor says it', () => {
    // The search finds what is there.
    expect(product.placesOf('Moderation refused').some((place) => place.startsWith(product.data))).toBe(true);
    expect(product.placesOf(KEY)).toEqual([]);
  });
});
