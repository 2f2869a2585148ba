// Vendors and media hosts that fail: what a caller is told, what is kept, and that all goes on afterwards. The scenarios run side by side.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { TestSpace } from '../support/space.ts';
import type { VendorSettings } from '../support/stand-in-types.ts';
import type { Task } from '../../src/task.ts';
import { Product, stopAll } from './product.ts';
import { makeSong, newRelay, type ClipPlan } from './world.ts';

const KEY = 'sk-e2e-faults-secret-key-0123456789';
const SAYING_THE_KEY = { error: { message: `Invalid token ${KEY}, Bearer ${KEY}`, type: 'new_api_error' } };

interface VendorCase {
  fault: VendorSettings;
  status: number;
  code: string;
  /** In the problem's detail. */
  says: RegExp;
}

const VENDOR_CASES = {
  html: { fault: { fault: 'html' }, status: 502, code: 'vendor_bad_answer', says: /HTML/ },
  empty: { fault: { fault: 'empty' }, status: 502, code: 'vendor_bad_answer', says: /empty/ },
  truncated: { fault: { fault: 'truncated' }, status: 502, code: 'vendor_bad_answer', says: /truncated/ },
  'no-endpoint': {
    fault: { fault: 'status', status: 404, body: { error: { message: 'Invalid URL', type: 'invalid_request_error' } } },
    ...{ status: 502, code: 'vendor_bad_answer', says: /endpoint/ },
  },
  unauthorized: {
    fault: { fault: 'status', status: 401, body: SAYING_THE_KEY },
    status: 502,
    code: 'vendor_unauthorized',
    says: /401/,
  },
  forbidden: {
    fault: { fault: 'status', status: 403, body: SAYING_THE_KEY },
    status: 502,
    code: 'vendor_forbidden',
    says: /403/,
  },
  limited: {
    fault: { fault: 'status', status: 429, headers: { 'retry-after': '4' } },
    status: 503,
    code: 'vendor_rate_limited',
    says: /429/,
  },
  overloaded: {
    fault: { fault: 'status', status: 503, body: SAYING_THE_KEY },
    status: 503,
    code: 'vendor_unavailable',
    says: /503/,
  },
  reset: { fault: { fault: 'reset' }, status: 503, code: 'vendor_unavailable', says: /connection/i },
} satisfies Record<string, VendorCase>;

interface MediaCase {
  clips: ClipPlan[];
  expected: object;
  attempts?: [number, number];
}

const unavailable = (reason: string): object => ({
  status: 'succeeded',
  archive: { state: 'partial', archived: 1, pending: 0, unavailable: 1 },
  clips: [{ audio: { state: 'unavailable', reason, url: null, sha256: null }, cover: { state: 'archived' } }],
});

const archived: object = {
  archive: { state: 'complete', archived: 2 },
  clips: [{ audio: { state: 'archived', reason: null } }],
};

const MEDIA_CASES: Record<string, MediaCase> = {
  '403, then 200': { clips: [{ audio: { fault: 'refused-then-ok' } }], expected: archived, attempts: [2, 2] },
  '503 twice, then 200': {
    clips: [{ audio: { fault: 'refused-then-ok', status: 503, times: 2 } }],
    expected: archived,
    attempts: [3, 3],
  },
  'a redirect on the same host': {
    clips: [{ audio: { fault: 'redirect', hops: 3 } }],
    expected: archived,
    attempts: [1, 1],
  },
  'a body of unknown length': { clips: [{ audio: { fault: 'chunked' } }], expected: archived, attempts: [1, 1] },
  '404 for ever': {
    clips: [{ audio: { fault: 'status', status: 404 } }],
    expected: unavailable('source_gone'),
    attempts: [2, 7],
  },
  '403 for ever': {
    clips: [{ audio: { fault: 'status', status: 403 } }],
    expected: unavailable('source_forbidden'),
    attempts: [2, 7],
  },
  'a login page with 200': {
    clips: [{ audio: { fault: 'html-as-media' } }],
    expected: unavailable('not_media'),
    attempts: [1, 7],
  },
  'a truncated body': {
    clips: [{ audio: { fault: 'truncated' } }],
    expected: unavailable('truncated'),
    attempts: [2, 7],
  },
  'an empty body': { clips: [{ audio: { fault: 'empty' } }], expected: unavailable('empty'), attempts: [1, 7] },
  'a reset connection': {
    clips: [{ audio: { fault: 'reset' } }],
    expected: unavailable('unreachable'),
    attempts: [2, 7],
  },
  'a redirect to 169.254.169.254': {
    clips: [{ audio: { fault: 'redirect', to: 'http://169.254.169.254/latest/meta-data' } }],
    ...{ expected: unavailable('blocked_address'), attempts: [1, 7] },
  },
  'a placeholder instead of audio': {
    clips: [{ audio: 'https://cdn1.suno.ai/None.mp3' }],
    expected: {
      archive: { state: 'complete', archived: 1 },
      clips: [{ status: 'complete', audio: null, cover: { state: 'archived' } }],
    },
  },
  'a clip that failed beside one that did not': {
    clips: [{}, { error: 'Moderation refused the lyrics' }],
    expected: {
      ...{ status: 'succeeded', partial: true, archive: { state: 'complete', archived: 2 } },
      clips: [
        { status: 'complete', audio: { state: 'archived' } },
        { status: 'failed', failure: 'Moderation refused the lyrics', audio: null },
      ],
    },
  },
};

let standIn: StandIn;
let product: Product;
const relays = new Map<string, TestSpace>();

beforeAll(async () => {
  standIn = await startStandIn();
  const ids = [...Object.keys(VENDOR_CASES), 'files'];
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

const relayOf = (id: string): TestSpace => relays.get(id) as TestSpace;

describe.concurrent('a vendor that answers', () => {
  it.each(Object.entries(VENDOR_CASES))(
    '%s: says so, keeps every task, and goes on once it is over',
    async (id, { fault, status, code, says }) => {
      const relay = relayOf(id);
      await makeSong(relay, 'kept', { endless: true });
      await product.track(id, ['kept']);
      await product.reach(id, 'kept', (task) => task.status === 'running', 15_000);

      await relay.vendor(fault);
      const unknown = await product.get(`/v1/tasks/unknown?vendor=${id}`);
      expect([unknown.status, unknown.json.code, unknown.json.status]).toEqual([status, code, status]);
      expect(unknown.json.detail).toMatch(says);
      expect(unknown.headers.get('content-type')).toBe('application/problem+json');
      if (code === 'vendor_rate_limited') expect(Number(unknown.headers.get('retry-after'))).toBeGreaterThan(0);
      const dropIn = await product.get(`/${id}/suno/fetch/unknown`);
      expect([dropIn.status, dropIn.json.code, dropIn.json.data]).toEqual([status, code, null]);

      const kept = await product.reach(id, 'kept', ({ tracking }) => tracking.last_error !== null, 15_000);
      expect(kept).toMatchObject({
        status: 'running',
        clips: [{ status: 'streaming' }, { status: 'streaming' }],
        tracking: { state: 'watching', last_error: { code } },
      });
      const read = await product.get(`/v1/tasks/kept?vendor=${id}`);
      expect([read.status, read.json.status, read.json.tracking.last_error.code]).toEqual([200, 'running', code]);

      await makeSong(relay, 'kept', { running: 0 });
      await relay.vendor({});
      const settled = await product.settled(id, 'kept', 45_000);
      expect(settled).toMatchObject({
        status: 'succeeded',
        archive: { state: 'complete' },
        tracking: { last_error: null },
      });
      // Now it is the vendor's word that counts: it never knew this id.
      const denied = await product.get(`/v1/tasks/unknown?vendor=${id}`);
      expect([denied.status, denied.json.code]).toEqual([404, 'not_found']);
    },
  );
});

describe.concurrent('a media host that answers', () => {
  it.each(Object.entries(MEDIA_CASES))('%s', async (name, { clips, expected, attempts }) => {
    const id = name.replace(/\W+/g, '-');
    await makeSong(relayOf('files'), id, { running: 0, clips });
    await product.track('files', [id]);
    const trackedAt = Date.now();
    const task: Task = await product.settled('files', id, 100_000);
    expect(task).toMatchObject(expected);
    expect(Date.now() - trackedAt).toBeLessThan(95_000);
    if (!attempts) return;
    const made = task.clips[0]?.audio?.attempts ?? 0;
    expect(made).toBeGreaterThanOrEqual(attempts[0]);
    expect(made).toBeLessThanOrEqual(attempts[1]);
    const { audio } = task.clips[0] ?? {};
    const stable = await product.get(audio?.link ?? '', { token: null });
    expect(stable.status).toBe(audio?.state === 'archived' ? 301 : 404);
  });
});

describe('the vendor’s key', () => {
  it('shows in no answer, no output and no file of the state, although the vendor says it; no media host ever got it', async () => {
    // The search finds what is there.
    expect(product.placesOf('Moderation refused').some((place) => place.startsWith(product.data))).toBe(true);
    expect(product.placesOf(KEY)).toEqual([]);
    const files = (await Promise.all([...relays.values()].map((relay) => relay.log('/media/')))).flat();
    expect(files.length).toBeGreaterThan(20);
    expect(
      files.filter(
        ({ headers, path }) =>
          (JSON.stringify(headers) + path).includes(KEY) || headers['authorization'] || headers['cookie'],
      ),
    ).toEqual([]);
  });
});
