// Routes for those who run it: health, numbers, metrics, and a vendor's pause lifted.
import { describe, expect, it } from 'vitest';
import { ok } from '../../../src/model/fault.ts';
import type { Flows, LedgerReads } from '../../../src/http/context.ts';
import type { LedgerStats } from '../../../src/ledger/api.ts';
import { HEALTHY } from '../../../src/model/circuit-breaker.ts';
import { TASK_STATUSES, TRACKING_STATES } from '../../../src/model/task.ts';
import { call, errorPaths, fakeDeps, NOW, problem, settingsOf, type Ask } from '../fixtures.ts';
import { checkOpenMetrics } from '../../views/openmetrics.ts';

const reason = 'Refuses "its" key\nC:\\keys';
const NUMBERS: LedgerStats = {
  tasks: { total: 5, by_status: { succeeded: 3, running: 2 }, by_tracking: { settled: 3, watching: 2 } },
  files: { archived: 6, pending: 1, unavailable: 2, bytes: 9_007_199_254_740_991 },
  vendors: {
    relay: { pacing: { ...HEALTHY, health: 'paused', until: NOW + 1_500, reason }, pending: 2 },
    removed: { pacing: HEALTHY, pending: 1 },
  },
  deliveries: { pending: 4, failed: 1 },
  oldest_pending_at: NOW - 90_000,
  last_sweep_at: NOW - 30_000,
  unreadable: 2,
};
const PAUSED = { health: 'paused', until: '2026-11-21T10:00:01.500Z', reason, pending: 2 };
const FINE = { health: 'ok', until: null, reason: null, pending: 0 };
const post = (more: Ask = {}): Ask => ({ method: 'POST', ...more });

function numbered(changes: { stats?: LedgerReads['stats']; resume?: Flows['resume'] } = {}) {
  const deps = fakeDeps();
  const { stats = async () => NUMBERS, resume = deps.flows.resume } = changes;
  return { ...deps, ledger: { ...deps.ledger, stats }, flows: { ...deps.flows, resume } };
}

describe('GET /v1/stats', () => {
  it('has the whole shape, every word with its number, every configured vendor and those that are left', async () => {
    expect(await (await call('/v1/stats', {}, numbered())).json()).toEqual({
      tasks: {
        total: 5,
        by_status: { unknown: 0, queued: 0, running: 2, failed: 0, succeeded: 3 },
        by_tracking: { untracked: 0, watching: 2, archiving: 0, settled: 3, expired: 0 },
      },
      files: { archived: 6, pending: 1, unavailable: 2, bytes: 9_007_199_254_740_991 },
      vendors: { relay: PAUSED, other: FINE, removed: { ...FINE, pending: 1 } },
      deliveries: { pending: 4, failed: 1 },
      oldest_pending_at: '2026-11-21T09:58:30.000Z',
      last_sweep_at: '2026-11-21T09:59:30.000Z',
      unreadable: 2,
    });
  });

  it('of an empty ledger: zeros, and every configured vendor well', async () => {
    const { tasks, vendors, oldest_pending_at } = (await (await call('/v1/stats')).json()) as Record<
      string,
      unknown
    > & {
      tasks: { by_status: object; by_tracking: object };
    };
    expect(Object.entries(tasks.by_status)).toEqual(TASK_STATUSES.map((word) => [word, 0]));
    expect(Object.entries(tasks.by_tracking)).toEqual(TRACKING_STATES.map((word) => [word, 0]));
    expect([vendors, oldest_pending_at]).toEqual([{ relay: FINE, other: FINE }, null]);
  });

  it('shows no number that was added inside (a failing delivery’s address, a vendor’s failures in a row)', async () => {
    const more = { ...NUMBERS, deliveries: { pending: 0, failed: 0, urls: ['https://secret.example'] } };
    const text = await (await call('/v1/stats', {}, numbered({ stats: async () => more }))).text();
    expect(text).not.toMatch(/secret|failures|down_ms|last_error/);
  });

  it('refuses a query', async () => expect(await errorPaths('/v1/stats?x=1')).toEqual(['query.x']));
});

describe('GET /metrics', () => {
  /** The runtime warns where text() reads a type that it does not know as text. */
  const textOf = async (answer: Response): Promise<string> => new TextDecoder().decode(await answer.arrayBuffer());
  const scrape = async (path = '/metrics') => {
    const answer = await call(path, { token: 'reading' }, numbered());
    return [answer, await textOf(answer)] as const;
  };

  it('is OpenMetrics, with its content type', async () => {
    const [answer, text] = await scrape();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ]);
    expect(checkOpenMetrics(text)).toEqual([]);
    expect(checkOpenMetrics(await textOf(await call('/metrics')))).toEqual([]);
  });

  it('tells the same numbers as /v1/stats', async () => {
    const [, text] = await scrape();
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const ofHealth = (vendor: string, is: string): string[] =>
      ['ok', 'backing_off', 'paused'].map(
        (health) => `longplay_vendor_health{vendor="${vendor}",health="${health}"} ${health === is ? 1 : 0}`,
      );
    expect(samples).toEqual([
      'longplay_tasks 5',
      'longplay_tasks_by_status{status="unknown"} 0',
      'longplay_tasks_by_status{status="queued"} 0',
      'longplay_tasks_by_status{status="running"} 2',
      'longplay_tasks_by_status{status="failed"} 0',
      'longplay_tasks_by_status{status="succeeded"} 3',
      'longplay_tasks_by_tracking{tracking="untracked"} 0',
      'longplay_tasks_by_tracking{tracking="watching"} 2',
      'longplay_tasks_by_tracking{tracking="archiving"} 0',
      'longplay_tasks_by_tracking{tracking="settled"} 3',
      'longplay_tasks_by_tracking{tracking="expired"} 0',
      'longplay_files{state="archived"} 6',
      'longplay_files{state="pending"} 1',
      'longplay_files{state="unavailable"} 2',
      'longplay_archived_bytes 9007199254740991',
      ...ofHealth('relay', 'paused'),
      ...ofHealth('other', 'ok'),
      ...ofHealth('removed', 'ok'),
      String.raw`longplay_vendor_trouble{vendor="relay",reason="Refuses \"its\" key\nC:\\keys"} 1`,
      'longplay_vendor_until_timestamp_seconds{vendor="relay"} 1795255201.5',
      'longplay_vendor_pending_tasks{vendor="relay"} 2',
      'longplay_vendor_pending_tasks{vendor="other"} 0',
      'longplay_vendor_pending_tasks{vendor="removed"} 1',
      'longplay_deliveries{state="pending"} 4',
      'longplay_deliveries{state="failed"} 1',
      'longplay_oldest_pending_timestamp_seconds 1795255110',
      'longplay_last_sweep_timestamp_seconds 1795255170',
      'longplay_unreadable_rows 2',
    ]);
  });

  it('ignores what a scraper adds to the address', async () => {
    expect((await scrape('/metrics?collect=1&collect=2'))[0].status).toBe(200);
  });

  it('asks for a token, and for settings', async () => {
    expect(await problem('/metrics', { token: null })).toEqual([401, 'unauthorized']);
  });
});

describe('POST /v1/vendors/{id}/resume', () => {
  it('lifts the pause first, and answers how the vendor stands then', async () => {
    const calls: string[] = [];
    const deps = numbered({
      resume: async (vendor) => void calls.push(`resume ${vendor}`),
      stats: async () => (calls.push('stats'), calls[0] === 'resume relay' ? { ...NUMBERS, vendors: {} } : NUMBERS),
    });
    const answer = await call('/v1/vendors/relay/resume', post(), deps);
    expect([answer.status, await answer.json()]).toEqual([202, { vendor: 'relay', ...FINE }]);
    expect(calls).toEqual(['resume relay', 'stats']);
  });

  it('404 for a vendor that is not there; a retired one is', async () => {
    const resume = async (): Promise<never> => {
      throw new Error('was called');
    };
    for (const id of ['nobody', '__proto__', 'removed', '%72elay%20']) {
      expect(await problem(`/v1/vendors/${id}/resume`, post(), numbered({ resume }))).toEqual([404, 'not_found']);
    }
    expect(await problem('/v1/vendors//resume', post())).toEqual([404, 'not_found']);
    const settings = ok(
      settingsOf({
        VENDORS: {
          relay: { base_url: 'https://relay.example' },
          old: { base_url: 'https://old.example', retired: true },
        },
      }),
    );
    expect((await call('/v1/vendors/old/resume', post(), { ...numbered(), settings })).status).toBe(202);
  });

  it.each(['/v1/vendors/relay/resume', '/v1/tasks/task-one/retry'])(
    '%s needs no body, and takes an empty one',
    async (path) => {
      expect((await call(path, post({ body: {} }))).status).toBe(202);
      expect((await call(path, post({ headers: { 'Content-Type': 'application/json' } }))).status).toBe(202);
      expect((await call(path, post({ headers: { 'Content-Type': 'text/plain' } }))).status).toBe(202);
      expect(await errorPaths(path, post({ body: { now: true } }))).toEqual(['now']);
      expect(await errorPaths(path, post({ body: null }))).toEqual(['body']);
      expect(await problem(path, post({ raw: 'now', headers: { 'Content-Type': 'text/plain' } }))).toEqual([
        415,
        'unsupported_media_type',
      ]);
      expect(await problem(path, post({ body: { now: 'a'.repeat(1_048_577) } }))).toEqual([413, 'payload_too_large']);
      expect(await errorPaths(`${path}?x=1`, post())).toEqual(['query.x']);
    },
  );
});
