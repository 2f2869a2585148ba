// Pure: what each schema and each of its fields means, for people and for the clients made from the document.
import type { InferInput } from 'valibot';
import type { ComponentName, Components } from './components.ts';

type Fields<Name extends ComponentName> =
  InferInput<Components[Name]> extends string ? never : Record<keyof InferInput<Components[Name]>, string>;
/** A field without words does not compile, nor do words without a field. */
type Words = {
  readonly [Name in ComponentName]: { readonly about: string } & (InferInput<Components[Name]> extends string
    ? { readonly fields?: never }
    : { readonly fields: Readonly<Fields<Name>> });
};

const NEXT = {
  data: 'The rows of this page.',
  has_more: 'Whether another page follows.',
  next_cursor: 'The `cursor` that leads on from here; null where there is nothing to go on from.',
};
const PROBLEM = {
  type: 'A URN of the code: `urn:longplay:problem:<code>`.',
  title: 'The code in words; the same at every occurrence.',
  status: 'The HTTP status, once more.',
  detail: 'What went wrong this time, and where; null for an internal error.',
  code: 'What went wrong, for programs.',
  retryable: 'Whether the same request may succeed later.',
  request_id: 'The X-Request-Id of the answer; name it when you report a problem.',
};
const ENTRY = { code: PROBLEM.code, title: PROBLEM.title, detail: PROBLEM.detail, retryable: PROBLEM.retryable };
const WALK = 'The `cursor` of the next call; null where all is done.';
const FROM = 'A `next_cursor` of this route; null or none: from the beginning.';
const ASKED_ID = 'The id as it was asked for.';
const VENDOR = 'Short id of the relay account; the default vendor where none is named.';
const VISIBILITY = 'unlisted: for whoever has the link. public: also in library, feed and playlists.';

const VENDOR_STATS = {
  health: 'backing_off: asked again later by itself. paused: it refuses the key; probed now and then.',
  until: 'When it is asked again; null while ok.',
  reason: 'Why it is not asked.',
  pending: 'Its unfinished tasks.',
};

export const WORDS: Words = {
  Task: {
    about: 'One generation job at one vendor, with its songs and what has been archived of them.',
    fields: {
      id: 'The vendor’s id of the task; unique together with `vendor`.',
      vendor: 'Short id of the relay account that made it.',
      kind: 'What the task makes.',
      status: 'How far it is. It only moves on: unknown, queued, running, failed, succeeded.',
      vendor_status: 'The vendor’s own word for it.',
      partial: 'At least one clip is complete and at least one failed.',
      progress: 'From 0 to 100 as the vendor gave it.',
      failure: 'Why it failed, in the vendor’s words, keys redacted.',
      submitted_at: 'When the vendor took it.',
      started_at: 'When the vendor began.',
      finished_at: 'When the vendor ended.',
      lyrics: 'Of a lyrics task: the first variant that has text.',
      lyrics_variants: 'Of a lyrics task: every variant.',
      clips: 'The songs, in the vendor’s order.',
      tracking: 'How the task is being followed.',
      archive: 'How many of its wanted files are safe.',
      links: '`self`: where this task is read again.',
    },
  },
  Tracking: {
    about: 'How a task is being followed.',
    fields: {
      state:
        'watching: its vendor is polled. archiving: the vendor is done, files are not. settled: nothing is left to do. expired: no end came in time; a read, hook or retry asks again. untracked: only read, never kept.',
      stalled: 'Unfinished, and nothing has changed for 15 minutes.',
      tracked_at: 'Since when it is followed.',
      polls: 'How often its vendor has been asked.',
      last_polled_at: 'When its vendor was last asked.',
      next_poll_at: 'When its vendor is asked next.',
      last_error: 'The last look at the vendor that failed; null once it answers.',
    },
  },
  Archive: {
    about:
      'Counts of the files that are wanted of a task: the final files of complete clips, and covers of the others once it is over.',
    fields: {
      state:
        'none: nothing is wanted (yet). partial: nothing is pending and some are unavailable. unavailable: nothing is pending and none is archived.',
      archived: 'Files with a permanent link.',
      pending: 'Files still to be fetched.',
      unavailable: 'Files that could not be had.',
    },
  },
  Clip: {
    about: 'One song.',
    fields: {
      id: 'The vendor’s id of the clip, or `<task id>#<position>` where it has none to speak of.',
      slug: 'Its name in links.',
      task_id: 'The task that it is shown in.',
      vendor: 'Short id of the relay account that made it.',
      title: 'Its title, as changed here or as the vendor gave it.',
      status: 'How far it is. It only moves on: pending, streaming, failed, complete.',
      failure: 'Why it failed, in the vendor’s words.',
      tags: 'Its style.',
      lyrics: 'The words that are sung.',
      prompt: 'The description it was made from.',
      artist: 'The name shown as its maker.',
      model: 'The model’s name.',
      model_version: 'The model’s version.',
      duration_seconds: 'Its length.',
      created_at: 'When it was made.',
      parent_id: 'The clip that it was made from: extended, covered, split or converted.',
      stem: 'The voice of its parent that it is, such as `Vocals` or `Drums`; null: it is a whole song.',
      stream_url: 'The vendor’s live stream while it is made; never archived.',
      audio: 'The song itself; null when the vendor has given no final file.',
      cover: 'Its picture; null when the vendor has given none.',
      video: 'Its video; null when the vendor has given none.',
      visibility: VISIBILITY,
      links: '`self`: where this clip is read again. `page`: its page for people.',
    },
  },
  File: {
    about: 'Audio, cover or video of a clip.',
    fields: {
      state:
        'archived: whole and checked, with a permanent link. skipped: settings say no, or the task is not tracked.',
      url: 'The permanent link; null until it is archived. The bytes behind it never change.',
      link: 'A stable link that is good from the first moment; null when skipped.',
      source_url: 'Where the vendor has it.',
      content_type: 'What the bytes are; null until archived.',
      bytes: 'Size; null until archived.',
      sha256: 'SHA-256 in hex; null until archived.',
      archived_at: 'When it was archived.',
      attempts: 'How often fetching it was tried.',
      reason: 'Why it is unavailable, by the last try.',
    },
  },
  Lyrics: { about: 'Words for a song.', fields: { title: 'Their title.', text: 'The words.' } },
  LastError: {
    about: 'A look at a vendor that failed.',
    fields: { code: 'A problem’s code.', message: 'What went wrong.', at: 'When.' },
  },
  Event: {
    about: 'Something that happened. Rendered once: it tells how things stood then.',
    fields: {
      id: 'Unique; also the webhook-id of its deliveries.',
      type: 'What happened.',
      timestamp: 'When it happened.',
      data: 'The Task of task events, the Clip of clip events, the vendor and its reason of vendor events.',
    },
  },
  VendorNotice: {
    about: 'What a vendor event is about.',
    fields: { vendor: 'Short id of the relay account.', reason: 'Why it was paused or goes on.' },
  },
  TaskPage: { about: 'A page of tasks, newest tracked first.', fields: NEXT },
  ClipPage: { about: 'A page of clips, newest archived first.', fields: NEXT },
  EventPage: { about: 'A page of events, oldest first.', fields: NEXT },
  FetchResults: {
    about: 'What is known of many tasks.',
    fields: { results: 'One entry per asked id, in the order of the request, duplicates too.' },
  },
  FetchedTask: { about: 'A task that could be read.', fields: { id: ASKED_ID, task: 'The task.' } },
  FailedTask: { about: 'A task that could not be read.', fields: { id: ASKED_ID, error: 'Why not.' } },
  TrackResults: {
    about: 'What became of ids to track.',
    fields: { results: 'One entry per asked id, in the order of the request, duplicates too.' },
  },
  TrackedTask: {
    about: 'A task that is tracked.',
    fields: { id: 'The task’s id.', created: 'It was not tracked before: never known, or deleted since.' },
  },
  ImportResults: {
    about: 'What became of saved answers.',
    fields: { results: 'One entry per task that was found in the answers, in order.' },
  },
  RefusedAnswer: { about: 'A saved answer in which no task was found.', fields: { error: 'What it lacks.' } },
  Stats: {
    about: 'Numbers for those who run it.',
    fields: {
      tasks: 'Tasks in the ledger, in all, by status and by tracking state.',
      files: 'Wanted files by state, and the bytes archived.',
      vendors: 'Each vendor by its id.',
      deliveries: 'Webhook deliveries under way, and given up.',
      oldest_pending_at: 'Since when the task that waits longest is tracked.',
    },
  },
  VendorStats: { about: 'How a vendor does.', fields: VENDOR_STATS },
  ResumedVendor: {
    about: 'How a vendor does now.',
    fields: { vendor: 'Short id of the relay account.', ...VENDOR_STATS },
  },
  Reindexed: {
    about: 'What one page of a rebuild took up.',
    fields: { tasks: 'Task records read.', clips: 'Clip records read.', next_cursor: WALK },
  },
  Verified: {
    about: 'What one page of a verification found.',
    fields: {
      checked: 'Files and objects looked at.',
      problems: 'What is not as it should be; empty where all is well.',
      next_cursor: WALK,
    },
  },
  StoredProblem: {
    about: 'Something stored that is not as its record says.',
    fields: {
      key: 'The object’s key in the media bucket.',
      problem:
        'missing: its record names it, and it is not there. size, sha256: other bytes than were archived. orphan: no record names it.',
    },
  },
  Health: {
    about: 'Whether the service works.',
    fields: { status: 'ok, or failing where a part is.', parts: 'Only for callers with a token.' },
  },
  HealthParts: {
    about: 'Each part: `ok`, or what is wrong with it.',
    fields: {
      ledger: 'The ledger’s storage.',
      buckets: 'The buckets of media and records.',
      queues: 'The queues.',
      vendors: 'The vendors; one that is down does not make the service fail.',
    },
  },
  Problem: { about: 'What went wrong (RFC 9457).', fields: PROBLEM },
  InvalidRequest: {
    about: 'A request that is not valid, with each of its mistakes.',
    fields: { ...PROBLEM, errors: 'Every mistake that was found.' },
  },
  InputMistake: {
    about: 'One mistake in a request.',
    fields: { path: 'Where: `ids.3`, `query.limit`, `body`.', message: 'What is wrong there.' },
  },
  ProblemEntry: { about: 'What went wrong with one of many.', fields: ENTRY },
  RelayFailure: {
    about: 'A failure in a relay’s own format.',
    fields: {
      code: '`task_not_exist`, or a problem’s code.',
      message: 'What went wrong.',
      data: 'Nothing.',
    },
  },
  RelayBatch: {
    about: 'Many tasks in a relay’s own format.',
    fields: {
      code: 'Always `success`.',
      message: 'Empty.',
      data: 'The vendor’s rows in the order of the request, links permanent, internal fields left out.',
    },
  },
  Id: {
    about:
      'An id of 1 to 200 code points without control, surrogate or line-separator characters, `/` or `\\`; neither `.` nor `..`, and nothing that becomes one of these once it is percent-decoded, as `%2f` does. One percent-encoded segment in paths.',
  },
  FetchBody: { about: 'Tasks to read.', fields: { ids: 'Up to 500 ids.', vendor: VENDOR } },
  TrackBody: {
    about: 'Tasks to track.',
    fields: {
      ids: 'Up to 1,000 ids.',
      vendor: VENDOR,
      webhook_url: 'Where events of these tasks go, beside the general receiver: a public https address.',
      visibility: VISIBILITY,
    },
  },
  ImportBody: {
    about: 'Saved vendor answers to archive from.',
    fields: { vendor: VENDOR, answers: 'Up to 100 answers as the vendor gave them, in any of its dialects.' },
  },
  ClipBody: {
    about: 'What to change of a clip: at least one of the two.',
    fields: { visibility: VISIBILITY, title: 'A title of your own; null brings the vendor’s back.' },
  },
  ReindexBody: { about: 'Where a rebuild goes on.', fields: { cursor: FROM } },
  VerifyBody: { about: 'Where a verification goes on.', fields: { cursor: FROM } },
  DropInFetchBody: {
    about: 'Tasks to read, as relays take them; further keys are ignored.',
    fields: { ids: 'Up to 500 ids, as text or whole numbers, whose digits are kept.' },
  },
};
