// Edge: what the platform's cache in front of the Worker may keep, and how it forgets.
import type { Call } from './context.ts';

/** On all that lists songs, whichever these are: tags are few, songs are many. */
export const LIBRARY_TAG = 'library';

/** As long as a caller may see a title or a list that has changed since. */
export const FIVE_MINUTES = 'public, max-age=300';

/**
 * For an answer with absolute links that follows what callers change. The cache's key has no host: such an answer is kept only
 * where its links have one origin for all callers. `fixedBase`: that is a setting, not the request's.
 */
export const keptShortly = (fixedBase: boolean, tag: string): Record<string, string> =>
  fixedBase ? { 'Cache-Control': FIVE_MINUTES, 'Cache-Tag': tag } : { 'Cache-Control': 'no-store' };

/** All that is kept of one song, and the lists it is in or comes into. The local runtime has no such cache. */
export async function forget({ context }: Pick<Call, 'context'>, slug: string): Promise<void> {
  const purged = await context.cache?.purge({ tags: [slug, LIBRARY_TAG] });
  if (purged?.success === false) throw new Error(`Cannot purge the edge cache of clip ${slug}`);
}
