// Pure: what the flows and the ledger say to each other: every call once. Each caller takes the part he needs.
import type { Pacing } from '../model/circuit-breaker.ts';
import type { EventType, Logged } from '../model/event.ts';
import type { Fault } from '../model/fault.ts';
import type { CountedFile } from '../model/files.ts';
import type { Change } from '../model/lifecycle.ts';
import type { DeliveryOutcome, FileOutcome, MirrorJob, MirrorMessage } from '../model/messages.ts';
import type { ClipState, Known, NotifyHook, Raw, Stored } from '../model/state.ts';
import type { ClipReading, LastError, Reading, Role, Visibility } from '../model/task.ts';
import type { ListQuery } from './store/task-rows.ts';

export type { ListQuery };

/** An id to ask its vendor about. */
export interface PolledId {
  id: string;
  /** The ledger keeps something of it: there is no record to look for. */
  kept: boolean;
  /** Its vendor has answered for it before. */
  known: boolean;
  /** By single GET only. */
  solo: boolean;
  /** Its last answer in short (fingerprint): the same again need not be told whole. */
  heard?: string | null;
}

/** A group of ids, leased until they are reported, or the lease runs out. */
export interface PollLease {
  token: string;
  vendor: string;
  ids: PolledId[];
  /** The vendor was out of order: one request tells whether it still is. */
  is_probe?: boolean;
  /** It was found to have no batch route. */
  unbatched?: boolean;
  /** When the lease runs out (ms since the epoch); each request renews it. */
  until?: number;
}

/** What was heard from a vendor about the ids of one lease; `more` are still being asked about. Times in ms. */
export interface PollReport {
  token: string;
  vendor: string;
  asked_at: number;
  answers: { id: string; reading: Reading; raw: Raw }[];
  /** Answered as before. */
  unchanged?: string[];
  denied: { id: string; error: LastError }[];
  /** Looks that failed for a reason of the task's own: it is asked more rarely, its vendor is not. */
  failed: { id: string; error: LastError }[];
  solo: string[];
  /** Absent from the batch and not yet confirmed: polled again in turn, nothing concluded. */
  deferred: string[];
  /** Those of `failed` that got an answer which is no task's, in turn; left out where there is none. */
  odd?: { id: string; fault: Fault; error: LastError }[];
  /** The vendor's own fault. */
  fault: { fault: Fault; error: LastError } | null;
  /** The vendor has no batch route after all. */
  unbatched?: boolean;
  more: string[];
  /** Keep what was unknown until now. */
  track: boolean;
  /** Ids whose state the caller wants back. */
  reply: string[];
}

/** What a change calls for: files to send to the mirror, ids of deliveries to send. */
export interface Wanted {
  messages: MirrorMessage[];
  deliveries: string[];
}

export interface Recorded extends Wanted {
  changed: Change[];
  /** As far as they fit; the rest is there to be read. */
  stored: Stored[];
  pacing: Pacing;
}

/** What the records bucket does not have yet, with the version to confirm. */
export interface Save {
  stored: Stored;
  version: number;
  /** None of it was ever confirmed: most likely there is no record yet. */
  is_new: boolean;
}

/** What became of a record that was handed out. */
export interface SaveOutcome {
  vendor: string;
  id: string;
  version: number;
  /** False: it could not be written; absent: it was. */
  ok?: boolean;
}

/** Tasks that were deleted meanwhile: a record of theirs that was just written has to go again. */
export interface Confirmed extends Wanted {
  gone: { vendor: string; id: string }[];
}

/** A deleted task of which something may have come after all. */
export interface Removal {
  vendor: string;
  id: string;
  /** Nothing of this id is tracked: it has no record. */
  record: boolean;
  /** Clips that no task holds: in their places lies nothing but what their records name. */
  slugs: string[];
}

/** A tick's turn: it tells what became of what it was handed, and takes what is due now. */
export interface SweepTurn {
  /** Unlike that of any other turn. */
  token: string;
  reports: PollReport[];
  saved: SaveOutcome[];
  removed: { vendor: string; id: string }[];
  /** Requests that it can make, and operations on the records bucket. */
  most: { asks: number; operations: number };
  /** Vendors that have had their share of this round's requests. */
  served: string[];
  /** So long the ledger may wait for something to fall due (ms since the epoch); null: not at all. */
  wait_until: number | null;
}

export interface DueWork extends Wanted {
  asks: PollLease[];
  saves: Save[];
  removals: Removal[];
  /** Tasks that were deleted before these records of theirs were confirmed: they have to go again. */
  gone: { vendor: string; id: string }[];
  changed: Change[];
  /** When something else than an ask is due next, and when an ask is. */
  next_at: number | null;
  next_ask_at: number | null;
  /** Vendors that are asked about anything. */
  vendors: string[];
}

/** What a reader meets: what is known of all that it need not ask about, what it must ask itself, what others are asking right now. */
export interface ReadResult {
  known: Stored[];
  ask: PollLease | null;
  waiting: string[];
  /** Not looked at: more would not fit into one answer. */
  rest: string[];
  pacing: Pacing;
  /** The ledger's moment of this look (store/versions.ts). */
  moment: string;
}

/** What whoever was called by a vendor does next. */
export interface CalledResult {
  /** Ids that were called about, by this call or others, to be asked about now. */
  ask: PollLease | null;
  /** When nobody asks about these any more, it is time to come again. */
  waiting: string[];
  /** Nothing is known of these, and their vendor may not be asked now. */
  unasked: string[];
  pacing: Pacing;
}

export interface TrackOptions {
  webhook_url: string | null;
  visibility: Visibility | null;
  /** A submit's own callback, which longplay has taken over. */
  notify_hook?: NotifyHook | null;
  /** Its submit named our own hook to the vendor. */
  hook_named?: boolean;
}

export interface Tracked extends Wanted {
  results: { id: string; created: boolean }[];
}

export interface Retried extends Wanted {
  known: Known;
}

/** One saved answer's task. */
export interface Imported {
  id: string;
  reading: Reading;
  raw: Raw;
}

export interface EventQuery {
  /** Events after this one (its id); null: from the oldest. */
  after: string | null;
  type: EventType | null;
  limit: number;
}

/** `unrendered`: the rows whose events have no `data` yet. `next`: where the next page goes on; null: this is the end. */
export interface EventPage {
  events: { id: string; seq: number; type: EventType; at: number; data: string | null }[];
  unrendered: Logged[];
  next: string | null;
}

/** The work behind a delivery: an event's bytes for a receiver, or a task's row for the callback of its submit. */
export type DeliveryJob =
  | { kind: 'webhook'; id: string; url: string; event: { id: string; type: EventType; index: number }; logged: Logged }
  | { kind: 'notify'; id: string; url: string; base: string; known: Known };

export interface ClipQuery {
  visibility: Visibility | null;
  /** Words that all are in title or tags. */
  q: string | null;
  /** Slugs: clips that were made from one of these. */
  parents?: string[];
  /** Clips archived before this one; null: from the newest. */
  before: number | null;
  limit: number;
}

/** A clip with the task that it is shown in; `seq`: its place among the archived ones, null where its audio is not. */
export interface ClipFound {
  clip: ClipState;
  reading: ClipReading;
  over: boolean;
  seq: number | null;
}

/** Clips of a list; `more`: others follow. */
export interface ClipPage {
  clips: ClipFound[];
  more: boolean;
}

/** The public songs, the newest first. `changed_at`: when any of them came, went or was worded otherwise, archiving aside. */
export interface Library {
  clips: ClipFound[];
  changed_at: number;
}

/** A public song beside another: all that its link needs. */
export interface Relative {
  slug: string;
  title: string | null;
  stem: string | null;
}

/** The public songs made from one, and those of its own task that are not among them. */
export interface Relatives {
  made: Relative[];
  beside: Relative[];
}

/** `save`: what the records bucket does not have yet; null: the clip's own record is all there is to write. */
export interface ClipChanged extends Wanted {
  found: ClipFound;
  save: Save | null;
}

export interface ClipChange {
  visibility?: Visibility | undefined;
  title?: string | null | undefined;
}

/** A task's record. `more`: its reading with what its raw answer, read anew, adds to it; null where that is nothing. */
export interface RecordedTask {
  stored: Stored;
  more: Reading | null;
}

/** A clip's own record. */
export interface RecordedClip {
  clip: ClipState;
  reading: ClipReading;
}

/** An object of the media bucket. */
export interface MediaName {
  key: string;
  slug: string;
  role: Role;
}

export interface MirrorReported extends Wanted {
  /** Objects that must not stay. */
  discard: string[];
  changed: Change[];
  save: Save | null;
}

/** Rows of a list; `more`: others follow. */
export interface TaskPage {
  rows: { stored: Stored; seq: number }[];
  more: boolean;
  pacing: Record<string, Pacing>;
}

export interface LedgerStats {
  tasks: { total: number; by_status: Record<string, number>; by_tracking: Record<string, number> };
  files: { archived: number; pending: number; unavailable: number; bytes: number };
  vendors: Record<string, { pacing: Pacing; pending: number }>;
  deliveries: { pending: number; failed: number };
  /** When the task that waits longest was tracked (ms since the epoch). */
  oldest_pending_at: number | null;
  /** When a tick last looked for what is due (ms since the epoch). */
  last_sweep_at: number | null;
  /** Stored rows that nobody could read, and that were set aside. */
  unreadable: number;
}

export interface LedgerHealth {
  vendors: Record<string, Pacing>;
  last_sweep_at: number | null;
  /** When this ledger was first opened (ms since the epoch): before any tick, no tick is missing yet. */
  opened_at: number;
}

/** A submit under an Idempotency-Key, by hashes alone: whose key it is, and what is ordered. */
export interface Order {
  name: string;
  fingerprint: string;
}

/**
 * `new`: it is for whoever asked to carry out. `other`: the key was used for something else. `unknown`: it was begun, and
 * nobody carries it out any more.
 */
export type OrderBegun =
  | { state: 'new' }
  | { state: 'under_way' | 'unknown' | 'other' }
  /** The text that it was ended with. */
  | { state: 'answered'; answer: string };

export interface LedgerApi {
  /** Takes ids under care; pruned ones go on from their records. `created`: nothing of it was known before. */
  track(vendor: string, ids: string[], options: TrackOptions, recorded?: Stored[]): Promise<Tracked>;
  /** Those of these ids that no task is known of. */
  unknownOf(vendor: string, ids: string[]): Promise<string[]>;
  /** Saved answers begin or complete tasks; `recorded`: what the records bucket holds of those that the ledger does not know. */
  importAnswers(vendor: string, answers: Imported[], recorded: Stored[]): Promise<Tracked>;
  /** Polls again, and tries unavailable files again. Null: no such task. */
  retry(vendor: string, id: string): Promise<Retried | null>;
  /** Answers what stays: clips of which a file is archived, for their records; null: no such task. */
  untrack(vendor: string, id: string): Promise<ClipFound[] | null>;

  /** Of all who begin it within a day one is told that it is new. */
  beginOrder(order: Order): Promise<OrderBegun>;
  /** Its answer, for all who come again. Null: nothing was ordered, and the key is free. */
  endOrder(name: string, answer: string | null): Promise<void>;

  /** A reader wants these tasks: what is known, and a lease on what must be asked for. */
  look(vendor: string, ids: string[], token: string): Promise<ReadResult>;
  /** A vendor called about these; none: who was called before comes for more. */
  called(vendor: string, ids: string[], token: string): Promise<CalledResult>;
  /** Ids that a read brought while their vendor could not be asked: the sweep asks when it may. */
  keep(vendor: string, ids: string[]): Promise<void>;
  /** Resolves when nobody asks about these ids any more, or the leases on them have run out. False: no place to wait. */
  wait(vendor: string, ids: string[]): Promise<boolean>;
  /** Whether a look now would show the same as the one that the token names (store/versions.ts). */
  isCurrent(token: string): Promise<boolean>;
  /** The task as it is stored. */
  peek(vendor: string, id: string): Promise<Known | null>;
  /** Resolves when something of the task changes that a caller could see, or after `ms`; at once if it is not as `seen` any more. False: no place to wait. */
  watch(vendor: string, id: string, seen: string, ms: number): Promise<boolean>;
  list(query: ListQuery): Promise<TaskPage>;

  takeDue(turn: SweepTurn): Promise<DueWork>;
  /** What was heard moves the tasks on; answers what to send now. Late, doubled and reordered reports change nothing. */
  record(report: PollReport): Promise<Recorded>;
  /** Another request is about to be made under this lease. False: it was lost, and none may be. */
  renew(token: string): Promise<boolean>;
  /** What became of records that were handed out. */
  saved(list: SaveOutcome[]): Promise<Confirmed>;
  /** These never reached a queue: they are due again. */
  unsent(wanted: Wanted): Promise<void>;

  /** The work behind a message: what of the clip is still to be archived. Null: nothing, or another delivery has it. */
  mirrorJob(message: MirrorMessage): Promise<MirrorJob | null>;
  mirrorReport(message: MirrorMessage, outcomes: FileOutcome[]): Promise<MirrorReported>;

  /** The log, oldest first, for as long as it is kept. */
  events(query: EventQuery): Promise<EventPage>;
  /** Rendered once: of two that render the same row the first one counts. Answers what is kept. */
  keepRendered(rendered: { seq: number; data: string[] }[]): Promise<{ seq: number; data: string[] }[]>;
  /** The work behind a message; null: nothing is left to deliver, or another consumer has it. */
  deliveryJob(id: string): Promise<DeliveryJob | null>;
  /** What became of a delivery; answers the ids of deliveries to send now. */
  deliveryReport(id: string, outcome: DeliveryOutcome): Promise<{ deliveries: string[] }>;

  clip(slug: string): Promise<{ clip: ClipState; reading: ClipReading | null; stored: Stored | null } | null>;
  /** Those of these clips that are known. */
  knownClips(slugs: string[]): Promise<ClipState[]>;
  /** Clips whose audio is archived, newest first. */
  clips(query: ClipQuery): Promise<ClipPage>;
  library(limit: number): Promise<Library>;
  /** In the order in which they were archived, so many of each at most. A public song's are public; others' may be unlisted. */
  relatives(clip: Pick<ClipState, 'slug' | 'vendor' | 'task_id' | 'visibility'>, limit: number): Promise<Relatives>;
  clipFound(slug: string): Promise<ClipFound | null>;
  /** Null: no such clip is known. `recorded`: its record, where the ledger may have lost it. What is taken down stays as it is. */
  changeClip(slug: string, change: ClipChange, recorded: ClipFound | null): Promise<ClipChanged | null>;
  /** Tombstone first: from now on nothing of the clip is shown or archived. */
  takeDown(slug: string, recorded: ClipFound | null): Promise<ClipChanged | null>;

  /** Checksums of files that were archived before these were counted. */
  keepChecksums(counted: CountedFile[]): Promise<void>;

  /** Records of the bucket: what the ledger lacks of them is put in. Once more changes nothing. Answers what to send now. */
  rebuild(tasks: RecordedTask[], clips: RecordedClip[]): Promise<Wanted>;
  /** Those of these objects that a record does not have to name yet. */
  expected(objects: MediaName[]): Promise<string[]>;
  /** Where the daily look at stored bytes goes on; null: from the beginning. */
  verifyCursor(): Promise<string | null>;
  setVerifyCursor(cursor: string | null): Promise<void>;

  stats(): Promise<LedgerStats>;
  health(): Promise<LedgerHealth>;
  /** Lifts a pause or a back-off now. */
  resume(vendor: string): Promise<{ deliveries: string[] }>;
  /** After a restart nothing is under way any more: what was sent is due again. */
  endLeases(): Promise<void>;
  ping(): Promise<string>;
}
