// Pure: the one walk of an answer: each object, where it lies and what it is; readers choose among them.
import { isPlain } from '../lib/json.ts';
import { AUDIO_FILES, bareSongs } from './bare-urls.ts';
import { CLIP_LISTS, find, first, inEverySpelling, readFields, type Fields } from './fields.ts';
import {
  hasAudio,
  isErrorEcho,
  isLyricsAction,
  LONGEST_ID,
  readTaskId,
  thingOf,
  type Surroundings,
  type Thing,
} from './shape.ts';
import { extensionOf, readJsonText, readText, readUrl } from './values.ts';

/** One object of an answer. */
export interface Found {
  readonly is: Thing;
  readonly fields: Fields;
  /** The vendor's own value for it: what `fields` were read from, or the list that a task's id is the key of. */
  readonly raw: unknown;
  /** The id of the task that it names: one that was asked for, else the first under a key that only tasks have. */
  readonly task: string | null;
  /** The object that names the task in which it lies, itself included. Null: it lies in none. */
  readonly row: Found | null;
  readonly place: Place;
}

export interface Place extends Surroundings {
  readonly around: Found | null;
  /** The key that names this one thing and not a kind of things: a task's or a clip's id. */
  readonly name: string | null;
  readonly list: readonly unknown[] | null;
  readonly depth: number;
}

/** An honest clip lies at most eight levels deep; below this nothing is looked at. */
const DEEPEST = 20;
/** Objects, lists and JSON texts looked at in one answer: 50 tasks of two clips need about 400. */
const MOST_VISITS = 50_000;

/** Lists of bare words. */
const WORD_LISTS = inEverySpelling(['lyrics', 'lyric', 'texts', 'text']);
/** A key that names one thing: a UUID, a snowflake, `task_cxu6…`. */
const ID_LIKE = /^(?=.*\d)[\w-]{6,200}$/;
const SHORTEST_CLIP_NAME = 16;

export const isIdLike = (key: string): boolean => ID_LIKE.test(key);

const TOP: Place = {
  around: null,
  key: '',
  name: null,
  list: null,
  depth: 0,
  listed: false,
  mapped: false,
  besideClip: false,
  besideRow: false,
  inLyricsTask: false,
};

/** `vocal_url` says that it is a URL of a file; of `vocals` only an extension says so. */
const isFile = (key: string, url: string | null): boolean =>
  url !== null && (key.toLowerCase().endsWith('url') || AUDIO_FILES.has(extensionOf(url)));

/** `asked`: the ids of the tasks that were asked for, if any were. Nothing is looked for inside a clip, lyrics or a timed word, nor under the keys of what went in. */
export function walk(answer: unknown, asked: ReadonlySet<string> = new Set()): Found[] {
  const found: Found[] = [];
  let visits = 0;
  visit(answer, TOP);
  return found;

  function visit(value: unknown, place: Place): void {
    if (place.depth > DEEPEST || ++visits > MOST_VISITS) return;
    if (typeof value === 'string') visitText(value, place);
    else if (Array.isArray(value)) visitList(value, place);
    else if (isPlain(value)) {
      const fields = readFields(value);
      visitObject(fields, place, taskNamedBy(fields, place.name));
    }
  }

  function visitText(text: string, place: Place): void {
    const value = readJsonText(text);
    if (value !== undefined) visit(value, { ...place, depth: place.depth + 1 });
    else if (WORD_LISTS.has(place.key)) add('lyrics', readFields({ text }), place);
    else if (!place.listed) addBareUrls([['', text]], place);
  }

  function visitList(all: readonly unknown[], place: Place): void {
    // What will not be looked at is not read either: 8 MB hold two million empty objects.
    const list = all.slice(0, Math.max(0, MOST_VISITS - visits));
    const read = list.map((item) => (isPlain(item) ? readFields(item) : null));
    const tasks = read.map((fields) => (fields === null ? null : taskNamedBy(fields, null)));
    const inside = { ...place, name: null, list, listed: true, depth: place.depth + 1 };
    // A list holds things of one kind: what stands beside a clip and is no task is a clip too.
    inside.besideClip = read.some((fields) => fields !== null && hasAudio(fields, inside));
    inside.besideRow = tasks.some(isAsked);
    if (list.some((item) => typeof item === 'string'))
      addBareUrls(
        list.map((url) => ['', url] as const),
        inside,
      );
    for (let index = 0; index < list.length; index++) {
      const fields = read[index] ?? null;
      if (fields === null) visit(list[index], inside);
      else if (++visits <= MOST_VISITS) visitObject(fields, inside, tasks[index] ?? null);
    }
  }

  function visitObject(fields: Fields, place: Place, named: string | null): void {
    const task = isErrorEcho(fields) ? null : named;
    const is = thingOf(fields, place, isAsked(task));
    const one = add(is, fields, place, task);
    if (is !== 'task' && is !== 'wrapper') return;
    for (const { key, value } of fields.inside) visitInside(one, key, value);
    for (const { key, name, value } of fields.voices) {
      if (isFile(key, readUrl(value))) add('bare', readFields({ audio_url: value, stem_type: name }), placeIn(one, ''));
    }
    if (is === 'wrapper' && !place.listed && place.key !== '')
      addBareUrls(Object.entries(fields.raw), placeIn(one, place.key));
  }

  function visitInside(around: Found, key: string, value: unknown): void {
    const place = placeIn(around, key);
    if (!asked.has(key)) return visit(value, place);
    const inner = typeof value === 'string' ? readJsonText(value) : value;
    if (isPlain(inner)) return visit(inner, place);
    // `{"<task id>": [clip, clip]}`
    visit(inner, placeIn(add('task', readFields({}), place, key, inner), ''));
  }

  function addBareUrls(entries: readonly (readonly [name: string, value: unknown])[], place: Place): void {
    const outer = place.around;
    // One picture beside them all is everybody's cover.
    const thumbnail = outer === null ? null : readUrl(first(outer.fields, 'thumbnail'));
    for (const { name, audio_url, image_url } of bareSongs(entries, place.key))
      add('bare', readFields({ audio_url, image_url: image_url ?? thumbnail }), {
        ...place,
        name: isIdLike(name) ? name : null,
      });
  }

  function add(is: Thing, fields: Fields, place: Place, task: string | null = null, raw: unknown = fields.raw): Found {
    const outer = place.around?.row ?? null;
    const one = { is, fields, raw, task, row: outer as Found | null, place };
    if (task !== null && startsRow(is, task, outer)) one.row = one;
    found.push(one);
    return one;
  }

  function placeIn(around: Found, key: string): Place {
    const mapped = CLIP_LISTS.has(around.place.key) && !around.place.listed && isIdLike(key);
    const isName = mapped || asked.has(key) || (key.length >= SHORTEST_CLIP_NAME && isIdLike(key));
    return {
      around,
      key,
      name: isName ? key : null,
      list: null,
      depth: around.place.depth + 1,
      listed: false,
      mapped,
      besideClip: false,
      besideRow: false,
      inLyricsTask: around.place.inLyricsTask || isLyricsAction(first(around.fields, 'action')),
    };
  }

  function isAsked(task: string | null): boolean {
    return task !== null && asked.has(task);
  }

  /** The id of the task that an object names: one that was asked for, else the first under a key that only tasks have. */
  function taskNamedBy(fields: Fields, name: string | null): string | null {
    return find(fields, 'task_id', readAsked) ?? find(fields, 'id', readAsked) ?? readAsked(name) ?? readTaskId(fields);
  }

  function readAsked(value: unknown): string | null {
    const id = typeof value === 'string' ? value : readText(value, LONGEST_ID);
    return isAsked(id) ? id : null;
  }

  /**
   * The outermost object that names a task is its row, and so is every one inside that names another that was asked
   * for. Clips and lyrics are rows of their own only where they lie in none, and name what was asked for, if anything
   * was.
   */
  function startsRow(is: Thing, task: string, outer: Found | null): boolean {
    if (outer !== null) return is === 'task' && asked.has(task) && outer.task !== task;
    return is === 'task' || asked.has(task) || asked.size === 0;
  }
}
