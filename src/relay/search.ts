// Pure: finds tasks, clips and lyrics in any JSON value, wherever they lie (UPSTREAM 2), by their shape and never by their place.
import type { RawClip } from './clip.ts';
import { isOkCode } from './code.ts';
import { first, sortValues, type Inner, type Sorted } from './fields.ts';
import { isPlain } from '../lib/json.ts';
import { isLyrics } from './lyrics.ts';
import { readJsonText, readText, readUrl } from './values.ts';
import { hasSongUrl, isClip, isTask } from './shape.ts';

/** What an answer tells of one task. */
export interface Finding {
  readonly id: string | null;
  /** The vendor's own value for this task. */
  readonly row: unknown;
  /** Objects that speak for the task: its status, times, failure. */
  readonly states: Sorted[];
  /** Other objects inside the task, which may say why it failed. */
  readonly asides: Sorted[];
  readonly clips: RawClip[];
  readonly lyrics: Sorted[];
}

export interface Found {
  readonly findings: readonly Finding[];
  /** What lies in no task: bare clips, bare lyrics, and the envelopes around everything. */
  readonly outside: Finding;
  /** Some object carries a code that is no success. */
  readonly refused: boolean;
}

/** An honest clip lies at most eight levels deep; below this nothing is looked at. */
const DEEPEST = 20;
/** Objects, lists and JSON texts looked at in one answer: 50 tasks of two clips need about 400. */
const MOST_VISITS = 50_000;
const MOST_CLIPS = 100;
const MOST_LYRICS = 1_000;
/** Code units of an id. */
const LONGEST_ID = 400;

/** Under these keys even an object without any URL is a clip: it has not been begun. */
const CLIP_LISTS = new Set(['clips', 'songs', 'tracks', 'sunoData', 'suno_data', 'items']);
/** Lists and maps of bare URLs or bare words. */
const URL_LISTS = /audio|songs?_?urls?$/i;
const WORD_LISTS = new Set(['lyrics', 'lyric', 'texts', 'text']);
/** A key that names one thing and not a kind of things: a UUID, a snowflake. */
const ID_LIKE = /^(?=.*\d)[\w-]{1,200}$/;
const SHORTEST_NAME = 16;

export function search(body: unknown, asked: ReadonlySet<string>): Found {
  const findings: Finding[] = [];
  const loose = new Map<string, Finding>();
  const outside = open(null, body);
  let visits = 0;
  let refused = false;

  visit(body, '', null, 0, outside, false);
  return { findings, outside, refused };

  function visit(value: unknown, list: string, name: string | null, depth: number, owner: Finding, kin: boolean): void {
    if (depth > DEEPEST || ++visits > MOST_VISITS) return;
    if (typeof value === 'string') visitText(value, list, name, depth, owner, kin);
    else if (Array.isArray(value)) visitList(value, list, depth, owner, kin);
    else if (isPlain(value)) visitObject(sortValues(value), list, name, depth, owner, kin);
  }

  function visitText(
    text: string,
    list: string,
    name: string | null,
    depth: number,
    owner: Finding,
    kin: boolean,
  ): void {
    const value = readJsonText(text);
    if (value !== undefined) visit(value, list, name, depth + 1, owner, kin);
    else if (URL_LISTS.test(list) && readUrl(text) !== null) addClip(sortValues({ audio_url: text }), name, owner);
    else if (WORD_LISTS.has(list)) addLyrics(sortValues({ text }), owner);
  }

  function visitList(all: readonly unknown[], list: string, depth: number, owner: Finding, kin: boolean): void {
    // What will not be looked at is not sorted either: 8 MB hold two million empty objects.
    const items = all.slice(0, Math.max(0, MOST_VISITS - visits));
    const sorted = items.map((item) => (isPlain(item) ? sortValues(item) : null));
    // A list holds things of one kind: what stands beside a clip and is no task is a clip too.
    const clips = kin || CLIP_LISTS.has(list) || sorted.some((item) => item !== null && isClip(item, false));
    for (let at = 0; at < items.length; at++) {
      const item = sorted[at];
      if (item === null || item === undefined) visit(items[at], list, null, depth + 1, owner, clips);
      else if (++visits <= MOST_VISITS) visitObject(item, list, null, depth + 1, owner, clips);
    }
  }

  function visitObject(
    sorted: Sorted,
    list: string,
    name: string | null,
    depth: number,
    owner: Finding,
    kin: boolean,
  ): void {
    const id = idOf(sorted, asked);
    const isRow = owner !== outside && owner.row === sorted.raw;
    const isOwnTask = isRow || isTask(sorted) || (id !== null && asked.has(id));
    if (isClip(sorted, kin) && !(isOwnTask && holdsClips(sorted, depth))) return addClip(sorted, name, owner);

    const code = first(sorted, 'code');
    if (code !== undefined && !isOkCode(code)) refused = true;

    const words = isLyrics(sorted) && (isOwnTask || owner !== outside || namesItself(sorted));
    let target = owner;
    if (isOwnTask && (owner === outside || (id !== null && asked.has(id) && id !== owner.id))) {
      target = open(id, sorted.raw);
      findings.push(target);
    }
    if (words) addLyrics(sorted, target);
    if (words && target === owner && !isRow) return;
    const before = target.clips.length + target.lyrics.length;
    visitInside(sorted, list, depth, target);
    const speaks =
      isOwnTask || target === outside || (code === undefined && target.clips.length + target.lyrics.length > before);
    (speaks ? target.states : target.asides).push(sorted);
  }

  function visitInside(sorted: Sorted, list: string, depth: number, owner: Finding): void {
    for (const { key, value } of sorted.inside) {
      if (!asked.has(key)) {
        const named = list !== '' || (key.length >= SHORTEST_NAME && ID_LIKE.test(key));
        visit(value, isListKey(key) ? key : '', named ? key : null, depth + 1, owner, CLIP_LISTS.has(list));
        continue;
      }
      const row = open(key, typeof value === 'string' ? readJsonText(value) : value);
      findings.push(row);
      visit(value, '', null, depth + 1, row, false);
    }
    if (list === '' || !URL_LISTS.test(list)) return;
    for (const [key, value] of Object.entries(sorted.raw)) {
      if (readUrl(value) !== null) addClip(sortValues({ audio_url: value }), key, owner);
    }
  }

  /** A task may repeat its first clip's URL beside the clips themselves: then it is a task and no clip. */
  function holdsClips(sorted: Sorted, depth: number): boolean {
    if (!sorted.inside.some(mayHoldClips)) return false;
    const probe = open('', null);
    for (const inner of sorted.inside)
      if (mayHoldClips(inner)) visit(inner.value, inner.key, null, depth + 1, probe, false);
    return probe.clips.length > 0;
  }

  function addClip(sorted: Sorted, name: string | null, owner: Finding): void {
    let target = owner;
    const task = owner === outside ? readText(first(sorted, 'task_id'), LONGEST_ID) : null;
    if (task !== null && asked.has(task) && asked.size > 1) target = looseOf(task, sorted.raw);
    if (target.clips.length >= MOST_CLIPS && target !== outside) return;
    const metadata = first(sorted, 'metadata');
    const inner = typeof metadata === 'string' ? readJsonText(metadata) : metadata;
    target.clips.push({ sorted, metadata: isPlain(inner) ? sortValues(inner) : null, key: name });
  }

  /** A batch of bare clips, each naming its task: the task's row is the list of them. */
  function looseOf(task: string, raw: object): Finding {
    let finding = loose.get(task);
    if (finding === undefined) {
      finding = open(task, []);
      loose.set(task, finding);
      findings.push(finding);
    }
    (finding.row as object[]).push(raw);
    return finding;
  }

  function addLyrics(sorted: Sorted, owner: Finding): void {
    if (owner.lyrics.length < MOST_LYRICS) owner.lyrics.push(sorted);
  }
}

function open(id: string | null, row: unknown): Finding {
  return { id, row, states: [], asides: [], clips: [], lyrics: [] };
}

/** A task's id: an asked one under any id key, else the first of the keys that only tasks have. */
function idOf(sorted: Sorted, asked: ReadonlySet<string>): string | null {
  const task = readText(first(sorted, 'task_id'), LONGEST_ID);
  if (task !== null && asked.has(task)) return task;
  const id = readText(first(sorted, 'id'), LONGEST_ID);
  return id !== null && asked.has(id) ? id : task;
}

/** A lone `{text}` may be a greeting; lyrics that stand by themselves have something more. */
function namesItself(sorted: Sorted): boolean {
  return (
    first(sorted, 'title') !== undefined || first(sorted, 'id') !== undefined || first(sorted, 'status') !== undefined
  );
}

const isListKey = (key: string): boolean => CLIP_LISTS.has(key) || WORD_LISTS.has(key) || URL_LISTS.test(key);

function mayHoldClips({ key, value }: Inner): boolean {
  return key !== 'metadata' && key !== 'meta_data' && (typeof value === 'string' || !hasSongUrl(value));
}
