// Edge: a caller changes a clip, or takes it down. Used by the ledger alone.
import type { MirrorMessage } from '../model/messages.ts';
import type { Book } from './book.ts';
import type { Catalogue } from './catalogue.ts';
import { nextTryAt, wantedRoles } from '../model/files.ts';
import type { ClipChange, ClipChanged, ClipFound } from './messages.ts';
import type { ClipState } from '../model/state.ts';

type Changed = Omit<ClipChanged, 'deliveries'>;

export class Changing {
  readonly #book: Book;
  readonly #catalogue: Catalogue;

  constructor(book: Book, catalogue: Catalogue) {
    this.#book = book;
    this.#catalogue = catalogue;
  }

  change(slug: string, change: ClipChange, recorded: ClipFound | null, now: number): Changed | null {
    return this.#apply(slug, recorded, now, (clip) => ({
      ...clip,
      visibility: change.visibility ?? clip.visibility,
      ...(change.visibility === 'public' && clip.visibility !== 'public' && { published_at: now }),
      ...(change.title !== undefined && { title: change.title, changed_at: now }),
    }));
  }

  takeDown(slug: string, recorded: ClipFound | null, now: number): Changed | null {
    const { settings } = this.#book;
    return this.#apply(slug, recorded, now, (clip, { reading, over }) => {
      const isUnderWay = nextTryAt(clip, wantedRoles(reading, over, settings)) !== null;
      const clear_at = isUnderWay ? now + settings.mirror_lease_ms : null;
      return this.#catalogue.placed({ ...clip, taken_down_at: now, clear_at });
    });
  }

  /** What is taken down stays as it is. */
  #apply(
    slug: string,
    recorded: ClipFound | null,
    now: number,
    next: (clip: ClipState, found: ClipFound) => ClipState,
  ): Changed | null {
    const { store } = this.#book;
    if (recorded && !store.clips.get(slug)) this.#catalogue.adopt(recorded);
    const before = this.#catalogue.found(slug);
    const messages: MirrorMessage[] = [];
    if (!before || before.clip.taken_down_at !== null) return before && { found: before, save: null, messages };
    const clip = next(before.clip, before);
    const row = store.task(clip.vendor, clip.task_id);
    if (!row) store.clips.put(clip);
    const save = row && this.#book.afterChange(row, clip, this.#book.moment(clip.vendor, now), messages);
    this.#catalogue.reworded(clip, before.reading);
    this.#catalogue.touched(now, before.clip, clip);
    return { found: { ...before, clip, seq: clip.listed }, save, messages };
  }
}
