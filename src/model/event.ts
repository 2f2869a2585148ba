// Pure: what happened: the kinds of events, their public form, and the message that sends one on its way.
import * as v from 'valibot';
import type { Pacing } from './circuit-breaker.ts';
import { archiveOf, fileOf, wantedRoles, type WantRules } from './files.ts';
import { isOver, trackingOf } from './lifecycle.ts';
import type { ClipState, Stored, TaskState } from './state.ts';
import { Clip, ROLES, Task } from './task.ts';

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

export type EventType = v.InferOutput<typeof EventType>;
export type VendorNotice = v.InferOutput<typeof VendorNotice>;
export type Event = v.InferOutput<typeof Event>;

/** An event as log and receivers get it. `data` is the text that is kept, so that everybody gets the same bytes at every time. */
export function eventText({ id, type, at }: { id: string; type: EventType; at: number }, data: string): string {
  const timestamp = new Date(at).toISOString();
  return `{"id":${JSON.stringify(id)},"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(timestamp)},"data":${data}}`;
}

/** What one change brought: one row of the log. `data` is null until its events are rendered, `about` null from then on. */
export interface Logged {
  /** Its place in the log: milliseconds since the epoch × 1000, counted on within one. */
  seq: number;
  at: number;
  events: { id: string; type: EventType; slug: string | null }[];
  /** How things stood; without the vendor's raw answer. */
  about: { stored: Stored; pacing: Pacing } | VendorNotice | null;
  /** JSON texts, one an event. */
  data: string[] | null;
}

/** The events that a change makes, and the task and its clips that know of them (`told`). */
export interface Announced {
  readonly events: { type: EventType; slug: string | null }[];
  readonly state: TaskState;
  /** Clips that are told of now, to be stored. */
  readonly clips: ClipState[];
}

/** `pendingFiles`: wanted files of all clips that are still under way. */
export function eventsOf(
  before: TaskState,
  after: TaskState,
  clips: readonly ClipState[],
  pendingFiles: number,
  rules: WantRules,
): Announced {
  const events: { type: EventType; slug: string | null }[] = [];
  const { status } = after.reading;
  if (status !== before.reading.status && (status === 'succeeded' || status === 'failed'))
    events.push({ type: `task.${status}`, slug: null });
  if (after.expired && !before.expired) events.push({ type: 'task.expired', slug: null });

  const announced: ClipState[] = [];
  let hasLateClip = false;
  after.reading.clips.forEach((reading, index) => {
    const clip = clips[index];
    const fate = clip && fateOf(clip, wantedRoles(reading, isOver(after), rules));
    if (!clip || !fate || clip.told === 'archived' || clip.told === fate) return;
    // Two places of one task may hold one clip.
    if (announced.some(({ slug }) => slug === clip.slug)) return;
    hasLateClip ||= clip.told !== null;
    announced.push({ ...clip, told: fate });
    events.push({ type: `clip.${fate}`, slug: clip.slug });
  });

  const isSettled = trackingOf(after, pendingFiles) === 'settled';
  if (isSettled && (hasLateClip || after.told !== status)) events.push({ type: 'task.settled', slug: null });
  // A clip that was told as unavailable and is archived after all makes the next `task.settled` due again.
  const end = isSettled ? status : hasLateClip ? null : after.told;
  return { events, clips: announced, state: end === after.told ? after : { ...after, told: end } };
}

/** A record as it stands: whatever of it is worth telling was told by the ledger that wrote it. Answers the clips that know so now. */
export function markReported(
  state: TaskState,
  clips: readonly ClipState[],
  rules: WantRules,
): { state: TaskState; clips: ClipState[] } {
  const { pending } = archiveOf(state.reading, clips, isOver(state), rules);
  return eventsOf(state, state, clips, pending, rules);
}

/** What to tell of a clip of which nothing is pending; null: too early, or nothing of it is wanted. */
function fateOf(clip: ClipState, wanted: readonly (typeof ROLES)[number][]): 'archived' | 'unavailable' | null {
  if (clip.taken_down_at !== null || wanted.length === 0) return null;
  if (wanted.some((role) => fileOf(clip, role).state === 'pending')) return null;
  return fileOf(clip, 'audio').state === 'archived' ? 'archived' : 'unavailable';
}
