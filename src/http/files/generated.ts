// Edge: `tagged.mp3`: the archived mp3 with a tag of what is known of the song in front, made on the fly.
import type { MediaObject } from '../../archive/bucket.ts';
import { TAG_LOOK_BYTES, tagBefore, tagBehind } from '../../archive/formats/tags.ts';
import { pageLink } from '../../archive/keys.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { COVER_MAX_BYTES } from '../../model/limits.ts';
import type { ClipState } from '../../model/state.ts';
import { strongEtag, wantedRange } from '../conditional.ts';
import type { FileRequest, KnownClip, MediaDeps } from '../context.ts';
import { FIVE_MINUTES } from '../edge-cache.ts';
import { attachment } from './file-name.ts';
import { tagOf } from './id3.ts';
import { fileAnswer, type FileFacts, NO_FILE, partOf, planFor, refusal, serveBytes, TAKEN_DOWN } from './serve.ts';

type Reads = Pick<MediaDeps, 'readMedia' | 'base'>;

/** Reads the record, the cover and of the audio what is asked for; the tag is held in memory, the audio never. */
export async function serveTagged(
  { request, download }: FileRequest,
  { clip, reading }: KnownClip,
  deps: Reads,
): Promise<Response> {
  const { slug } = clip;
  const key = keyOf(clip, 'audio');
  if (key === null || !key.endsWith('.mp3')) throw refusal('not_found', NO_FILE);
  const [sound, cover] = await Promise.all([soundOf(key, deps), coverOf(clip, deps)]);
  if (sound === null) throw refusal('not_found', NO_FILE);

  const title = clip.title ?? reading?.title ?? null;
  const tag = tagOf({
    title,
    artist: reading?.artist ?? null,
    tags: reading?.tags ?? null,
    lyrics: reading?.lyrics ?? null,
    parent_id: reading?.parent_id ?? null,
    stem: reading?.stem ?? null,
    cover: cover?.bytes ?? null,
    id: clip.clip_id,
    page: deps.base && pageLink(deps.base, slug),
  });
  const { object, start, end } = sound;
  const dates = [object.uploaded, cover?.uploaded, clip.changed_at].map(Number).filter((time) => time > 0);
  const file: FileFacts = {
    tag: slug,
    contentType: object.contentType,
    size: tag.byteLength + end - start,
    etag: strongEtag(`${object.etag} ${start} ${end} ${sha256Hex(tag)}`),
    lastModified: new Date(Math.max(...dates)),
    cacheControl: FIVE_MINUTES,
  };
  const plan = planFor(request, wantedRange(request), file);
  const part = request.method === 'GET' ? partOf(plan, file.size) : null;
  const body = part && (await taggedPart(part, tag, { key, start }, deps));
  return fileAnswer(plan, file, body, download ? attachment(title, slug, 'mp3') : undefined);
}

/** As much of tag and sound as is asked for. `start`: where the sound begins in its file. */
async function taggedPart(
  part: { offset: number; length: number },
  tag: Uint8Array<ArrayBuffer>,
  { key, start }: { key: string; start: number },
  deps: Reads,
): Promise<BodyInit> {
  const front = tag.subarray(part.offset, part.offset + part.length);
  const length = part.length - front.byteLength;
  if (length === 0) return front;
  const offset = start + Math.max(0, part.offset - tag.byteLength);
  const audio = await deps.readMedia(key, { offset, length });
  // Nothing but a takedown removes a file that was there a moment ago.
  if (audio?.body == null) throw refusal('gone', TAKEN_DOWN);
  return front.byteLength === 0 ? audio.body : joined(front, audio.body, part.length);
}

/** Some files have several tags at an end; more than these are no honest file's, and each costs a read. */
const TAGS_MAX = 4;

/** A file, and the part of it that lies between its tags. */
interface Sound {
  readonly object: MediaObject;
  readonly start: number;
  readonly end: number;
}

/** A tag that would leave none of the sound lies about its length: better two tags than no song. Null: there is no file. */
async function soundOf(key: string, deps: Reads): Promise<Sound | null> {
  const object = await deps.readMedia(key, { offset: 0, length: TAG_LOOK_BYTES });
  if (object === null) return null;
  let [start, end] = [0, object.size];
  const look = async (offset: number): Promise<Uint8Array> => {
    const part = await deps.readMedia(key, { offset, length: Math.min(TAG_LOOK_BYTES, end - offset) });
    return new Uint8Array(await bytesOf(part?.body ?? null));
  };
  const first = new Uint8Array(await bytesOf(object.body));
  for (let tags = 0; tags < TAGS_MAX; tags++) {
    const length = tagBefore(tags === 0 ? first : await look(start));
    if (length === 0 || start + length >= end) break;
    start += length;
  }
  for (let tags = 0; tags < TAGS_MAX; tags++) {
    const length = tagBehind(await look(Math.max(start, end - TAG_LOOK_BYTES)));
    if (length === 0 || end - length <= start) break;
    end -= length;
  }
  return { object, start, end };
}

const keyOf = ({ files }: ClipState, role: 'audio' | 'cover'): string | null =>
  files[role]?.state === 'archived' ? files[role].key : null;

/** A cover that is missing, or too large to be held, is left out. */
async function coverOf(clip: ClipState, deps: Reads): Promise<{ bytes: ArrayBuffer; uploaded: Date } | null> {
  const key = keyOf(clip, 'cover');
  if (key === null || (clip.files.cover?.bytes ?? Infinity) > COVER_MAX_BYTES) return null;
  const cover = await deps.readMedia(key);
  return cover && { bytes: await bytesOf(cover.body), uploaded: cover.uploaded };
}

const bytesOf = (body: ReadableStream | null): Promise<ArrayBuffer> => new Response(body).arrayBuffer();

/** Of known length, so that Content-Length is said and a body that ends early is an error, not a short file. */
function joined(front: Uint8Array, rest: ReadableStream, length: number): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  const pump = async (): Promise<void> => {
    const writer = writable.getWriter();
    await writer.write(front);
    writer.releaseLock();
    await rest.pipeTo(writable);
  };
  // A reader who goes away fails the writing: what is open is let go. What fails in the bucket breaks the answer by itself.
  pump().catch((reason: unknown) => rest.cancel(reason).catch(() => {}));
  return readable;
}

export function serveLyrics({ request, download }: FileRequest, { clip, reading }: KnownClip): Response {
  const text = lyricsText(reading?.lyrics ?? null);
  if (text === null) throw refusal('not_found', NO_FILE);
  const bytes = new TextEncoder().encode(text);
  const title = clip.title ?? reading?.title ?? null;
  const file: FileFacts = {
    tag: clip.slug,
    contentType: 'text/plain; charset=utf-8',
    size: bytes.byteLength,
    etag: strongEtag(bytes),
    lastModified: newest(clip),
    cacheControl: FIVE_MINUTES,
  };
  return serveBytes(request, bytes, file, download ? attachment(title, clip.slug, 'txt') : undefined);
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
