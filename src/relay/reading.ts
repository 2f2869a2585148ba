// Pure: what the walk found of one task → Reading.
import type { ClipReading, Reading, TaskStatus } from '../model/task.ts';
import { redact } from '../net/redact.ts';
import { mergeClips, readClip, readClipId } from './clip.ts';
import { readCode } from './code.ts';
import { find, first, firstOf, has, RESULT_KEYS, type Field, type Fields } from './fields.ts';
import { standsAlone, readLyricsFailure, readVariants } from './lyrics.ts';
import { isLyrics, isLyricsAction, isSong, metadataOf, readOwnId, readTaskId } from './shape.ts';
import { isEnded, mostAdvanced, type Word } from './status.ts';
import { cut, readNumber, readReason, readText, readTime, readUrl } from './values.ts';
import type { Found, Place } from './walk.ts';

/** What an answer tells of one task. */
export interface Material {
  /** The objects that name it. */
  readonly rows: readonly Found[];
  /** What lies in them, themselves included. */
  readonly inside: readonly Found[];
  /** For who asked for one id: what lies in no task, or in the only one there is, whatever its id. */
  readonly unowned: readonly Found[];
}

const MOST_CLIPS = 100;
const MOST_KEYS = 40;
/** Code units. */
const LONGEST = { word: 200, failure: 2_000, key: 60 } as const;

/** Null: it tells nothing, or only of an end that nothing shows to be this task's. */
export function compose(material: Material, taskId: string, vendorKey: string | null): Reading | null {
  const songs = songsOf(material);
  const clips = readClips(songs, taskId, vendorKey);
  const items = clips.length > 0 ? [] : lyricsOf(material);
  const variants = readVariants(items.map(({ fields }) => fields));
  const timed = [...material.inside, ...material.unowned.filter(isPlaced)].filter(({ is }) => is === 'timed_word');

  const results = around([...songs, ...items]);
  const states = statesOf(material, songs, results);
  const derived = deriveStatus(clips, variants.length + timed.length > 0);
  const word =
    mostAdvanced(states) ??
    looseWord(material.unowned, results.size > 0, derived) ??
    (clips.length > 0 ? null : mostAdvanced(items.map(({ fields }) => fields)));
  if (word === null && states.length + clips.length + variants.length + timed.length === 0) return null;

  // A song that is its whole task may have a word of this vendor's alone: what it holds tells more.
  const isOwnWord = word?.status === 'unknown' && songs.some(({ fields }) => fields === word.state);
  const status = word === null || isOwnWord ? derived : word.status;
  // An end must name its task: what nobody names ends nothing, unless there is something to show for it.
  const isShown = states.length + items.length + timed.length > 0 || clips.some((clip) => clip.audio_url !== null);
  if (isEnded(status) && !isShown && !songs.some(isPlaced)) return null;

  const witnesses = word === null ? states : [word.state, ...states.filter((state) => state !== word.state)];
  const action = firstOf(witnesses, 'action');
  // A music task may echo the words that it was asked to sing.
  const isMusic =
    clips.length > 0 || (isAction(action, 'music') && items.every(({ fields }) => states.includes(fields)));
  const kind = isMusic ? 'music' : items.length > 0 || isLyricsAction(action) ? 'lyrics' : 'unknown';
  const lyrics = kind === 'lyrics' ? variants : [];
  const failure =
    readOwnFailure(status === 'succeeded' ? witnesses.filter((state) => !hasFailed(state)) : witnesses) ??
    readClipFailure(clips, status) ??
    (clips.length === 0 ? readLyricsFailure(items.map(({ fields }) => fields)) : null) ??
    (status === 'failed' ? readLastReason(material, word) : null);
  const isEmpty = status === 'succeeded' && clips.length + lyrics.length + timed.length === 0;
  return {
    kind,
    status,
    vendor_status: word?.text ?? null,
    progress: readProgress(witnesses, songs),
    failure: failure === null ? null : redact(failure, vendorKey),
    submitted_at: readMoment(witnesses, 'submitted', 'created'),
    started_at: readMoment(witnesses, 'started', null),
    // A task that goes on is updated all the time; only an ended one was last updated at its end.
    finished_at: readMoment(witnesses, 'finished', isEnded(status) ? 'updated' : null),
    lyrics: lyrics[0] ?? null,
    lyrics_variants: lyrics,
    clips,
    timed_words: timed.length > 0,
    keys: isEmpty ? keysOf(material, vendorKey) : [],
  };
}

/** The task's own songs, else those that lie in no task, where results lie beside the task. Where songs with ids are listed, bare URLs are mirrors of them. */
function songsOf({ rows, inside, unowned }: Material): Found[] {
  const own = inside.filter(isSong);
  const holders = around(rows);
  const mayBeIts = (song: Found): boolean =>
    rows.length === 0 || (!song.place.besideRow && liesInResults(song, holders));
  const songs = own.length > 0 ? own : unowned.filter((found) => isSong(found) && mayBeIts(found));
  const clips = songs.filter(({ is }) => is === 'clip');
  const areMirrored = clips.length < songs.length && clips.some((clip) => readClipId(clip) !== null);
  return areMirrored ? clips : songs;
}

/** Lyrics where results lie. A row's own words are an echo of what it was asked to sing until it is done. */
function lyricsOf({ rows, inside, unowned }: Material): Found[] {
  const own = inside.filter((found) => {
    if (found.is === 'lyrics') return found.row === found || liesInResults(found);
    const status = mostAdvanced([found.fields])?.status ?? 'succeeded';
    return found.row === found && found.is === 'task' && isLyrics(found.fields) && status === 'succeeded';
  });
  if (own.length > 0 || rows.length > 0) return own;
  return unowned.filter((found) => found.is === 'lyrics' && isPlaced(found) && standsAlone(found.fields));
}

/** Whether every key between an object and its task's row, or what holds that too, is one of results. */
function liesInResults({ row, place }: Found, holders: ReadonlySet<Found> = new Set()): boolean {
  const { around: outer } = place;
  const isResult = isInResults(place) || /lyric|text/i.test(place.key);
  return isResult && (outer === null || outer === row || holders.has(outer) || liesInResults(outer, holders));
}

/** A key of results, or one of a map of clips. */
const isInResults = ({ key, mapped }: Place): boolean => key === '' || mapped || RESULT_KEYS.has(key);

/** What lies where a task would: nothing but keys of results between it and an OK code. */
function isPlaced({ place }: Found): boolean {
  const { around: outer } = place;
  if (outer === null || !isInResults(place)) return false;
  const code = readCode(first(outer.fields, 'code'));
  return code === null ? isPlaced(outer) : code === 'ok';
}

/** All that surrounds any of these. */
function around(results: readonly Found[]): Set<Found> {
  const all = new Set<Found>();
  for (const { place } of results)
    for (let outer = place.around; outer !== null && !all.has(outer); outer = outer.place.around) all.add(outer);
  return all;
}

/**
 * The objects whose state word is the task's: those that name it, what lies directly in them where results do, what
 * holds its results; where none of these has a word, what lies directly in it or around it. Without a row: what lies
 * in a task's place.
 */
function statesOf({ rows, inside, unowned }: Material, songs: readonly Found[], results: ReadonlySet<Found>): Fields[] {
  const only = songs.length === 1 ? songs[0] : undefined;
  const speaks = (found: Found): boolean => {
    if (found.is === 'clip') return found === only && found.row === found;
    if (found.is !== 'task' && found.is !== 'wrapper') return false;
    if (found.row === found) return true;
    const { around: outer } = found.place;
    const isWithin =
      outer !== null && outer.row === outer && RESULT_KEYS.has(found.place.key) && found.place.list === null;
    return first(found.fields, 'code') === undefined && (isWithin || results.has(found));
  };
  const own = inside.filter(speaks).map(fieldsOf);
  if (rows.length === 0) return unowned.filter((found) => isLoneState(found) && isPlaced(found)).map(fieldsOf);
  if (mostAdvanced(own) !== null) return own;
  return [...own, ...inside.filter(isPartOfRow).map(fieldsOf), ...rows.flatMap(wrapperOf)];
}

const fieldsOf = ({ fields }: Found): Fields => fields;

/** `{"task_id": …, "task_info": {"state": …}}`: of an `account` or a `webhook` a state would say nothing. */
const ABOUT_ROW = /^(?:task|job)?[_-]?(?:info|attributes|meta|metadata|details?|state|status|progress)$/i;

/** What has an id of its own is something else. */
function isPartOfRow({ is, fields, place: { around: outer, key, list } }: Found): boolean {
  if (outer === null || outer.row !== outer || list !== null || !ABOUT_ROW.test(key)) return false;
  return (is === 'task' || is === 'wrapper') && readTaskId(fields) === null && readOwnId(fields) === null;
}

/** `{"status": 200, "data": …}` and other words that nobody knows are the envelope's, and no state. */
function wrapperOf({ place }: Found): Fields[] {
  const outer = place.list === null ? place.around : null;
  const isState = outer?.is === 'wrapper' && outer.row === null && hasKnownWord(outer.fields);
  return isState ? [outer.fields] : [];
}

const hasKnownWord = (fields: Fields): boolean => (mostAdvanced([fields])?.status ?? 'unknown') !== 'unknown';

/** One object with a state, and not one of several; of a task with another id nothing is taken but its results. */
const isLoneState = ({ is, fields, place }: Found): boolean =>
  (is === 'task' || is === 'wrapper') &&
  mostAdvanced([fields]) !== null &&
  readTaskId(fields) === null &&
  (place.list === null || !holdsSeveral(place.list));

/** Looked at no further than to the second: a list may be long, and this is asked of each thing in it. */
export function holdsSeveral(list: readonly unknown[]): boolean {
  let count = 0;
  return list.some((item) => item !== null && ++count > 1);
}

/** `{"status": "success", "message": "", "data": …}` speaks of the request, not of the task. */
const OF_REQUESTS = ['code', 'message', 'success'] as const satisfies readonly Field[];

/**
 * The word of an object that nothing shows to be the task. It may say that things go on; that they have ended only the
 * clips or lyrics beside it can show.
 */
function looseWord(unowned: readonly Found[], holdsResults: boolean, derived: TaskStatus): Word | null {
  const wrappers = unowned.filter(({ is }) => is === 'task' || is === 'wrapper').map(({ fields }) => fields);
  const inner = wrappers.filter((fields) => !OF_REQUESTS.some((field) => has(fields, field)));
  const word = mostAdvanced(inner) ?? mostAdvanced(wrappers) ?? runningCode(wrappers);
  if (word === null || word.status === 'queued' || word.status === 'running') return word;
  if (!holdsResults || (word.status === 'unknown' && readNumber(word.text) !== null)) return null;
  return word.status !== 'unknown' && isEnded(derived) ? word : { ...word, status: derived };
}

/** Some relays say by their code alone that the task goes on. */
function runningCode(wrappers: readonly Fields[]): Word | null {
  const state = wrappers.find((fields) => readCode(first(fields, 'code')) === 'running');
  return state === undefined
    ? null
    : { state, text: readText(first(state, 'code'), LONGEST.word) ?? '', status: 'running' };
}

function readClips(songs: readonly Found[], taskId: string, vendorKey: string | null): ClipReading[] {
  const clips: ClipReading[] = [];
  const seen: Found[] = [];
  const byName = new Map<string, number>();
  for (const song of songs) {
    const invented = `${taskId}#${clips.length + 1}`;
    const clip = readClip(song, invented, vendorKey);
    // Without an id only the URL can tell that two places show the same clip.
    const url = clip.audio_url ?? clip.stream_url;
    const name = clip.id === invented && url !== null ? url : clip.id;
    const at = byName.get(name);
    const known = at === undefined ? undefined : clips[at];
    const knownUrl = known?.audio_url ?? known?.stream_url ?? null;
    // Two of one list, or one map, that share an id, but not their audio, are two.
    const isTwin =
      known !== undefined && isBeside(song, seen[at!]) && url !== null && knownUrl !== null && url !== knownUrl;
    if (at !== undefined && known !== undefined && !isTwin) {
      clips[at] = { ...mergeClips(known, clip), id: known.id };
      // Its twin may stand beside it here.
      seen[at] = song;
    } else if (clips.length < MOST_CLIPS) {
      byName.set(isTwin ? invented : name, clips.length);
      clips.push(isTwin ? { ...clip, id: invented } : clip);
      seen.push(song);
    }
  }
  return clips;
}

const isBeside = ({ place: one }: Found, other: Found | undefined): boolean =>
  one.list === null
    ? one.mapped && other?.place.mapped === true && one.around === other.place.around
    : one.list === other?.place.list;

function deriveStatus(clips: readonly ClipReading[], hasWords: boolean): TaskStatus {
  if (clips.length === 0) return hasWords ? 'succeeded' : 'unknown';
  if (clips.every((clip) => clip.status === 'complete' || clip.status === 'failed')) {
    return clips.some((clip) => clip.status === 'complete') ? 'succeeded' : 'failed';
  }
  return clips.some((clip) => clip.status !== 'pending') ? 'running' : 'queued';
}

const isAction = (action: unknown, name: string): boolean =>
  readText(action, LONGEST.word)?.trim().toLowerCase() === name;

function readProgress(witnesses: readonly Fields[], songs: readonly Found[]): number | null {
  const own = readNumber(firstOf(witnesses, 'progress'));
  if (own !== null) return Math.min(100, Math.max(0, own));
  // One dialect counts per clip: the task is as far as the slowest.
  let slowest: number | null = null;
  for (const { fields } of songs) {
    const progress = readNumber(first(fields, 'progress'));
    if (progress === null) return null;
    slowest = Math.min(slowest ?? 100, Math.max(0, progress));
  }
  return slowest;
}

/** The task's own time, else that of its metadata (GoAPI), else the next best thing. */
function readMoment(witnesses: readonly Fields[], field: Field, substitute: Field | null): string | null {
  return (
    findTime(witnesses, field) ??
    findTime(metadataOfAll(witnesses), field) ??
    (substitute === null ? null : (findTime(witnesses, substitute) ?? findTime(metadataOfAll(witnesses), substitute)))
  );
}

function findTime(states: readonly Fields[], field: Field): string | null {
  for (const state of states) {
    const time = find(state, field, readTime);
    if (time !== null) return time;
  }
  return null;
}

const metadataOfAll = (states: readonly Fields[]): Fields[] =>
  states.map(metadataOf).filter((fields) => fields !== null);

function readOwnFailure(states: readonly Fields[]): string | null {
  for (const state of states) {
    for (const field of ['fail_reason', 'error_message', 'error'] as const) {
      const text = readReason(first(state, field), LONGEST.failure);
      if (text !== null) return text;
    }
  }
  return null;
}

/** An older row of the same task may have failed; why is no matter once another says that it succeeded. */
const hasFailed = (state: Fields): boolean => mostAdvanced([state])?.status === 'failed';

function readClipFailure(clips: readonly ClipReading[], status: TaskStatus): string | null {
  const failed = clips.find((clip) => clip.status === 'failed' && clip.failure !== null);
  const isPartial = failed !== undefined && clips.some((clip) => clip.status === 'complete');
  return failed !== undefined && (status === 'failed' || isPartial) ? failed.failure : null;
}

/** Of a task that failed without saying why: what something inside it says, or what stands beside the word. */
function readLastReason({ inside }: Material, word: Word | null): string | null {
  const details = inside.filter(({ is }) => is === 'wrapper').map(({ fields }) => fields);
  const inner = readOwnFailure(details);
  if (inner !== null || word === null) return inner;
  // new-api falls back to the failure's text where a result's URL would stand.
  const result = readText(first(word.state, 'result_url'), LONGEST.failure);
  if (result !== null && readUrl(result) === null) return result;
  return readText(first(word.state, 'message'), LONGEST.failure);
}

/** The keys of an answer in which nothing was found, for people who wonder why. */
export function keysOf({ inside, unowned }: Material, vendorKey: string | null): string[] {
  const shown = inside.length > 0 ? inside : unowned;
  const keys = new Set(shown.flatMap(({ fields }) => Object.keys(fields.raw)));
  return [...keys].slice(0, MOST_KEYS).map((key) => redact(cut(key, LONGEST.key), vendorKey).toWellFormed());
}
