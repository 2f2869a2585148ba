// The second cron of wrangler.toml is the daily work, and does no tick's.
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import configuration from '../../wrangler.toml?raw';
import worker from '../../src/index.ts';
import { DAILY_CRON } from '../../src/model/limits.ts';
import { emptyBuckets } from './archive.ts';

afterEach(() => void vi.restoreAllMocks());

/** What a cron logs, one entry a line. */
async function run(cron: string): Promise<Record<string, unknown>[]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await worker.scheduled(createScheduledController({ cron }));
  return log.mock.calls.map(([line]) => JSON.parse(String(line)));
}

describe('scheduled()', () => {
  it('knows the crons of wrangler.toml', () => {
    expect(configuration).toContain(`crons = ["* * * * *", "${DAILY_CRON}"]`);
  });

  it('verifies a share by the daily cron, in one JSON line', async () => {
    await emptyBuckets();
    await env.MEDIA.put('media/nobody', 'x');
    expect(await run(DAILY_CRON)).toMatchObject([
      { event: 'verify.problem', key: 'media/nobody', problem: 'orphan' },
      { event: 'verify', checked: 1, problems: 1, done: true },
    ]);
  });

  it('sweeps by any other', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const swept = run('* * * * *');
    vi.setSystemTime(Date.now() + 61_000);
    expect((await swept).map(({ event }) => event)).toEqual(['sweep']);
    vi.useRealTimers();
  });
});
