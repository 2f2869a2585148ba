// Edge: hands media.ts what it asks for: objects from the bucket, and what the ledger knows of a clip.
import { ROLE_URLS } from '../model/state.ts';
import type { Role } from '../model/task.ts';
import type { Call } from './context.ts';
import { serveMedia, type StableTarget } from './files/media.ts';

/** With wrong settings permanent links go on: they need nothing but the bucket. */
export function files({ request, url, deps }: Call): Promise<Response> {
  const settings = deps.settings.ok ? deps.settings.value : null;
  const clipOf = async (slug: string) => (settings === null ? null : deps.ledger.clip(slug));
  return serveMedia(request, url.pathname, {
    base: settings?.public_base_url ?? null,
    knownClip: clipOf,
    mediaBase: settings?.media_base_url ?? '',
    readMedia: (key, range, held) => deps.media.readMedia(key, range, held),
    headMedia: (key) => deps.media.headMedia(key),
    whyMissing: async (slug) => ((await clipOf(slug))?.clip.taken_down_at != null ? 'gone' : 'missing'),
    downloadTitle: async (slug) => {
      const known = await clipOf(slug);
      return known?.clip.title ?? known?.reading?.title ?? null;
    },
    lookUp: async (slug, role) => targetOf(await clipOf(slug), role, settings?.archive_video ?? false),
  });
}

type KnownClip = Awaited<ReturnType<Call['deps']['ledger']['clip']>>;

function targetOf(known: KnownClip, role: Role, archiveVideo: boolean): StableTarget {
  if (known === null) return null;
  const { clip, reading } = known;
  const file = clip.files[role];
  if (clip.taken_down_at !== null) return { state: 'gone' };
  if (file?.state === 'archived' && file.key !== null) return { state: 'archived', key: file.key };
  // Skipped: such a file never had a link.
  if (role === 'video' && !archiveVideo) return null;
  if (file?.state === 'unavailable') return { state: 'unavailable' };
  return { state: 'pending', source_url: reading?.[ROLE_URLS[role]] ?? file?.source_url ?? null };
}
