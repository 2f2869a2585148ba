// Pure: which events a task's change is (CONTRACT 9). An end, a file's fate and a rest are told once; what was told is kept with the state.
import type { EventType } from '../model/event.ts';
import { ROLES } from '../model/task.ts';
import { isOver, trackingOf } from '../model/lifecycle.ts';
import { archiveOf, fileOf, wantedRoles, type WantRules } from '../model/files.ts';
import type { ClipState, TaskState } from '../model/state.ts';

export interface Told {
  readonly events: { type: EventType; slug: string | null }[];
  readonly state: TaskState;
  /** Clips that are told of now, to be stored. */
  readonly clips: ClipState[];
}

/** `pendingFiles`: wanted files of all clips that are still under way. */
export function told(
  before: TaskState,
  after: TaskState,
  clips: readonly ClipState[],
  pendingFiles: number,
  rules: WantRules,
): Told {
  const events: { type: EventType; slug: string | null }[] = [];
  const { status } = after.reading;
  if (status !== before.reading.status && (status === 'succeeded' || status === 'failed'))
    events.push({ type: `task.${status}`, slug: null });
  if (after.expired && !before.expired) events.push({ type: 'task.expired', slug: null });

  const toldNow: ClipState[] = [];
  let again = false;
  after.reading.clips.forEach((reading, index) => {
    const clip = clips[index];
    const fate = clip && fateOf(clip, wantedRoles(reading, isOver(after), rules));
    if (!clip || !fate || clip.told === 'archived' || clip.told === fate) return;
    // Two places of one task may hold one clip.
    if (toldNow.some(({ slug }) => slug === clip.slug)) return;
    again ||= clip.told !== null;
    toldNow.push({ ...clip, told: fate });
    events.push({ type: `clip.${fate}`, slug: clip.slug });
  });

  const isSettled = trackingOf(after, pendingFiles) === 'settled';
  if (isSettled && (again || after.told !== status)) events.push({ type: 'task.settled', slug: null });
  // A clip that came after all makes the rest to come one to tell of again.
  const toldEnd = isSettled ? status : again ? null : after.told;
  return { events, clips: toldNow, state: toldEnd === after.told ? after : { ...after, told: toldEnd } };
}

/** A record as it stands: whatever of it is worth telling was told by the ledger that wrote it. Answers the clips that know so now. */
export function silenced(
  state: TaskState,
  clips: readonly ClipState[],
  rules: WantRules,
): { state: TaskState; clips: ClipState[] } {
  const { pending } = archiveOf(state.reading, clips, isOver(state), rules);
  return told(state, state, clips, pending, rules);
}

/** What to tell of a clip of which nothing is pending; null: too early, or nothing of it is wanted. */
function fateOf(clip: ClipState, wanted: readonly (typeof ROLES)[number][]): 'archived' | 'unavailable' | null {
  if (clip.taken_down_at !== null || wanted.length === 0) return null;
  if (wanted.some((role) => fileOf(clip, role).state === 'pending')) return null;
  return fileOf(clip, 'audio').state === 'archived' ? 'archived' : 'unavailable';
}
