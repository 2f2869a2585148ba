// Pure: the log of events: where a moment lies in it, which rows an event is about, and what is said of it.
import type { Event } from '../model/event.ts';
import type { Labels } from './english.ts';
import { taskKey, taskTitle } from './status.ts';

/** As `SEQ_PER_MS` and `eventId()` of the ledger have it; a test holds the two together. */
const PLACES_PER_MS = 1_000;

/** `ms` since the epoch → a cursor of `GET /v1/events`. */
export const logPlace = (ms: number): string => `evt_${(Math.floor(ms) * PLACES_PER_MS).toString(36)}_0`;

export function taskKeyOf({ data }: Event): string[] {
  if ('task_id' in data) return [taskKey({ vendor: data.vendor, id: data.task_id })];
  return 'tracking' in data ? [taskKey(data)] : [];
}

/** Of one song with its title, of several by their number. */
export function newsOf(events: readonly Event[], labels: Labels): string[] {
  return Object.entries(labels.events).flatMap(([type, words]) => {
    const some = events.filter((event) => event.type === type);
    const [first] = some;
    if (words === '' || first === undefined) return [];
    const what = type.startsWith('vendor.') ? 'vendor' : 'song';
    return [labels.detail(some.length === 1 ? nameOf(first, labels) : labels.count(some.length, what), words)];
  });
}

function nameOf({ data }: Event, labels: Labels): string {
  if ('tracking' in data) return labels.quoted(taskTitle(data));
  return 'task_id' in data ? labels.quoted(data.title ?? data.id) : labels.event_vendor(data.vendor);
}

/** What happened in the last 24 hours, as far as it is read. */
export interface Day {
  readonly events: readonly Pick<Event, 'type' | 'timestamp'>[];
  /** The log has others of that time. */
  readonly more: boolean;
}
