// Pure: raw lyrics objects → variants with text, and why there are none.
import type { Lyrics } from '../model/task.ts';
import { first, type Fields } from './fields.ts';
import { mostAdvanced } from './status.ts';
import { readReason, readText } from './values.ts';

/** A lyrics task makes two or three; more than this is no honest answer. */
const MOST_VARIANTS = 100;
/** Code units. */
const LONGEST = { title: 500, text: 100_000, failure: 2_000 } as const;

/** A lone text may be a greeting or a notice; lyrics that nobody names have an id or a state. */
export const standsAlone = (fields: Fields): boolean =>
  first(fields, 'id') !== undefined || first(fields, 'status') !== undefined;

/** Items without text are no variants: a vendor keeps their places free while it writes. */
export function readVariants(items: readonly Fields[]): Lyrics[] {
  const variants: Lyrics[] = [];
  for (const item of items) {
    const text = readText(first(item, 'text') ?? first(item, 'lyric'), LONGEST.text);
    const isFailed = mostAdvanced([item])?.status === 'failed';
    if (text === null || isFailed || variants.length === MOST_VARIANTS) continue;
    const title = readText(first(item, 'title'), LONGEST.title);
    // An answer may hold the same lyrics twice: in its task and in what the vendor's own vendor said.
    if (!variants.some((known) => known.text === text && known.title === title)) variants.push({ title, text });
  }
  return variants;
}

export function readLyricsFailure(items: readonly Fields[]): string | null {
  for (const item of items) {
    const failure = readReason(first(item, 'error_message') ?? first(item, 'fail_reason'), LONGEST.failure);
    if (failure !== null) return failure;
  }
  return null;
}
