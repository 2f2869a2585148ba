// Edge: `lyrics.txt`: the sung words as plain text (CONTRACT 8).
import type { ClipState } from '../model/state.ts';
import { sha256Hex } from '../slug.ts';
import { attachment } from './attachment.ts';
import { FIVE_MINUTES } from './edge-cache.ts';
import type { KnownClip } from './files/media.ts';
import { wantedRange } from './conditional.ts';
import { NO_FILE, partOf, refusal, serve } from './files/serve.ts';

export async function serveLyrics(
  request: Request,
  { clip, reading }: KnownClip,
  download: boolean,
): Promise<Response> {
  const text = lyricsText(reading?.lyrics ?? null);
  if (text === null) throw refusal('not_found', NO_FILE);
  const bytes = new TextEncoder().encode(text);
  const title = clip.title ?? reading?.title ?? null;
  return serve(request, wantedRange(request), {
    ...{ slug: clip.slug, contentType: 'text/plain; charset=utf-8', size: bytes.byteLength },
    ...{ cacheControl: FIVE_MINUTES, etag: `"${sha256Hex(bytes).slice(0, 32)}"`, lastModified: newest(clip) },
    disposition: download ? async () => attachment(title, clip.slug, 'txt') : undefined,
    body: async (plan) => {
      const part = partOf(plan, bytes.byteLength);
      return part && bytes.subarray(part.offset, part.offset + part.length);
    },
  });
}

/** What stands in the file; null: there are no words. */
export const lyricsText = (lyrics: string | null): string | null => {
  const text = (lyrics ?? '').toWellFormed().trim();
  return text === '' ? null : `${text}\n`;
};

/** Words are final once a file of the song is archived; before that no date holds. */
function newest({ files, changed_at }: ClipState): Date | null {
  const archived = [files.audio, files.cover, files.video].map((file) => file?.archived_at ?? 0);
  const last = Math.max(...archived, changed_at ?? 0);
  return Math.max(...archived) > 0 ? new Date(last) : null;
}
