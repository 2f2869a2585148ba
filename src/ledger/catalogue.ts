// Edge: the clips whose audio is archived: their order, their words, and what is shown of each. Used by the ledger alone.
import { nextSeq } from '../model/id.ts';
import { isOver } from '../model/lifecycle.ts';
import { INDEX_MAX_CLIPS } from '../model/limits.ts';
import type { ClipState } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import type { ClipFound, ClipQuery, Library } from './messages.ts';
import { indexedText, matchOf } from './search.ts';
import type { ClipRow } from './store-clips.ts';
import type { WordStore } from './store-words.ts';
import type { Store, TaskRow } from './store.ts';

export class Catalogue {
  readonly #store: Store;
  readonly #words: WordStore;
  #lastPlace: number;
  /** Clips up to this place are in the index of words. */
  #indexedUpTo: number;

  constructor(store: Store, words: WordStore) {
    this.#store = store;
    this.#words = words;
    this.#lastPlace = store.clips.lastListed();
    this.#indexedUpTo = words.indexedUpTo();
  }

  /** With its place, once its audio is archived; without, once it was taken down. */
  placed(clip: ClipState): ClipState {
    const { audio } = clip.files;
    const isListed = audio?.state === 'archived' && clip.taken_down_at === null;
    if (isListed === (clip.listed !== null)) return clip;
    if (!isListed) {
      this.#forget(clip.listed);
      return { ...clip, listed: null };
    }
    this.#lastPlace = nextSeq(this.#lastPlace, audio.archived_at ?? 0);
    return { ...clip, listed: this.#lastPlace };
  }

  /** A clip from its record: in its old place among the others, where that is free. */
  adopt({ clip, reading }: ClipFound): ClipState {
    let listed = clip.taken_down_at === null ? clip.listed : null;
    while (listed !== null && this.#store.clips.isPlaceTaken(listed)) listed++;
    const adopted = this.placed({ ...clip, listed });
    this.#lastPlace = Math.max(this.#lastPlace, adopted.listed ?? 0);
    this.#store.clips.put(adopted);
    this.#store.clips.keepReading(clip.slug, reading);
    if (adopted.listed !== null && adopted.listed <= this.#indexedUpTo) this.#index(adopted, reading);
    return adopted;
  }

  found(slug: string): ClipFound | null {
    const row = this.#store.clips.row(slug);
    return row && this.#show(row);
  }

  #show({ clip, reading }: ClipRow): ClipFound | null {
    const owner = this.#store.task(clip.vendor, clip.task_id);
    const known = owner ? readingOf(owner, clip.slug) : null;
    if (owner && known) return { clip, reading: known, over: isOver(owner.state), seq: clip.listed };
    return reading && { clip, reading, over: true, seq: clip.listed };
  }

  library(limit: number): Library {
    const { clips } = this.#store;
    return { clips: clips.published(limit).flatMap((row) => this.#show(row) ?? []), changed_at: clips.changedAt() };
  }

  /** What lists of public songs say is not what it was, and no file's time tells so. */
  touched(now: number, ...states: readonly ClipState[]): void {
    if (states.every((clip) => clip.listed === null || clip.visibility !== 'public')) return;
    const { clips } = this.#store;
    if (now > clips.changedAt()) clips.setChangedAt(now);
  }

  list({ visibility, q, before, limit }: ClipQuery): ClipFound[] {
    const last = before ?? Number.MAX_SAFE_INTEGER;
    const rows = q === null ? this.#newest(visibility, last, limit) : this.#matching(q, visibility, last, limit);
    return rows.flatMap((row) => this.#show(row) ?? []);
  }

  #newest(visibility: string | null, before: number, limit: number): ClipRow[] {
    if (visibility !== null) return this.#store.clips.listed(visibility, before, limit);
    return ['public', 'unlisted']
      .flatMap((each) => this.#store.clips.listed(each, before, limit))
      .sort((one, other) => (other.clip.listed ?? 0) - (one.clip.listed ?? 0))
      .slice(0, limit);
  }

  #matching(question: string, visibility: string | null, before: number, limit: number): ClipRow[] {
    const match = matchOf(question);
    if (match === null) return [];
    while (this.catchUp() === INDEX_MAX_CLIPS);
    return this.#words.search(match, visibility, before, limit).flatMap((slug) => this.#store.clips.row(slug) ?? []);
  }

  /** Takes clips into the index of words that are not in it yet: many at a time cost few rows. Answers how many. */
  catchUp(): number {
    const rows = this.#words.notIndexed(this.#indexedUpTo, INDEX_MAX_CLIPS);
    if (rows.length === 0) return 0;
    this.#store.atomically(() => {
      for (const { slug } of rows) {
        const found = this.found(slug);
        if (found) this.#index(found.clip, found.reading);
      }
      this.#words.setIndexedUpTo(rows.at(-1)?.listed ?? 0);
    });
    this.#indexedUpTo = rows.at(-1)?.listed ?? this.#indexedUpTo;
    return rows.length;
  }

  /** A title or tags changed: what is in the index already is written anew. */
  reworded(clip: ClipState, reading: ClipReading): void {
    if (clip.listed !== null && clip.listed <= this.#indexedUpTo) this.#index(clip, reading);
  }

  /** The row of a task leaves: its archived clips tell of themselves from now on, the others are forgotten. Tombstones stay. */
  release(row: TaskRow): void {
    for (const clip of this.#store.clips.all(row.state.slugs)) {
      if (clip.vendor !== row.vendor || clip.task_id !== row.id || clip.taken_down_at !== null) continue;
      const reading = readingOf(row, clip.slug);
      if (clip.listed !== null && reading) this.#store.clips.keepReading(clip.slug, reading);
      else this.#store.clips.delete(clip.slug);
    }
  }

  #index(clip: ClipState, { title, tags }: ClipReading): void {
    if (clip.listed !== null) this.#words.put(clip.listed, indexedText([clip.title ?? title, tags]));
  }

  #forget(place: number | null): void {
    if (place !== null && place <= this.#indexedUpTo) this.#words.remove(place);
  }
}

export const readingOf = (row: TaskRow, slug: string): ClipReading | null =>
  row.state.reading.clips[row.state.slugs.indexOf(slug)] ?? null;
