// Pure: one line of the Worker's log → the line a person reads, or null where there is nothing to tell.

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';
export type Paint = (style: Style, text: string) => string;

type Log = Record<string, unknown> & { event: string };
type Tell = (log: Log, titles: Record<string, string>, paint: Paint) => string | null;

/** One entry for each event that has a form of its own; all others are printed as they came. */
const TELLERS: Record<string, Tell> = {
  'task.changed': tellTask,
  'file.archived': tellArchived,
  'file.failed': tellFailed,
  delivery: tellDelivery,
  'vendor.fault': (log, _titles, paint) =>
    `${paint('yellow', 'vendor')} ${text(log['vendor'])}: ${join([log['code'] ?? log['reason'], log['detail']], ', ')}`,
  'vendor.nothing_readable': (log, _titles, paint) =>
    `${paint('yellow', 'vendor')} ${text(log['vendor'])}: calls ${text(log['task_id'])} done, but nothing in its answer is understood; it has the keys ${Array.isArray(log['keys']) ? log['keys'].join(', ') : ''}`,
  error: (log, _titles, paint) =>
    `${paint('red', 'error')} ${join([log['at'], log['message'] ?? log['detail'] ?? rest(log)], ': ')}`,
  // Every tick tells of itself; what it found is told by the events above.
  sweep: () => null,
};

export function progressLine(message: string, titles: Record<string, string>, paint: Paint): string | null {
  const log = asLog(message);
  const tell = log && Object.hasOwn(TELLERS, log.event) ? TELLERS[log.event] : undefined;
  return log && tell ? tell(log, titles, paint) : message;
}

function tellTask(log: Log, titles: Record<string, string>, paint: Paint): string {
  const archive = asRecord(log['archive']);
  const [archived, pending, unavailable] = ['archived', 'pending', 'unavailable'].map((name) => count(archive[name]));
  const wanted = (archived ?? 0) + (pending ?? 0) + (unavailable ?? 0);
  const files = wanted === 0 ? '' : `${archived} of ${wanted} files kept`;
  const lost = unavailable ? `${unavailable} cannot be had` : '';
  const failure = text(log['failure']);
  const state = join([colourOf(log, paint), log['tracking'], files, lost], ', ');
  return `${nameOf(log, titles, paint)}  ${state}${failure && `: ${paint('red', failure)}`}`;
}

function colourOf(log: Log, paint: Paint): string {
  const status = text(log['status']);
  if (status === 'succeeded') return paint('green', status);
  return status === 'failed' ? paint('red', status) : status;
}

function tellArchived(log: Log, titles: Record<string, string>, paint: Paint): string {
  const size = join([sizeOf(log['bytes']), log['content_type'], milliseconds(log['ms'])], ', ');
  return `${nameOf(log, titles, paint)}  ${paint('green', `${text(log['role'])} kept`)} (${size})  ${text(log['url'])}`;
}

function tellFailed(log: Log, titles: Record<string, string>, paint: Paint): string {
  const attempts = count(log['attempts']);
  const tries = attempts > 0 ? `, try ${attempts}` : '';
  const what =
    log['final'] === true
      ? paint('red', `${text(log['role'])} cannot be kept`)
      : paint('yellow', `${text(log['role'])} not yet`);
  return `${nameOf(log, titles, paint)}  ${what} (${text(log['reason'])}${tries})`;
}

function tellDelivery(log: Log, _titles: Record<string, string>, paint: Paint): string {
  const what = log['type'] === 'notify_hook' ? 'callback of a submit' : `webhook ${text(log['type'])}`;
  const receiver = `${what} → ${text(log['receiver'])}`;
  if (log['ok'] === true) return `${receiver}: ${paint('green', 'delivered')} (${milliseconds(log['ms'])})`;
  const why = log['status'] == null ? text(log['detail']) : `HTTP ${text(log['status'])}`;
  return log['final'] === true
    ? `${receiver}: ${paint('red', 'not delivered')} (${why}), given up`
    : `${receiver}: ${paint('yellow', 'not delivered')} (${why}), tried again later`;
}

/** The song's title where it is known, else the vendor and the beginning of the task's id. */
function nameOf(log: Log, titles: Record<string, string>, paint: Paint): string {
  const id = text(log['task_id']);
  const title = text(log['title']) || (Object.hasOwn(titles, id) ? titles[id] : '');
  const short = id.length > 14 ? `${id.slice(0, 12)}…` : id;
  return title ? paint('bold', title) : `${text(log['vendor'])}/${short}`;
}

/** 999 → `999 B`, 182_400 → `182 KB`, 3_145_728 → `3.1 MB`. */
export function sizeOf(value: unknown): string {
  const bytes = count(value);
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const milliseconds = (value: unknown): string => (typeof value === 'number' ? `${Math.round(value)} ms` : '');
const count = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0);
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const join = (values: unknown[], separator: string): string => values.map(text).filter(Boolean).join(separator);
const rest = ({ event: _, at: __, ...facts }: Log): string => JSON.stringify(facts);

function asLog(message: string): Log | null {
  if (!message.startsWith('{')) return null;
  try {
    const value = asRecord(JSON.parse(message));
    return typeof value['event'] === 'string' ? { ...value, event: value['event'] } : null;
  } catch {
    // A line that only looks like JSON is a plain line.
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
