// Pure: a vendor's own answer for the public: no internal fields, and links that last in place of file URLs.
import { ROLE_URLS, type Stored } from '../model/state.ts';
import { ROLES, type File, type Role, type Task } from '../model/task.ts';
import { readFinal } from '../relay/clip.ts';
import { digitsOf, parseJson } from '../lib/json.ts';
import { CLIP_IDS, count, first, has, readFields, spellings, TASK_SIGNS } from '../relay/fields.ts';
import { readJsonText, readText, readUrl } from '../relay/values.ts';
import { isClip, isLyrics, isTask } from '../relay/shape.ts';

/** Relays' own: accounts, routing, billing, and who is called back. */
const INTERNAL = [
  'user_id',
  'group',
  'channel',
  'channel_id',
  'platform',
  'quota',
  'properties',
  'username',
  'handle',
  'notify_hook',
];
const HIDDEN = new Set(INTERNAL.flatMap(spellings));

/** An honest answer is a dozen levels deep. Below this a value is dropped rather than passed on unread. */
const DEEPEST = 64;
const ID_MAX_CHARACTERS = 400;

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && digitsOf(value) === null;

/** The answer of the route that names one id. */
export function publicAnswer(stored: Stored, task: Task): unknown {
  if (stored.raw?.form === 'answer') return cleaner(stored, task)(parsed(stored.raw.json));
  return { code: 'success', message: '', data: publicRow(stored, task) };
}

/** The task's row in a batch answer. */
export function publicRow(stored: Stored, task: Task): unknown {
  // Tracked, and never answered for: the word that relays have for a task that nobody has begun.
  if (stored.raw === null) return { task_id: stored.id, status: task.vendor_status ?? 'NOT_START', data: null };
  const value = parsed(stored.raw.json);
  const clean = cleaner(stored, task);
  if (stored.raw.form === 'row') return clean(value);
  const data = isObject(value) && 'data' in value ? value['data'] : value;
  return isTaskRow(data) ? clean(data) : { task_id: stored.id, status: task.vendor_status, data: clean(data) };
}

function parsed(json: string): unknown {
  const result = parseJson(json);
  return result.ok ? result.value : null;
}

/** One task object: it names a task, or has a status and is neither song nor lyrics. */
function isTaskRow(value: unknown): boolean {
  if (!isObject(value)) return false;
  const fields = readFields(value);
  return isTask(fields) || (first(fields, 'status') !== undefined && !isClip(fields) && !isLyrics(fields));
}

/** One clip: its own URLs, and what stands in for each of its files. Null: the vendor's URL stays. */
interface ClipLinks {
  readonly id: string;
  readonly urls: ReadonlyMap<string, Role>;
  readonly links: Readonly<Record<Role, string | null>>;
}

function linksOf(stored: Stored, task: Task): ClipLinks[] {
  const bySlug = new Map(stored.clips.map((clip) => [clip.slug, clip]));
  return task.clips.map((clip, index) => {
    const reading = stored.state.reading.clips[index];
    const urls = new Map<string, Role>();
    for (const role of ROLES) {
      for (const url of [
        reading?.[ROLE_URLS[role]],
        bySlug.get(clip.slug)?.files[role]?.source_url,
        clip[role]?.source_url,
      ]) {
        if (url != null) urls.set(url, role);
      }
    }
    return {
      id: clip.id,
      urls,
      links: { audio: lasting(clip.audio), cover: lasting(clip.cover), video: lasting(clip.video) },
    };
  });
}

function lasting(file: File | null): string | null {
  if (file === null) return null;
  if (file.state === 'archived') return file.url;
  return file.state === 'pending' || file.reason === 'taken_down' ? file.link : null;
}

function cleaner(stored: Stored, task: Task): (value: unknown) => unknown {
  const clips = linksOf(stored, task);
  const byId = new Map(clips.map((clip) => [clip.id, clip]));
  const byUrl = new Map<string, ClipLinks>();
  for (const clip of clips) for (const url of clip.urls.keys()) if (!byUrl.has(url)) byUrl.set(url, clip);

  return (value) => clean(value, 0, null);

  function clean(value: unknown, depth: number, clip: ClipLinks | null, isListed = false): unknown {
    if (typeof value === 'string') return cleanText(value, depth, clip);
    if (typeof value !== 'object' || value === null || digitsOf(value) !== null) return value;
    if (depth >= DEEPEST) return null;
    if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1, clip, true));
    return cleanObject(value as Json, depth, clip, isListed);
  }

  function cleanObject(object: Json, depth: number, outer: ClipLinks | null, isListed: boolean): Json {
    const own = clipOf(object);
    const clip = own ?? outer;
    const isHidden = (key: string): boolean => HIDDEN.has(key) || (key === 'id' && isRowNumber(object, isListed));
    const shown = Object.entries(object).filter(([key]) => !isHidden(key));
    // Object.fromEntries defines even a key such as __proto__ as an ordinary one.
    return Object.fromEntries(
      shown.map(([key, inner]) => [key, (own && siblingLink(key, inner, own)) ?? clean(inner, depth + 1, clip)]),
    );
  }

  function cleanText(text: string, depth: number, clip: ClipLinks | null): string {
    const url = readUrl(text);
    if (url !== null) return linkFor(url, clip) ?? text;
    const inside = readJsonText(text);
    if (inside === undefined) return text;
    const before = JSON.stringify(inside);
    const after = JSON.stringify(clean(inside, depth + 1, clip));
    return before === after ? text : after;
  }

  /** Songs of one task may share a URL: the song at hand comes first. */
  function linkFor(url: string, clip: ClipLinks | null): string | null {
    const owner = clip?.urls.has(url) ? clip : byUrl.get(url);
    const role = owner?.urls.get(url);
    return owner && role ? owner.links[role] : null;
  }

  /** The clip that an object is: by its id, else by a file's URL in a file's place. */
  function clipOf(object: Json): ClipLinks | null {
    const fields = readFields(object);
    for (const field of [...CLIP_IDS, 'id'] as const) {
      const id = readText(first(fields, field), ID_MAX_CHARACTERS);
      const named = id === null ? undefined : byId.get(id);
      if (named) return named;
    }
    for (const [key, value] of Object.entries(object)) {
      const url = readUrl(value);
      const owner = url === null ? undefined : byUrl.get(url);
      if (owner && url !== null && roleOfKey(key) === owner.urls.get(url)) return owner;
    }
    return null;
  }

  /** A clip's other names for one file: `image_url` beside `image_large_url`. Streams and placeholders are no files. */
  function siblingLink(key: string, value: unknown, clip: ClipLinks): string | null {
    const role = roleOfKey(key);
    return role !== null && typeof value === 'string' && readFinal(value) !== null ? clip.links[role] : null;
  }

  /**
   * `id` beside a task's id is the relay's row number, unless the row is a song by itself. Songs and lyrics of a list
   * name their task too: they are rows only where they have what tasks have.
   */
  function isRowNumber(object: Json, isListed: boolean): boolean {
    if (!('task_id' in object || 'taskId' in object)) return false;
    const id = readText(object['id'], ID_MAX_CHARACTERS);
    if (id !== null && byId.has(id)) return false;
    const fields = readFields(object);
    return !isListed || count(fields, TASK_SIGNS) > 0 || !(isClip(fields) || isLyrics(fields));
  }
}

/** Concepts of files are named as their roles. */
const roleOfKey = (key: string): Role | null => {
  const fields = readFields({ [key]: '' });
  return ROLES.find((role) => has(fields, role)) ?? null;
};
