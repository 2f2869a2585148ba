// Pure: the numbers of the service as the API tells them (GET /v1/stats).
import * as v from 'valibot';
import { Pacing } from './circuit-breaker.ts';
import { TASK_STATUSES, TRACKING_STATES, When } from './task.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const VendorStats = v.object({
  health: Pacing.entries.health,
  until: When,
  reason: v.nullable(v.string()),
  pending: count,
});

export const Stats = v.object({
  tasks: v.object({
    total: count,
    by_status: v.object(v.entriesFromList(TASK_STATUSES, count)),
    by_tracking: v.object(v.entriesFromList(TRACKING_STATES, count)),
  }),
  files: v.object({ archived: count, pending: count, unavailable: count, bytes: count }),
  vendors: v.record(v.string(), VendorStats),
  deliveries: v.object({ pending: count, failed: count }),
  oldest_pending_at: When,
  last_sweep_at: When,
  unreadable: count,
});

export type VendorStats = v.InferOutput<typeof VendorStats>;

export type Stats = v.InferOutput<typeof Stats>;
