// Pure: the console's words in English: of every code of the API one sentence of what is so, then what to do.
import type { ProblemCode } from '../http/problem.ts';
import type { EventType } from '../model/event.ts';
import type { Language } from '../model/language.ts';
import type { Stats } from '../model/stats.ts';
import type * as task from '../model/task.ts';
import type { UnsentReason } from '../extract/extract.ts';

export type TroubleCode = ProblemCode | 'offline' | 'unreadable';
export type Countable = 'task' | 'song' | 'file' | 'id' | 'answer' | 'line' | 'vendor' | 'try' | 'time';

const MANY: Record<Countable, string> = {
  task: 'tasks',
  song: 'songs',
  file: 'files',
  id: 'ids',
  answer: 'saved answers',
  line: 'lines',
  vendor: 'vendors',
  try: 'tries',
  time: 'times',
};
/** Of its own: shared with the page, it would be one file more to load. */
const number = (value: number): string => value.toLocaleString('en');
const count = (value: number, what: Countable): string =>
  `${number(value)} ${value === 1 ? (what === 'answer' ? 'saved answer' : what) : MANY[what]}`;

/** One text for each. */
const table = <Code extends string>(words: Record<Code, string>): Record<Code, string> => words;

export const english = {
  language: 'en' as Language,
  count,
  /** What somebody else says is so, with its end or without, and what to do then. */
  sentence: (what: string, then: string): string => `${what.replace(/\.$/, '')}. ${then}`,
  together: (sentences: readonly string[]): string => sentences.filter(Boolean).join(' '),
  /** Between things that are listed. */
  comma: ', ',
  detail: (of: string, told: string): string => `${of}: ${told}`,
  now: 'just now',

  page: {
    title: 'Console',
    skip: 'Skip to the songs',
    language: 'Language',
    search: 'Search archived songs by words in title or tags, or by an id',
    search_hint: 'Search title, tags or id',
    add: 'Add songs',
    keys: 'Keys',
    forget: 'Forget token',
    close: 'Close',
    cancel: 'Cancel',
    loading: 'Loading…',
    again: 'Try again',
    needs_scope: (scope: string): string => `Needs a token of scope ${scope}`,
    unloaded: 'A part of the console could not be loaded: load the page again.',
  },

  sign_in: {
    title: 'Sign in with a token',
    about: 'Type a token of this longplay. It is kept in this tab only, until you close it or forget it.',
    label: 'Token',
    open: 'Open the console',
    letters: 'A token has no spaces and no letters beyond English ones.',
    other: 'Use another token',
  },

  trouble: {
    goes_on: (at: string): string => `The page waits, and goes on by itself at ${at}.`,
    unknown: (code: string): string => `Failed: ${code}. Load the page again: it may be old.`,
    codes: table<TroubleCode>({
      invalid_request: 'The server does not take this. See what it says, change it, and send it again.',
      unauthorized: 'This token is not known here. Check it for missing characters, or ask who runs this.',
      forbidden: 'This token may not do that. Use one of a higher scope.',
      not_found: 'There is no such thing here. It may have been removed in the meantime.',
      method_not_allowed: 'The server does not know this action. Load the page again: it may be old.',
      gone: 'This song was taken down. It is gone for good.',
      precondition_failed: 'It has changed in the meantime. Look again before you go on.',
      idempotency_conflict: 'The same request has no answer yet. Look again a little later.',
      idempotency_mismatch: 'This key was used for another request. Take a new key.',
      payload_too_large: 'That is too much at once. Send it in smaller parts.',
      unsupported_media_type: 'The server cannot read this. Load the page again: it may be old.',
      range_not_satisfiable: 'The file is shorter than that. Play it from the beginning.',
      not_implemented: 'There is no such format. Ask for another one.',
      rate_limited: 'Too many requests with this token. The page waits, and goes on by itself.',
      vendor_unauthorized: 'The vendor refuses its key. Check the vendor’s key in the settings, then resume.',
      vendor_forbidden:
        'The vendor forbids this to its key. The account may lack rights or credit. Mend that, then resume.',
      vendor_bad_answer:
        'The vendor’s answer cannot be read. See what it answered. If it stays so, check the vendor’s address.',
      vendor_rate_limited: 'The vendor wants fewer requests. It is asked again when it allows it.',
      vendor_unavailable: 'The vendor does not answer. It is asked again by itself, more and more rarely.',
      not_configured: 'This longplay is not set up yet. Mend these settings, then try again:',
      internal: 'Something went wrong in longplay. Try again. The log has the rest.',
      offline: 'The server cannot be reached. Check the connection. The page tries on by itself.',
      unreadable:
        'Something else answered in the server’s place. A proxy or a login page may stand between. The page tries on.',
    }),
  },

  file_reasons: table<task.FileReason>({
    source_gone: 'The vendor’s host has this file no more. Retry in case it comes back; else it is lost.',
    source_forbidden:
      'The vendor’s host refuses to hand this file out. Its link may have run out. Retry asks for a new one.',
    not_media: 'What the host sent is not a file of this kind. Often an error page in its place. Retry a little later.',
    empty: 'The host sent an empty file. The vendor may not be done with it. Retry a little later.',
    truncated: 'The file broke off before its end. Only whole files are kept. Retry.',
    too_large: 'The file is larger than this longplay keeps. The setting MAX_FILE_BYTES says how large a file may be.',
    blocked_address:
      'Its address is one that may not be asked. It is private, or not among the vendor’s media_hosts. The settings decide.',
    unreachable: 'The vendor’s host could not be reached. It was tried several times. Retry later.',
    taken_down: 'Taken down. For good: it is never kept again.',
  }),

  health: table<Stats['vendors'][string]['health']>({
    ok: 'answers',
    backing_off: 'is given a rest. It failed, and is asked again by itself.',
    paused: 'is paused. It refused us. Mend the reason, then resume.',
  }),
  vendors: {
    title: 'Vendors',
    resume: 'Resume',
    waiting: (tasks: string): string => `${tasks} waiting for it`,
    asked: (when: string): string => `Asked again ${when}.`,
    asked_now: 'Asked again now.',
  },

  tracking: table<task.TrackingState>({
    watching: 'being made',
    archiving: 'being archived',
    settled: 'done',
    expired: 'given up',
    untracked: 'not tracked',
  }),
  statuses: table<task.TaskStatus>({
    unknown: 'not seen yet',
    queued: 'in the queue',
    running: 'in the making',
    failed: 'failed',
    succeeded: 'succeeded',
  }),
  archive: table<task.ArchiveState>({
    none: 'no files yet',
    pending: 'files on their way',
    complete: 'all files kept',
    partial: 'some files lost',
    unavailable: 'all files lost',
  }),
  kinds: table<task.Kind>({ music: 'music', lyrics: 'lyrics', unknown: 'not known yet' }),
  clips: table<task.ClipStatus>({
    pending: 'Waiting to be made',
    streaming: 'Being made: the vendor streams it already',
    failed: 'The vendor could not make it',
    complete: 'Made',
  }),
  files: table<task.File['state'] | 'taken_down'>({
    pending: 'on its way',
    archived: 'kept',
    unavailable: 'lost',
    skipped: 'not wanted',
    taken_down: 'taken down',
  }),
  roles: table<task.Role>({ audio: 'Audio', cover: 'Cover', video: 'Video' }),
  visibilities: table<task.Visibility>({ unlisted: 'unlisted', public: 'public' }),

  /** What happened, as it is announced; '': nothing is said of it. */
  events: table<EventType>({
    'task.succeeded': '',
    'task.failed': 'failed at the vendor',
    'task.expired': 'given up',
    'task.settled': 'done',
    'clip.archived': '',
    'clip.unavailable': 'could not be kept',
    'vendor.paused': 'paused',
    'vendor.resumed': 'answering again',
  }),
  event_vendor: (vendor: string): string => `Vendor ${vendor}`,
  quoted: (title: string): string => `“${title}”`,

  status: {
    untracked: 'Not tracked. It is followed no more, and not asked about. Look its id up to begin anew.',
    given_up: 'Given up. No end came within a day. Retry asks the vendor again.',
    never_known: 'Given up. The vendor does not know this id. Check the id and the vendor, then retry.',
    waiting: 'Waiting for the vendor',
    stalled:
      'Stalled. Nothing has changed at the vendor for a quarter of an hour. It is asked on; see what it answered.',
    queued: 'In the queue. The vendor has not begun it. It is asked on by itself: nothing to do.',
    unseen: 'Not seen yet. The vendor has told nothing of it so far. It is asked on by itself.',
    ended_early:
      'Ready at the vendor, not all there. The vendor calls it done before its files are there. It is asked on for a quarter of an hour.',
    making: (progress: number | null): string =>
      `Being made${progress === null ? '' : `, ${progress} %`}. The vendor is at it. It is asked on by itself: nothing to do.`,
    archiving: (done: number, all: number): string =>
      `Archiving, ${done} of ${all}. Its files are being copied here. What fails is tried again by itself.`,
    failed: 'Failed',
    no_reason: 'The vendor gave no reason.',
    failed_then: 'Retry asks the vendor again; if it stays so, have the song made anew there.',
    lost: 'Lost',
    audio_lost: 'Audio lost',
    files_lost: 'The files could not be kept.',
    kept: 'Kept',
    kept_but_lost: (what: string): string => `Kept, but ${what} lost`,
    kept_but_failed: (what: string): string => `Kept, but ${what} failed`,
    lyrics_kept: 'Lyrics kept',
    no_audio:
      'Made, but no audio. The vendor says it is made, but named no audio file. See what it answered; retry asks once more.',
    nothing_readable: (keys: string): string =>
      `Nothing readable. The vendor calls it done, but no song and no words are found in its answer. What it has instead: ${keys}. See what it answered; retry reads it anew.`,
    no_files: 'Done, no files. The vendor named no files to keep.',
    archiving_clip: 'Archiving',
  },

  overview: {
    title: 'In numbers',
    brief: (tasks: string, moving: string, files: string, lost: string, bytes: string): string =>
      `${tasks}, ${moving} under way, ${files} kept, ${lost} lost, ${bytes}`,
    here: 'Tasks here',
    at_vendors: 'At the vendors',
    files: 'Files',
    webhooks: 'Webhooks',
    day: 'Last 24 hours',
    waiting_since: (ago: string): string => `Oldest waiting: ${ago}`,
    nothing_waits: 'Nothing is waiting',
    of_succeeded: (tasks: string): string => `of ${tasks} succeeded`,
    in_files: (files: string): string => `in ${files}`,
    deliveries: 'deliveries on their way',
    songs_kept: 'songs kept',
    songs_kept_of: (read: string): string => `songs kept, by the ${read} events that were read`,
    only_these: (name: string): string => `Show only these: ${name}`,
    pending: 'on their way',
  },

  fields: {
    tracking: 'Here',
    status: 'At the vendor',
    archive: 'Files',
    kind: 'Kind',
    vendor: 'Vendor',
    task: 'Task',
    failure: 'Failure',
    tracked: 'Tracked',
    asked: 'Asked',
    next: 'Asked next',
    last_error: 'Last error',
  },
  list: {
    title: 'Songs',
    found: (query: string): string => `Archived songs with “${query}”`,
    back: 'Back to all tasks',
    filters: 'Filters',
    none: 'none',
    any: 'any',
    all: 'Show all',
    retry_all: 'Retry all that failed',
    read: (read: string, all: string): string => `${read} of ${all} read`,
    so_far: (read: string): string => `${read} read so far`,
    known_id: 'This is the id of a task in the list.',
    looks_like_id: 'This looks like the id of a task.',
    open_task: (id: string, vendor: string): string => `Open task ${id} of ${vendor}`,
    look_up: (vendor: string): string => `Look up at ${vendor}`,
    look_up_about: 'Asks the vendor where it is not known here; the task may be tracked from then on',
  },
  empty: {
    searched:
      'No archived song has these words. Words are looked for in titles and tags. Songs that are still being made are not among them.',
    filtered: 'No task fits these filters. Others may.',
    none: 'No songs yet. Paste the ids of tasks that a relay gave you, or a log, URLs or saved answers that hold them. Each song is followed, and kept for good as soon as it is done.',
    first: 'Add the first songs',
  },

  song: {
    retry: 'Retry',
    untrack: 'Stop tracking',
    copy_id: 'Copy id',
    copy_curl: 'Copy as curl',
    answer: 'What the vendor answers',
    answer_about: 'The vendor’s own JSON, without what is internal to it; links to files that are kept are ours.',
    copy_answer: 'Copy answer',
    share_page: 'Share page',
    copy_page: 'Copy page link',
    make_public: 'Make public',
    make_unlisted: 'Make unlisted',
    retitle: 'Change title',
    take_down: 'Take down',
    lyrics: 'Lyrics',
    lyrics_of: (place: number): string => `Lyrics ${place}`,
    play: (title: string): string => `Play ${title}`,
    copy_link: 'Copy link',
    of_role: (role: string): string => ` of the ${role.toLowerCase()}`,
    stems: 'Stems',
    stem_of: 'one voice of',
    from: 'Made from',
    open: (what: string): string => `Open ${what}`,
    files_told: (kept: number, pending: number, lost: number): string =>
      `${kept} kept, ${pending} on their way, ${lost} lost`,
    asked_told: (times: string, last: string): string => `${times}, last ${last}`,
  },

  acts: {
    retried: 'Asked again. What is missing is tried anew.',
    resumed: (vendor: string): string => `${vendor} is asked again.`,
    now_public: 'Public: library, feed and playlists show it.',
    now_unlisted: 'Unlisted: only who has its link finds it.',
    retitle_about: 'Pages, feed and downloads show it. Left empty, the vendor’s own title comes back.',
    retitle_field: 'Title',
    change: 'Change',
    retitled: 'The title is changed.',
    take_down_title: (title: string): string => `Take down “${title}”?`,
    take_down_about:
      'This is for good. Its files are deleted, its links and pages answer that it is gone, and it is never kept again.',
    take_down_yes: 'Take down for good',
    taken_down: 'Taken down.',
    untrack_title: 'Stop tracking?',
    untrack_about:
      'The task leaves this list and is asked about no more. Files that are kept stay, and their links too.',
    untracked: 'It is tracked no more.',
    copied: (what: string): string => `${what} is copied.`,
    the_id: 'The id',
    the_curl: 'The command',
    the_answer: 'The answer',
    the_page: 'Link of the share page',
    the_file: (role: string): string => `Link of the ${role.toLowerCase()}`,
    retry_all_title: 'Retry all that failed?',
    retry_all_about:
      'Every task that failed, was given up or lost files is asked about again, one by one, and what is missing is tried anew. It goes on while this page is open.',
    retrying: (done: number, all: number): string => `Retrying ${number(done)} of ${number(all)}`,
    looking: 'Looking for all that failed',
    retried_all: (done: number, failed: number): string =>
      `${number(done)} asked again${failed === 0 ? '.' : `, ${number(failed)} could not be.`}`,
    nothing_failed: 'Nothing has failed.',
    stop: 'Stop',
  },

  add: {
    about:
      'Paste any text that has task ids in it: a list, a log, URLs, JSON, a dump. Answers that a relay gave earlier are imported, without asking it again.',
    text: 'Text with ids',
    choose: 'Choose a file',
    drop: 'or drop one on the text',
    default_vendor: 'The default vendor',
    button: 'Add',
    adding: 'Adding',
    and: (parts: readonly string[]): string => `Add ${parts.join(' and ')}`,
    understood: 'every line understood',
    found: (ids: string, answers: string, lines: string): string => `${ids}, ${answers}, ${lines}`,
    not_understood: (lines: string): string => `${lines} not understood`,
    ids: 'Ids',
    unread: 'Not understood',
    unsent: 'Cannot be sent',
    failed: 'Failed',
    line: (line: number, text: string): string => `Line ${number(line)}: ${text}`,
    more: (value: number): string => `and ${number(value)} more`,
    created: (tasks: string): string => `${tasks} added`,
    known: (tasks: string): string => `${tasks} known already`,
    failures: (value: number): string => `${number(value)} failed`,
    left: (value: number): string => `${number(value)} left to add`,
    nothing: 'Nothing was added',
    too_large: 'is larger than one request may be (1 MiB)',
    no_text: (name: string): string => `${name} is no text: give a log, a list, CSV or JSON.`,
    read_as: (name: string, encoding: string): string => `${name} was read as ${encoding}.`,
    file_too_large: (name: string): string => `${name} is larger than 100 MB: use npm run import for it.`,
    why: table<UnsentReason>({
      rounded: 'its id was rounded by a spreadsheet, and its last digits are lost: export the column as text',
      no_id: 'no id in the column of the ids',
      broken: 'its answer breaks off before its id',
    }),
  },

  keys: {
    single: 'Single keys work everywhere on the page',
    list: [
      ['/', 'Search'],
      ['a', 'Add songs'],
      ['l', 'Go to the list'],
      ['↑ ↓', 'Song before, song after'],
      ['Page Up, Page Down', 'A screen of songs up or down'],
      ['Home, End', 'First song, last song'],
      ['Enter', 'Open the song'],
      ['Esc', 'Close what is open'],
      ['?', 'This list'],
    ] as [string, string][],
  },
};

/** Every table has every word. */
export type Labels = typeof english;
