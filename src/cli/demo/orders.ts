// Pure: a song ordered at the demo relay: one of its own, under ids, title, style and words of the order.
import { type DemoSong, type Dialect, SONGS } from './songs.ts';

/** What a client of a relay sends; further keys are ignored, as relays do. */
export interface Order {
  readonly gpt_description_prompt?: unknown;
  readonly prompt?: unknown;
  readonly title?: unknown;
  readonly tags?: unknown;
}

/** As relays of each dialect name tasks. `uuid`: 8-4-4-4-12 hex. */
const TASK_IDS: Record<Dialect, (uuid: string) => string> = {
  classic: (uuid) => uuid,
  camel: (uuid) => uuid.replaceAll('-', ''),
  // A leading 1 makes 19 digits of the 16.
  numeric: (uuid) => BigInt(`0x1${uuid.replaceAll('-', '').slice(-15)}`).toString(),
};

/** As relays do, two versions of each song. */
const VERSIONS = SONGS.flatMap(({ clips }) => clips)
  .filter(({ ending }) => ending === 'complete')
  .slice(0, 2);

/** Null: no such vendor, or the order says neither what to sing nor what about. */
export function songFor(vendor: string, order: Order, uuid: () => string): DemoSong | null {
  const dialect = SONGS.find((song) => song.vendor === vendor)?.dialect;
  const about = textOf(order.gpt_description_prompt);
  const words = textOf(order.prompt);
  const subject = about ?? words;
  if (dialect === undefined || subject === null) return null;
  const title = textOf(order.title) ?? firstWords(subject);
  const clips = VERSIONS.map((version) => ({
    ...version,
    id: uuid(),
    title,
    tags: textOf(order.tags) ?? version.tags,
    lyrics: words ?? version.lyrics,
  }));
  return { vendor, dialect, task_id: TASK_IDS[dialect](uuid()), title, failure: null, clips };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

const firstWords = (text: string): string =>
  text
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .trim()
    .split(/\s+/)
    .slice(0, 5)
    .join(' ');
