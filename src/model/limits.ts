// Pure: the numbers that a reviewer would ask about. Unit in the name, reason above.

/** Ids in one vendor request: one real relay cuts at 100 silently, several refuse long lists. */
export const BATCH_MAX_IDS = 50;
/** Requests in flight to one vendor within one sweep: relays count parallel calls against the key. */
export const VENDOR_MAX_PARALLEL = 2;
/** Single GETs that confirm ids absent from a batch, a round and vendor: a lost database must not cost the budget. */
export const CONFIRM_MAX_PER_ROUND = 5;
/** Connections one invocation may hold open (platform: 6). */
export const CONNECTIONS_MAX = 6;

/** Time a vendor has for its whole answer. Settings may raise it: `npm start` gives 20 s. */
const VENDOR_TIMEOUT_MS = 10_000;
/** The same for what a caller passes on: a submit costs money, and its id must not be lost. */
export const RELAY_TIMEOUT_MS = 100_000;
/** Beyond the vendor's time-out a lease on asking lasts this much longer, for the answer's way back. */
export const ASK_LEASE_MARGIN_MS = 5_000;
/** A vendor's answer larger than this is refused unread: the largest seen batch has 300 KB. */
export const VENDOR_ANSWER_MAX_BYTES = 8 * 1024 * 1024;

/** An unknown id may be a submit that the relay does not show yet: it is denied so often, over so long, before that is believed. */
export const DENIALS_MIN = 3;
export const NOT_FOUND_GRACE_MS = 60_000;
/** Polls fall on a grid of this part of the interval, so that songs begun at different seconds come to share one request. */
export const POLL_GRID_PARTS = 3;
export const POLL_SPACING = 1.02;
/** A batch route that is not there is not looked for again before the next day. */
export const UNBATCHED_MS = 24 * 3_600_000;
/** No change for this long: stalled. */
export const STALLED_AFTER_MS = 15 * 60_000;
/** No end for this long after tracking: dead. */
export const EXPIRED_AFTER_MS = 24 * 3_600_000;

/** Polls get rarer with a task's age. */
export const POLL_FAST_UNTIL_MS = 10 * 60_000;
export const POLL_MEDIUM_UNTIL_MS = 60 * 60_000;
export const POLL_MEDIUM_MS = 60_000;
export const POLL_SLOW_MS = 300_000;
/** A vendor that called for so many ends in a row is known to call: what it makes is polled so many times more rarely, at most so. */
export const CALLS_LEARNED = 3;
export const POLL_AWAITED_TIMES = 4;
export const POLL_AWAITED_MAX_MS = 60_000;
/** Looks at one task by calls, beyond one an interval: relays call at each step of a song, some of them twice. */
export const CALLS_AHEAD = 4;
/** Tasks of which it is remembered that their vendor called. */
export const CALLED_MAX = 10_000;

/** Clips sent to the mirror and not reported yet: so few that a lease counted from sending is honest. */
export const CLIPS_IN_FLIGHT_MAX = 100;
/** A host holds at most so many times the free places: one that hangs, or two, cannot take them all. */
export const HOST_SHARE = 4;
/** An invocation that dies this often over one file is taken as a file too heavy for the plan. */
export const MIRROR_DEATHS_MAX = 3;

/** Time for a media host's headers, and between two chunks of its body. */
export const MEDIA_HEADERS_TIMEOUT_MS = 20_000;
export const MEDIA_STALL_TIMEOUT_MS = 25_000;
/** One file's whole download: half the shortest production lease, so that a lease never outlives its work unnoticed. */
export const MEDIA_TOTAL_TIMEOUT_MS = 600_000;
export const MEDIA_REDIRECTS_MAX = 5;
/** Bodies of known length up to this size are taken in one chunk, which is what is stored: the fewest turns, for the most usual files. */
export const WHOLE_MAX_BYTES = 4 * 1024 * 1024;
/**
 * Longer ones up to this size are held by the runtime while they are looked at, so that R2 gets their hash with them, and so that
 * nothing crosses back from JavaScript, which costs 0.1 ms a MB. Two files of a clip are on their way at once, in 128 MB.
 */
export const HELD_MAX_BYTES = 16 * 1024 * 1024;
/** They are read in chunks of this size: large enough to cost few turns, small enough to stay in the processor's cache. */
export const CHUNK_BYTES = 1024 * 1024;
/** A host that is slower than this does not get through the largest file in time either. */
export const SLOWEST_BYTES_PER_SECOND = 40 * 1024;
/** Multipart parts are equal and at least 5 MiB (R2). */
export const MULTIPART_PART_BYTES = 8 * 1024 * 1024;
/** A cover that is put into a tag is held, and so is its tag. */
export const COVER_MAX_BYTES = 8 * 1024 * 1024;

/** Bodies of API requests. */
export const REQUEST_BODY_MAX_BYTES = 1024 * 1024;
/** An `Idempotency-Key`, in characters, and how long its first answer is repeated. */
export const IDEMPOTENCY_KEY_MAX_CHARACTERS = 255;
export const ORDERS_KEEP_MS = 24 * 3_600_000;
/** Real answers to submits have a few hundred; at three bytes each these still fit one call of the ledger and one row. */
export const ORDER_ANSWER_MAX_CHARACTERS = 250_000;
/** Long-poll waiters and readers that wait for another's answer, in one ledger. */
export const WAITERS_MAX = 2_000;

/**
 * Delay profiles. `short` is for work on one's own computer and for tests from outside.
 * `file_tries_ms`: time from the end of a file's first try to each try; their number is the number of tries.
 * `file_tries_end_ms`: a slow try that ends later than this after the first one's end is the last: a host that hangs makes each
 * try as long as its time-out. With the longest, that is within 90 s of the first one's beginning.
 * `early_end_ms`: a song that is called done before everything of it is there is asked on for this long.
 */
export const DELAYS = {
  normal: {
    file_tries_ms: [0, 10_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000],
    file_tries_end_ms: null,
    webhook_tries_ms: [0, 5_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000],
    back_off_first_ms: 15_000,
    back_off_max_ms: 15 * 60_000,
    probe_ms: 5 * 60_000,
    vendor_timeout_ms: VENDOR_TIMEOUT_MS,
    early_end_ms: 15 * 60_000,
  },
  short: {
    file_tries_ms: [0, 1_000, 3_000, 8_000, 18_000, 35_000, 60_000],
    file_tries_end_ms: 50_000,
    webhook_tries_ms: [0, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000],
    back_off_first_ms: 1_000,
    back_off_max_ms: 30_000,
    probe_ms: 10_000,
    vendor_timeout_ms: 20_000,
    early_end_ms: 30_000,
  },
} as const;

/** A vendor's or receiver's `Retry-After` is obeyed up to this long. */
export const RETRY_AFTER_MAX_MS = 3_600_000;
/** A record of an unfinished task is first written at this age: most songs end sooner and cost one write. */
export const SAVE_UNFINISHED_AFTER_MS = 10 * 60_000;
/** What one call of the ledger answers at most, but for a single task that is larger by itself (RPC takes 32 MiB). */
export const ANSWER_MAX_BYTES = 1_000_000;
/** Tasks whose files one call of the ledger looks after: each is a document and its clips to read. */
export const FILE_WORK_MAX_TASKS = 50;
/** Rows that leave, and clips that are taken into the index of words, with one call: at one a minute, 200,000 songs a day. */
export const UPKEEP_MAX_ROWS = 200;
/** A tick is missing when the last one is longer ago than so many times the time between two. */
export const TICKS_MISSED_MAX = 3;
/** Calls of the ledger within one tick: with all else it does it stays below the platform's 1,000. */
export const TICK_MAX_CALLS = 300;

/** A try of a file that took this long hung at its host: the slowest whole file of a song comes sooner. */
export const SLOW_TRY_MS = 10_000;

/** An address longer than this is refused: no host seen needs more, and logs and records stay small. */
export const ADDRESS_MAX_CHARACTERS = 2_048;
/** Files of one clip on their way at once: each holds a download and an upload open (CONNECTIONS_MAX), and up to HELD_MAX_BYTES. */
export const FILES_IN_PARALLEL = 2;
/** The one ledger object's name: where sharding would begin. */
export const LEDGER_NAME = 'ledger';
/** The cron text by which `npm start` says that this tick is the first one of a new process. */
export const START_CRON = '@start';

/** Operations on R2 that one tick makes for its records. */
export const SAVE_OPERATIONS_MAX = 500;
/** The records of a task and of each of its clips are read and written. */
export const saveOperations = (clips: number): number => 2 + 2 * clips;
/** The record of a deleted task goes; of each clip the objects are listed, its record is read, and what that does not name goes. */
export const removalOperations = (clips: number): number => 1 + 3 * clips;
/** A record is written within this, its tries included; then it is handed out again. */
export const SAVE_LEASE_MS = 30_000;
/** A record that could not be written waits so long, each time twice as long, at most the second. */
export const SAVE_AGAIN_MS = 5_000;
export const SAVE_AGAIN_MAX_MS = 3_600_000;

/** One watch in the ledger: a caller who left frees the place after at most this long. */
export const WATCH_MAX_MS = 15_000;
/** Who finds no place among those who wait comes again after this. */
export const NO_PLACE_MS = 1_000;

/** A host that limits gets one request at a time, until it has not done so for this long. */
export const HOST_LIMITED_MS = 60_000;
/** Waits that a host asks for are no tries; a file that is still put off after this is given up. */
export const FILE_WAITS_END_MS = 86_400_000;
/** After a task is deleted, so long whatever was under way for it may still come: answers, records, files. */
export const REMOVED_KEEP_MS = 600_000;
/** Songs that a song's page names, of those made from it and of those made with it: all stems of a song are twelve. */
export const RELATIVES_MAX = 24;
/** Tasks that hold one clip, beside the one that showed it first. */
export const CLIP_HOLDERS_MAX = 20;
/** A reading up to this length stands in its task's own row: it saves a row, and the row stays narrow. */
export const SHORT_DOCUMENT_MAX_CHARACTERS = 1_200;
/** Rows of the log that one call looks through for events of one type. */
export const EVENTS_MAX_SCANNED = 2_000;
/** Answers for tasks of which nothing is kept: how many, and how large, are remembered for their poll interval. */
export const UNTRACKED_MAX = 500;
export const UNTRACKED_MAX_CHARACTERS = 8_000_000;

/** R2 takes one write a second and key, and refuses what comes sooner: so long until it is tried again, and tries in all. */
export const RECORD_WRITE_AGAIN_MS = 1_100;
export const RECORD_WRITES_MAX = 5;

/** Records that one request looks up: with what else it does they stay below the 1,000 calls that an invocation may make within the platform. */
export const RECORDS_MAX = 950;
/** Reads of the records bucket at the same time: each is a connection (CONNECTIONS_MAX). */
export const RECORDS_AT_ONCE = 5;

/** What is kept of one task, in bytes: SQLite refuses a row of more than 2 MB, and with it the whole report that brought it. */
export const TASK_STATE_MAX_BYTES = 900_000;
export const RAW_ANSWER_MAX_BYTES = 900_000;

/** Events are kept this long, rendered or not, and with them what could not be delivered. */
export const EVENTS_KEEP_MS = 30 * 86_400_000;
/** Deliveries on their way at once: to one receiver, so that one that hangs leaves room for the others, and in all. */
export const DELIVERIES_PER_RECEIVER_MAX = 5;
/** To all receivers of one host. */
export const DELIVERIES_PER_HOST_MAX = 20;
export const DELIVERIES_IN_FLIGHT_MAX = 100;
/** A delivery of which no report came is sent again after this: a receiver's time-out of 15 s, and the queue's way. */
export const DELIVERY_LEASE_MS = 60_000;

/** What a receiver has for its answer: the time that Standard Webhooks names for it. */
export const WEBHOOK_TIMEOUT_MS = 15_000;

/** Messages that a queue takes at a time (platform). */
export const QUEUE_SEND_MAX = 100;
/** Queues may have any names in wrangler.toml; that of deliveries ends like this. */
export const DELIVER_QUEUE_SUFFIX = '-deliver';

/** One invocation may make 1,000 operations on R2: a page of maintenance stops well before, since a task may have 100 clips. */
export const MAINTENANCE_MAX_READS = 400;
/** A caller waits for a page this long, and a little more. */
export const MAINTENANCE_MAX_MS = 20_000;
/**
 * Bytes after which one invocation reads no further clip's files: hashing takes a millisecond a MiB of the ten that an
 * invocation has on the Free plan. What one clip has more was archived by one invocation, too.
 */
export const VERIFY_MAX_BYTES = 4 * 1024 * 1024;
/** Objects that the ledger is asked about at once. */
export const OBJECTS_AT_ONCE = 50;
/** A body on its way is put within minutes (MEDIA_TOTAL_TIMEOUT_MS); what is older was left behind. */
export const INCOMING_KEEP_MS = 86_400_000;
/** The cron of the daily work, as wrangler.toml has it: at an hour of its own, off the full hour. */
export const DAILY_CRON = '17 3 * * *';

export type Delays = (typeof DELAYS)[keyof typeof DELAYS];
