// Pure: every R2 key and every public link, in one place.
import { sha256Hex } from '../lib/hash.ts';
import { type Role, ROLES } from '../model/task.ts';
import { typeOf } from './formats/formats.ts';

export const SLUG = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/;
/** Ids that may stand in a key as they are. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** False: no song of ours can have this name. */
export const isSlug = (text: string): boolean => SLUG.test(text);

// Media bucket: media/<slug>/{audio,cover,video}.{ext}, nothing else.
export const mediaKey = (slug: string, role: Role, ext: string): string => `media/${slug}/${role}.${ext}`;
export const clipPrefix = (slug: string): string => `media/${slug}/`;
export const mediaPrefix = (slug: string, role: Role): string => `media/${slug}/${role}.`;

// Records bucket: tasks/<vendor>/<id>.json, clips/<slug>.json, and bodies of unknown length on their way.
const taskRecordPrefix = (vendor: string): string => `tasks/${vendor}/`;
export const taskRecordKey = (vendor: string, id: string): string =>
  `${taskRecordPrefix(vendor)}${PLAIN_ID.test(id) ? id : sha256Hex(id)}.json`;
export const clipRecordKey = (slug: string): string => `clips/${slug}.json`;
export const incomingKey = (uuid: string): string => `incoming/${uuid}`;

// Links. `base` is an origin without a slash at its end; ids are one percent-encoded segment.
export const permanentLink = (base: string, key: string): string => `${base}/${key}`;
export const stableLink = (base: string, slug: string, role: Role): string => `${base}/media/${slug}/${role}`;
export const pageLink = (base: string, slug: string): string => `${base}/s/${slug}`;
export const embedLink = (base: string, slug: string): string => `${base}/embed/${slug}`;
export const clipSelf = (base: string, slug: string): string => `${base}/v1/clips/${slug}`;
export const taskSelf = (base: string, vendor: string, id: string): string =>
  `${base}/v1/tasks/${encodeURIComponent(id)}?vendor=${vendor}`;

export interface MediaPath {
  slug: string;
  role: Role;
  /** null: the stable link without an extension. */
  ext: string | null;
}

/** `/media/<slug>/audio.mp3` or `/media/<slug>/audio`; anything that can be no file of ours is null. */
export function parseMediaPath(pathname: string): MediaPath | null {
  const [, slug = '', name = '', ext = null] = /^\/media\/([^/]+)\/([a-z]+)(?:\.([a-z0-9]+))?$/.exec(pathname) ?? [];
  const role = ROLES.find((known) => known === name);
  if (role === undefined || !isSlug(slug)) return null;
  return ext === null || typeOf(role, ext) !== null ? { slug, role, ext } : null;
}

/** Files that are made on the fly: they are in no bucket. */
export const MADE_FILES = ['tagged.mp3', 'lyrics.txt'] as const;
export interface MadePath {
  slug: string;
  name: (typeof MADE_FILES)[number];
}

/** `/media/<slug>/tagged.mp3`; null: no such file. */
export function parseMadePath(pathname: string): MadePath | null {
  const [, slug = '', last = ''] = /^\/media\/([^/]+)\/([a-z0-9.]+)$/.exec(pathname) ?? [];
  const name = MADE_FILES.find((known) => known === last);
  return name === undefined || !isSlug(slug) ? null : { slug, name };
}
