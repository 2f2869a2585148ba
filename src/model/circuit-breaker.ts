// Pure: how fast a vendor may be asked: ok, backing off or paused, and why. While it is down, its tasks do not age.
import * as v from 'valibot';
import type { Fault } from './fault.ts';
import { type Delays, RETRY_AFTER_MAX_MS } from './limits.ts';
import { LastError } from './task.ts';

export const Pacing = v.object({
  health: v.picklist(['ok', 'backing_off', 'paused']),
  /** Not asked before this (ms since the epoch); then one probe goes out. Null while ok. */
  until: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  /** The last failed look at this vendor; null once it answers again. */
  last_error: v.nullable(LastError),
  /** When the last fault was heard of (ms since the epoch): what was asked before proves nothing after it. */
  failed_at: v.nullable(v.number()),
  /** Faults in a row. */
  failures: v.number(),
  /** Since when it has been out of order (ms since the epoch), and how long in all before that. */
  down_since: v.nullable(v.number()),
  down_ms: v.number(),
  /** The id whose request last got an answer that is no task's; null after a good answer. A second such id in a row is the vendor's fault. */
  odd_id: v.optional(v.nullable(v.string()), null),
});
export type Pacing = v.InferOutput<typeof Pacing>;

export const HEALTHY: Pacing = {
  health: 'ok',
  until: null,
  reason: null,
  last_error: null,
  failed_at: null,
  failures: 0,
  down_since: null,
  down_ms: 0,
  odd_id: null,
};

/** Time that stands still while the vendor is out of order: ages of tasks are measured on it. */
export const vendorClock = (pacing: Pacing, now: number): number =>
  now - pacing.down_ms - (pacing.down_since === null ? 0 : now - pacing.down_since);

/** May it be asked now? Past `until` yes: that request is the probe. */
export const mayAsk = (pacing: Pacing, now: number): boolean => pacing.until === null || pacing.until <= now;

/** `askedAt`: when the request that was answered well was sent. */
export function recovered(pacing: Pacing, now: number, askedAt = now): Pacing {
  if (pacing.health === 'ok' && pacing.last_error === null && pacing.odd_id === null) return pacing;
  if (pacing.failed_at !== null && askedAt < pacing.failed_at) return pacing;
  const down = pacing.down_since === null ? 0 : Math.max(0, now - pacing.down_since);
  return { ...HEALTHY, down_ms: pacing.down_ms + down };
}

/** `random` in [0, 1) spreads the return of many Workers (jitter up to 20 %). */
export function faulted(
  pacing: Pacing,
  { fault, error }: { fault: Fault; error: LastError },
  { now, random, delays }: { now: number; random: number; delays: Delays },
): Pacing {
  const consequence = consequenceOf(fault);
  if (consequence === 'none') return pacing;
  // A pause lasts until the vendor answers: a probe that fails for another reason does not lift it.
  const paused = consequence === 'pause' || pacing.health === 'paused';
  // A second request that was under way when the first one failed tells nothing new.
  if (pacing.until !== null && now < pacing.until && (pacing.health === 'paused') === paused) {
    return { ...pacing, last_error: error, until: laterOf(pacing, fault, now) };
  }
  const failures = pacing.failures + 1;
  const asked = askedWait(fault);
  const doubled = Math.min(delays.back_off_first_ms * 2 ** Math.min(failures - 1, 20), delays.back_off_max_ms);
  // Jitter shortens, so that the promised upper bound stays one. The vendor's own Retry-After is never undercut.
  const wait = paused ? delays.probe_ms : (asked ?? doubled * (1 - 0.2 * random));
  return {
    health: paused ? 'paused' : 'backing_off',
    until: now + wait,
    reason: error.message,
    last_error: error,
    failed_at: now,
    failures,
    down_since: pacing.down_since ?? now,
    down_ms: pacing.down_ms,
    odd_id: pacing.odd_id,
  };
}

/** An answer that is no task's, to one id that the vendor never knew, is that id's own trouble; to a second one in a row, the vendor's. */
export function afterOddAnswer(pacing: Pacing, id: string, fault: () => Pacing): Pacing {
  if (pacing.odd_id === id) return pacing;
  return pacing.odd_id === null ? { ...pacing, odd_id: id } : fault();
}

const askedWait = (fault: Fault): number | null =>
  'retry_after_ms' in fault && fault.retry_after_ms !== null
    ? Math.min(fault.retry_after_ms, RETRY_AFTER_MAX_MS)
    : null;

/** Of two that fail side by side the longer wait counts. */
const laterOf = ({ health, until }: Pacing, fault: Fault, now: number): number | null => {
  const asked = health === 'paused' ? null : askedWait(fault);
  return asked === null || until === null ? until : Math.max(until, now + asked);
};

/** What a fault means for the whole vendor. */
function consequenceOf(fault: Fault): 'none' | 'back_off' | 'pause' {
  switch (fault.reason) {
    case 'not_found':
    case 'own_limit':
      return 'none';
    case 'unauthorized':
    case 'forbidden':
      return 'pause';
    case 'rate_limited':
    case 'unavailable':
    case 'bad_answer':
      return 'back_off';
  }
}
