// Pure: events of the log → which rows they are about, and what is worth saying of them.
import type { Event } from './api.ts';
import type { Labels } from './language.ts';
import { taskKey, taskTitle } from './row.ts';

const SAID_MAX = 3;

export function taskKeyOf({ data }: Event): string[] {
  if ('task_id' in data) return [taskKey({ vendor: data.vendor, id: data.task_id })];
  return 'tracking' in data ? [taskKey(data)] : [];
}

/** Of one song with its title, of several by their number. */
export function newsOf(events: readonly Event[], labels: Labels): string[] {
  return Object.entries(labels.events)
    .flatMap(([type, words]) => {
      const some = events.filter((event) => event.type === type);
      const [first] = some;
      if (words === null || first === undefined) return [];
      if (some.length === 1) return [labels.event_sentence(nameOf(first, labels), words.one)];
      return [
        labels.event_sentence(labels.count(some.length, type.startsWith('vendor.') ? 'vendor' : 'song'), words.many),
      ];
    })
    .slice(-SAID_MAX);
}

function nameOf({ data }: Event, labels: Labels): string {
  if ('tracking' in data) return labels.quoted(taskTitle(data));
  return 'task_id' in data ? labels.quoted(data.title ?? data.id) : labels.event_vendor(data.vendor);
}
