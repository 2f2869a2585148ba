// Where a moment lies in the log of events, as the ledger numbers it.
import { describe, expect, it } from 'vitest';
import { logPlace } from '../../src/console/events.ts';
import { placeOf } from '../../src/ledger/event-log.ts';
import { EVENT_ID } from '../../src/model/event.ts';
import { nextSeq } from '../../src/model/id.ts';

describe('logPlace()', () => {
  it('is a cursor before all that happens from that moment on, and after all before it', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    const cursor = logPlace(now);
    expect(cursor).toMatch(EVENT_ID);
    expect(placeOf(cursor).seq).toBeLessThanOrEqual(nextSeq(0, now));
    expect(placeOf(cursor).seq).toBeGreaterThan(nextSeq(0, now - 1));
  });
});
