// Pure: every code of the API in plain words: what it means, and what to do about it. One table each, complete by type.

/** @typedef {import('../model/task.ts').FileReason} FileReason */
/** @typedef {import('../http/problem.ts').ProblemCode} ProblemCode */
/** @typedef {{what: string, then: string}} Words */

/** Why a file is not here. @type {Readonly<Record<FileReason, Words>>} */
export const FILE_REASONS = {
  source_gone: {
    what: 'The vendor’s host has this file no more',
    then: 'Retry in case it comes back; else it is lost.',
  },
  source_forbidden: {
    what: 'The vendor’s host refuses to hand this file out',
    then: 'Its link may have run out. Retry asks for a new one.',
  },
  not_media: {
    what: 'What the host sent is not a file of this kind',
    then: 'Often an error page in its place. Retry a little later.',
  },
  empty: { what: 'The host sent an empty file', then: 'The vendor may not be done with it. Retry a little later.' },
  truncated: { what: 'The file broke off before its end', then: 'Only whole files are kept. Retry.' },
  too_large: {
    what: 'The file is larger than this longplay keeps',
    then: 'The setting MAX_FILE_BYTES says how large a file may be.',
  },
  blocked_address: {
    what: 'Its address is one that may not be asked',
    then: 'It is private, or not among the vendor’s media_hosts. The settings decide.',
  },
  unreachable: { what: 'The vendor’s host could not be reached', then: 'It was tried several times. Retry later.' },
  taken_down: { what: 'Taken down', then: 'For good: it is never kept again.' },
};

/** What went wrong with a request, or with the last look at a vendor. @type {Readonly<Record<ProblemCode | 'offline' | 'unreadable', Words>>} */
export const PROBLEMS = {
  invalid_request: { what: 'The server does not take this', then: 'See what it says, change it, and send it again.' },
  unauthorized: {
    what: 'This token is not known here',
    then: 'Check it for missing characters, or ask who runs this.',
  },
  forbidden: { what: 'This token may not do that', then: 'Use one of a higher scope.' },
  not_found: { what: 'There is no such thing here', then: 'It may have been removed in the meantime.' },
  method_not_allowed: { what: 'The server does not know this action', then: 'Load the page again: it may be old.' },
  gone: { what: 'This song was taken down', then: 'It is gone for good.' },
  precondition_failed: { what: 'It has changed in the meantime', then: 'Look again before you go on.' },
  payload_too_large: { what: 'That is too much at once', then: 'Send it in smaller parts.' },
  unsupported_media_type: { what: 'The server cannot read this', then: 'Load the page again: it may be old.' },
  range_not_satisfiable: { what: 'The file is shorter than that', then: 'Play it from the beginning.' },
  not_implemented: { what: 'There is no such format', then: 'Ask for another one.' },
  rate_limited: {
    what: 'Too many requests with this token',
    then: 'The page waits, and goes on by itself.',
  },
  vendor_unauthorized: {
    what: 'The vendor refuses its key',
    then: 'Check the vendor’s key in the settings, then resume.',
  },
  vendor_forbidden: {
    what: 'The vendor forbids this to its key',
    then: 'The account may lack rights or credit. Mend that, then resume.',
  },
  vendor_bad_answer: {
    what: 'The vendor’s answer cannot be read',
    then: 'It is asked again by itself. If it stays so, check the vendor’s address.',
  },
  vendor_rate_limited: { what: 'The vendor wants fewer requests', then: 'It is asked again when it allows it.' },
  vendor_unavailable: {
    what: 'The vendor does not answer',
    then: 'It is asked again by itself, more and more rarely.',
  },
  not_configured: {
    what: 'This longplay is not set up yet',
    then: 'Mend these settings, then try again:',
  },
  internal: { what: 'Something went wrong in longplay', then: 'Try again. The log has the rest.' },
  offline: { what: 'The server cannot be reached', then: 'Check the connection. The page tries on by itself.' },
  unreadable: {
    what: 'Something else answered in the server’s place',
    then: 'A proxy or a login page may stand between. The page tries on.',
  },
};

/** @type {Readonly<Record<'ok' | 'backing_off' | 'paused', Words & {tone: import('./verdict.js').Tone}>>} */
export const HEALTH = {
  ok: { tone: 'good', what: 'answers', then: '' },
  backing_off: { tone: 'warn', what: 'is given a rest', then: 'It failed, and is asked again by itself.' },
  paused: { tone: 'bad', what: 'is paused', then: 'It refused us. Mend the reason, then resume.' },
};

/** How a task moves. @type {Readonly<Record<import('../model/task.ts').TrackingState, string>>} */
export const TRACKING = {
  watching: 'being made',
  archiving: 'being archived',
  settled: 'done',
  expired: 'given up',
  untracked: 'not tracked',
};

/** What the vendor says. @type {Readonly<Record<import('../model/task.ts').TaskStatus, string>>} */
export const STATUSES = {
  unknown: 'not seen yet',
  queued: 'in the queue',
  running: 'in the making',
  failed: 'failed',
  succeeded: 'succeeded',
};

/** @type {Readonly<Record<import('../model/task.ts').ArchiveState, string>>} */
export const ARCHIVE = {
  none: 'no files yet',
  pending: 'files on their way',
  complete: 'all files kept',
  partial: 'some files lost',
  unavailable: 'all files lost',
};

/** @type {Readonly<Record<import('../model/task.ts').Kind, string>>} */
export const KINDS = { music: 'music', lyrics: 'lyrics', unknown: 'not known yet' };

/** @type {Readonly<Record<import('../model/task.ts').ClipStatus, string>>} */
export const CLIPS = {
  pending: 'Waiting to be made',
  streaming: 'Being made: the vendor streams it already',
  failed: 'The vendor could not make it',
  complete: 'Made',
};

/** @type {Readonly<Record<import('../model/task.ts').File['state'], string>>} */
export const FILES = { pending: 'on its way', archived: 'kept', unavailable: 'lost', skipped: 'not wanted' };

/** @type {Readonly<Record<import('../model/task.ts').Role, string>>} */
export const ROLES = { audio: 'Audio', cover: 'Cover', video: 'Video' };

/** @type {Readonly<Record<import('../model/task.ts').Visibility, string>>} */
export const VISIBILITIES = { unlisted: 'unlisted', public: 'public' };

/** What happened, as it is announced: of one song with its title, of several by their number. @type {Readonly<Record<import('../model/event.ts').EventType, {one: string, many: string} | null>>} */
export const EVENTS = {
  'task.succeeded': null,
  'task.failed': { one: 'failed at the vendor', many: 'failed at the vendor' },
  'task.expired': { one: 'was given up', many: 'were given up' },
  'task.settled': { one: 'is done', many: 'are done' },
  'clip.archived': null,
  'clip.unavailable': { one: 'could not be kept', many: 'could not be kept' },
  'vendor.paused': { one: 'is paused', many: 'are paused' },
  'vendor.resumed': { one: 'answers again', many: 'answer again' },
};

/** @param {string} code One that a newer server has and this page does not know yet is shown as it is. @returns {Words} */
export const problemWords = (code) =>
  Object.hasOwn(PROBLEMS, code)
    ? PROBLEMS[/** @type {keyof typeof PROBLEMS} */ (code)]
    : { what: `Failed: ${code}`, then: 'Load the page again: it may be old.' };
