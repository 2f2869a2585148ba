// Full minutes: what overlaps, what is slow, and what waits behind a backlog.
import { afterEach, describe, expect, it } from 'vitest';
import { Minutes, MINUTE, running, SECOND, type VendorScript } from './minutes.ts';

let world: Minutes;
const open = (scripts: Record<string, VendorScript>, more?: Record<string, unknown>): Minutes =>
  (world = new Minutes(scripts, more));
afterEach(() => world.clock.end());

const names = (count: number, prefix = 'task'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const mostInFlight = ({ asked }: Minutes): number => Math.max(...asked.map(({ in_flight }) => in_flight));
const timesOf = (id: string): number[] => world.asked.filter(({ ids }) => ids.includes(id)).map(({ at }) => at);

describe('a vendor that fails one of two requests', () => {
  it('by 429 is spared as long as it asks for, though the other was answered well', async () => {
    open({
      alpha: {
        ms: 1_000,
        fault: (_, nth) =>
          nth === 0 ? { reason: 'rate_limited', detail: 'slow down', retry_after_ms: 600_000 } : null,
      },
    });
    await world.track('alpha', names(100));
    await world.ticks(5);
    expect(world.asked.map(({ at }) => at)).toEqual([0, 0]);
  });

  it('by 401 is paused once, and taken up again by one probe', async () => {
    open({ alpha: { ms: 1_000, fault: (_, nth) => (nth === 0 ? { reason: 'unauthorized', detail: 'key' } : null) } });
    await world.track('alpha', names(100));
    await world.ticks(1);
    const { events } = await world.ledger.events({ after: null, type: null, limit: 100 });
    expect(events.map(({ type }) => type)).toEqual(['vendor.paused', 'vendor.resumed']);
    expect(world.asked.slice(0, 3).map(({ ids }) => ids.length)).toEqual([50, 50, 1]);
    expect(world.asked[3]?.at).toBeGreaterThan((world.asked[2]?.at ?? 0) + 900);
  });
});

describe('ids that are asked for one by one, 9 s each', () => {
  it('keep at most two requests in flight, and none is asked for twice at a time', async () => {
    open(
      { single: { ms: 9_000 } },
      { VENDORS: { single: { base_url: 'https://single.example', batch_path: '' } }, DELAYS: 'normal' },
    );
    await world.track('single', names(10));
    // Another tick overlaps.
    await world.ticks(2, () => world.clock.sleep(20 * SECOND).then(() => world.begin()));
    expect(mostInFlight(world)).toBe(2);
    for (const id of names(10)) {
      const times = timesOf(id);
      expect(times.length).toBeGreaterThan(1);
      for (const [index, at] of times.entries()) if (index > 0) expect(at - times[index - 1]!).toBeGreaterThan(15_000);
    }
  });
});

describe('a vendor with 5,000 pending', { timeout: 30_000 }, () => {
  it('leaves another its polls', async () => {
    open({ alpha: { ms: 200 }, beta: { ms: 200 } });
    for (let part = 0; part < 5; part++) await world.track('alpha', names(1_000, `a${part}`));
    await world.track('beta', ['one']);
    await world.ticks(2);
    expect(timesOf('one').length).toBeGreaterThanOrEqual(7);
  });

  it('is asked for a new id within two rounds', async () => {
    open({ alpha: { ms: 200 } });
    for (let part = 0; part < 5; part++) await world.track('alpha', names(1_000, `a${part}`));
    await world.ticks(1);
    await world.ticks(1, () => world.clock.sleep(10 * SECOND).then(() => world.track('alpha', ['new'])));
    expect((timesOf('new')[0] ?? Infinity) - MINUTE - 10 * SECOND).toBeLessThanOrEqual(30 * SECOND);
  });
});

describe('a slow relay', () => {
  it('costs a tick few calls of the ledger', async () => {
    open({ alpha: { ms: 9_000 } }, { DELAYS: 'normal' });
    for (let part = 0; part < 5; part++) await world.track('alpha', names(1_000, `a${part}`));
    world.calls.length = 0;
    await world.ticks(1);
    expect(world.asked.length).toBeGreaterThan(8);
    expect(world.calls.length).toBeLessThanOrEqual(60);
  });
});

/** A song that is done, its audio at this host. */
const doneAt = (host: string, id: string): object => ({
  ...{ task_id: id, action: 'MUSIC', status: 'SUCCESS' },
  data: [{ id: `clip-${id}`, title: 'Song', status: 'complete', audio_url: `https://${host}/${id}.mp3`, metadata: {} }],
});

describe('a media host', { timeout: 60_000 }, () => {
  const hosts = { limited: 'limited.example', good: 'good.example' };
  const openBoth = (): Minutes =>
    open({
      alpha: { row: (id) => doneAt(hosts.limited, id) },
      beta: { row: (id) => (id === 'song' ? doneAt(hosts.good, id) : running(id)) },
    });
  const trackAll = async (): Promise<void> => {
    for (let part = 0; part < 2; part++) await world.track('alpha', names(1_000, `a${part}`));
    await world.track('beta', ['one']);
  };
  const songIsSent = (): boolean => world.sent.some(({ message }) => message.task_id === 'song');

  it('that limits, with 2,000 songs behind it, leaves others their polls and files, and few calls are made for it', async () => {
    openBoth();
    await trackAll();
    await world.ticks(1);
    const [first] = world.sent;
    const limited = { ok: false, role: 'audio', source_url: `https://${hosts.limited}/x.mp3` } as const;
    const wait = { reason: 'unreachable', final: false, detail: '429', retry_after_ms: 30_000 } as const;
    await world.clock.until(world.ledger.mirrorJob(first!.message));
    await world.clock.until(world.ledger.mirrorReport(first!.message, [{ ...limited, ...wait }]));
    // Those on their way find that it limits, and come back.
    for (const { message } of world.sent.splice(0)) await world.clock.until(world.ledger.mirrorJob(message));
    world.calls.length = 0;
    const before = timesOf('one').length;
    await world.ticks(1, () => world.clock.sleep(10 * SECOND).then(() => world.track('beta', ['song'])));
    expect(world.calls.length).toBeLessThanOrEqual(100);
    expect(timesOf('one').length - before).toBeGreaterThanOrEqual(3);
    expect(songIsSent()).toBe(true);
  });

  it('that hangs, with 2,000 songs behind it, leaves places for the files of another', async () => {
    openBoth();
    await trackAll();
    await world.ticks(1);
    await world.track('beta', ['song']);
    await world.ticks(1);
    expect(songIsSent()).toBe(true);
    expect(world.sent.length).toBeLessThanOrEqual(100);
  });
});

describe('20 songs begun at different seconds', () => {
  it('share their requests: at most 8 a minute', async () => {
    open({ alpha: { ms: 100, row: running } });
    await world.track('alpha', ['first']);
    await world.ticks(4, async () => {
      for (const id of names(19)) {
        await world.track('alpha', [id]);
        await world.clock.sleep(2_300);
      }
    });
    const byMinute = [0, 1, 2, 3].map(
      (minute) => world.asked.filter(({ at }) => Math.floor(at / MINUTE) === minute).length,
    );
    expect(Math.max(...byMinute)).toBeLessThanOrEqual(8);
    expect(new Set(world.asked.flatMap(({ ids }) => ids)).size).toBe(20);
  });
});
