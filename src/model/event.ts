// Pure, ground floor: what is told of what happened (CONTRACT 9): the kinds of events, their public form, and the message that sends one on its way.
import * as v from 'valibot';
import { Clip, Task } from './task.ts';

export const EVENT_TYPES = [
  'task.succeeded',
  'task.failed',
  'task.expired',
  'task.settled',
  'clip.archived',
  'clip.unavailable',
  'vendor.paused',
  'vendor.resumed',
] as const;

/** `evt_<place in the log, base 36>_<number within its change>`. */
export const EVENT_ID = /^evt_[0-9a-z]{1,11}_\d{1,3}$/;

export const EventType = v.picklist(EVENT_TYPES);
export const VendorNotice = v.object({ vendor: v.string(), reason: v.string() });
export const Event = v.object({
  id: v.string(),
  type: EventType,
  /** RFC 3339 in UTC with `Z`. */
  timestamp: v.pipe(v.string(), v.isoTimestamp(), v.endsWith('Z')),
  data: v.union([Task, Clip, VendorNotice]),
});

/** A queue's body comes from outside of the code that reads it: it is parsed, and holds an id only. */
export const DeliverMessage = v.object({ delivery: v.pipe(v.string(), v.minLength(1)) });

/** What became of one try to deliver. `final`: a next try would end the same way. `detail` names the host, never the whole URL. */
export const DeliveryOutcome = v.variant('ok', [
  v.object({ ok: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    final: v.boolean(),
    retry_after_ms: v.nullable(v.number()),
    detail: v.string(),
  }),
]);

export type EventType = v.InferOutput<typeof EventType>;
export type VendorNotice = v.InferOutput<typeof VendorNotice>;
export type Event = v.InferOutput<typeof Event>;
export type DeliverMessage = v.InferOutput<typeof DeliverMessage>;
export type DeliveryOutcome = v.InferOutput<typeof DeliveryOutcome>;

/** An event as log and receivers get it. `data` is the text that is kept, so that everybody gets the same bytes at every time. */
export function eventText({ id, type, at }: { id: string; type: EventType; at: number }, data: string): string {
  const timestamp = new Date(at).toISOString();
  return `{"id":${JSON.stringify(id)},"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(timestamp)},"data":${data}}`;
}
