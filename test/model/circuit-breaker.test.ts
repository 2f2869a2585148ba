import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/model/fault.ts';
import { faulted, HEALTHY, mayAsk, recovered, vendorClock, type Pacing } from '../../src/model/circuit-breaker.ts';
import { DELAYS } from '../../src/model/limits.ts';

const error = { code: 'vendor_unavailable', message: 'down', at: '2026-01-01T00:00:00.000Z' };
const down: Fault = { reason: 'unavailable', detail: 'down', status: 503, retry_after_ms: null };
const fault = (
  pacing: Pacing,
  what: Fault,
  now: number,
  delays: (typeof DELAYS)[keyof typeof DELAYS] = DELAYS.normal,
) => faulted(pacing, { fault: what, error }, { now, random: 0, delays });

describe('faulted()', () => {
  it('backs off from 15 s, doubling to 15 min', () => {
    let pacing: Pacing = HEALTHY;
    let now = 0;
    const waits = Array.from({ length: 9 }, () => {
      pacing = fault(pacing, down, now);
      const wait = (pacing.until ?? 0) - now;
      now = pacing.until ?? 0;
      return wait / 1000;
    });
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('never waits longer than 30 s in the short profile', () => {
    let pacing: Pacing = HEALTHY;
    for (let now = 0, round = 0; round < 20; round++) {
      pacing = fault(pacing, down, now, DELAYS.short);
      expect((pacing.until ?? 0) - now).toBeLessThanOrEqual(30_000);
      now = pacing.until ?? 0;
    }
  });

  it('obeys Retry-After up to an hour', () => {
    const limited = (ms: number): Fault => ({ reason: 'rate_limited', detail: 'slow', retry_after_ms: ms });
    expect(fault(HEALTHY, limited(90_000), 0).until).toBe(90_000);
    expect(fault(HEALTHY, limited(7_200_000), 0, DELAYS.short).until).toBe(3_600_000);
  });

  it.each(['unauthorized', 'forbidden'] as const)('pauses on %s and probes every 5 min', (reason) => {
    const paused = fault(HEALTHY, { reason, detail: 'key' }, 1_000);
    expect(paused).toMatchObject({ health: 'paused', until: 301_000, reason: 'down', down_since: 1_000 });
    expect([mayAsk(paused, 300_999), mayAsk(paused, 301_000)]).toEqual([false, true]);
  });

  it.each([
    { reason: 'not_found', detail: '' },
    { reason: 'own_limit', detail: '' },
  ] as const)('holds nothing against the vendor for $reason', (what) => {
    expect(fault(HEALTHY, what, 0)).toBe(HEALTHY);
  });

  it('counts two requests that failed side by side once', () => {
    const once = fault(HEALTHY, down, 0);
    expect(fault(once, down, 10)).toEqual(once);
  });
});

describe('vendorClock()', () => {
  it('stands still while the vendor is out of order, and goes on from there', () => {
    const broken = fault(HEALTHY, down, 100);
    expect(vendorClock(broken, 5_000)).toBe(100);
    const well = recovered(broken, 5_000);
    expect([vendorClock(well, 5_000), vendorClock(well, 6_000)]).toEqual([100, 1_100]);
  });
});
