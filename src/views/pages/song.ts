// Pure: a clip → the song as its pages show it: texts that can be shown, archived files alone, and how far it is.
import type { Dimensions } from '../../archive/formats/dimensions.ts';
import type { Clip, File } from '../../model/task.ts';
import { DEFAULT_COVER } from '../default-cover.ts';
import type { Words } from './english.ts';
import { excerptOf, lineOf, tagsOf } from './text.ts';

/** Where a song's pages are. `oembed` of each format. */
export interface SongLinks {
  readonly page: string;
  readonly embed: string;
  readonly oembed: { readonly json: string; readonly xml: string };
}

/**
 * `making`: its vendor is at it. `keeping`: it is made, its audio is on its way to us. `ready`: it plays.
 * `failed`: its vendor could not make it. `lost`: its audio could not be kept. `unfinished`: its vendor never ended it.
 */
export type Stage = 'making' | 'keeping' | 'ready' | 'failed' | 'lost' | 'unfinished';

/** A picture that a link's preview shows; its size is true. */
export interface Preview extends Dimensions {
  readonly url: string;
  readonly type: string;
}

/** The song that another was made from, where it is known; its page, where it may be shown. */
export interface Parent {
  readonly title: string;
  readonly page: string | null;
}

/** Songs beside one: made from it, one voice of it, or of the same task. */
export interface RelativeGroup {
  readonly kind: 'versions' | 'stems' | 'together';
  readonly songs: readonly { readonly title: string; readonly page: string }[];
}

export interface Song {
  readonly title: string;
  /** The voice of its parent that it is. */
  readonly stem: string | null;
  readonly parent: Parent | null;
  readonly relatives: readonly RelativeGroup[];
  readonly artist: string | null;
  readonly tags: readonly string[];
  readonly lyrics: string | null;
  readonly description: string;
  readonly seconds: number | null;
  readonly created_at: string | null;
  readonly stage: Stage;
  /** Why it failed, in its vendor's words. */
  readonly failure: string | null;
  readonly audio: { readonly url: string; readonly type: string; readonly download: string } | null;
  /** The permanent link of its cover. */
  readonly cover: string | null;
  readonly preview: Preview;
  /** Stable links, which are good before the files are. */
  readonly stable: { readonly audio: string | null; readonly cover: string | null };
  readonly unlisted: boolean;
  readonly links: SongLinks;
}

/** What is not the clip's own. */
export interface Beside {
  readonly coverSize?: Dimensions | null;
  readonly parent?: Parent | null;
  readonly relatives?: readonly RelativeGroup[];
}

const DESCRIPTION_MAX_CODE_POINTS = 200;

/** `over`: its task has ended or expired. `base`: origin of links, where a download is answered under the song's title. `coverSize`: null, where nobody can tell. `parent`: null, where it is not known. */
export function songOf(
  clip: Clip,
  over: boolean,
  base: string,
  links: SongLinks,
  words: Words['song'],
  { coverSize = null, parent = null, relatives = [] }: Beside = {},
): Song {
  const lyrics = clip.lyrics?.trim() || null;
  const tags = tagsOf(clip.tags ?? '');
  const artist = lineOf(clip.artist ?? '') || null;
  const stage = stageOf(clip, over);
  return {
    title: titleLine(clip.title, words),
    stem: lineOf(clip.stem ?? '') || null,
    parent,
    relatives,
    artist,
    tags,
    lyrics,
    description: descriptionOf(artist, tags, lyrics, words),
    seconds: clip.duration_seconds !== null && clip.duration_seconds > 0 ? clip.duration_seconds : null,
    created_at: clip.created_at,
    stage,
    failure: lineOf(clip.failure ?? '') || null,
    audio: audioOf(clip.audio, base),
    cover: clip.cover?.url ?? null,
    preview: previewOf(clip.cover, coverSize, base),
    stable: { audio: stableOf(clip.audio), cover: stableOf(clip.cover) },
    unlisted: clip.visibility === 'unlisted',
    links,
  };
}

export const titleLine = (title: string | null, { untitled }: Words['song']): string => lineOf(title ?? '') || untitled;

/** Whether the page is worth looking at again. */
export const isUnderWay = ({ stage }: Song): boolean => stage === 'making' || stage === 'keeping';

function stageOf({ status, audio }: Clip, over: boolean): Stage {
  if (audio?.state === 'archived') return 'ready';
  if (status === 'failed') return 'failed';
  if (audio?.state === 'pending') return status === 'complete' ? 'keeping' : 'making';
  if (audio?.state === 'unavailable' || status === 'complete') return over || audio !== null ? 'lost' : 'making';
  return over ? 'unfinished' : 'making';
}

function audioOf(file: File | null, base: string): Song['audio'] {
  if (file?.state !== 'archived' || file.url === null) return null;
  // A bucket's own domain knows no `?download`: that is asked of the Worker.
  const download = `${base}${new URL(file.url).pathname}?download`;
  return { url: file.url, type: file.content_type ?? 'audio/mpeg', download };
}

/** Of a cover that is still to come nobody knows the size, and who asks for a preview asks once. */
function previewOf(cover: File | null, size: Dimensions | null, base: string): Preview {
  const { path, ...picture } = DEFAULT_COVER;
  if (cover?.url == null || cover.content_type === null || size === null) return { url: base + path, ...picture };
  return { url: cover.url, type: cover.content_type, ...size };
}

const stableOf = (file: File | null): string | null =>
  file?.state === 'archived' || file?.state === 'pending' ? file.link : null;

function descriptionOf(
  artist: string | null,
  tags: readonly string[],
  lyrics: string | null,
  { by, styled, and, begins }: Words['song'],
): string {
  const about = [by(artist), tags.slice(0, 6).join(and)].filter(Boolean);
  const sung = lyrics === null ? '' : excerptOf(lyrics, DESCRIPTION_MAX_CODE_POINTS);
  return lineOf([about.join(styled), sung].filter(Boolean).join(begins), DESCRIPTION_MAX_CODE_POINTS);
}
