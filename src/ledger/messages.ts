// Pure: what the flows and the ledger say to each other over RPC.
import type { Pacing } from '../model/circuit-breaker.ts';
import type { EventType, Logged } from '../model/event.ts';
import type { Fault } from '../model/fault.ts';
import type { Change } from '../model/lifecycle.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { ClipState, NotifyHook, Raw, Stored } from '../model/state.ts';
import type { ClipReading, LastError, Reading, Role, Visibility } from '../model/task.ts';

/** An id to ask its vendor about. */
export interface Asked {
  id: string;
  /** The ledger keeps something of it: there is no record to look for. */
  kept: boolean;
  /** Its vendor has answered for it before. */
  known: boolean;
  /** By single GET only. */
  solo: boolean;
}

/** A group of ids, leased until `record` names them or the lease runs out. */
export interface Ask {
  token: string;
  vendor: string;
  ids: Asked[];
}

/** What the records bucket does not have yet, with the version to confirm. */
export interface Save {
  stored: Stored;
  version: number;
}

/** What is due. */
export interface Due {
  asks: Ask[];
  messages: MirrorMessage[];
  /** Ids of deliveries to send. */
  deliveries: string[];
  saves: Save[];
  next_at: number | null;
}

/** What was heard from a vendor about the ids of one lease; `more` are still being asked about. Times in ms. */
export interface Heard {
  token: string;
  vendor: string;
  asked_at: number;
  answers: { id: string; reading: Reading; raw: Raw }[];
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
  more: string[];
  /** Keep what was unknown until now. */
  track: boolean;
  /** Ids whose state the caller wants back. */
  reply: string[];
}

export interface Recorded {
  messages: MirrorMessage[];
  deliveries: string[];
  changed: Change[];
  stored: Stored[];
  pacing: Pacing;
}

/** What a reader meets: what is known of all that it need not ask about, what it must ask itself, what others are asking right now. */
export interface Look {
  known: Stored[];
  ask: Ask | null;
  waiting: string[];
  pacing: Pacing;
  /** The ledger's moment of this look (writes.ts). */
  moment: string;
}

export interface TrackOptions {
  webhook_url: string | null;
  visibility: Visibility | null;
  /** A submit's own callback, which longplay has taken over. */
  notify_hook?: NotifyHook | null;
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

/** `unrendered`: the rows whose events have no `data` yet. */
export interface EventPage {
  events: { id: string; seq: number; type: EventType; at: number; data: string | null }[];
  unrendered: Logged[];
}

/** The work behind a delivery: an event's bytes for a receiver, or a task's row for the callback of its submit. */
export type DeliveryJob =
  | { kind: 'webhook'; id: string; url: string; event: { id: string; type: EventType; index: number }; logged: Logged }
  | { kind: 'notify'; id: string; url: string; base: string; known: { stored: Stored; pacing: Pacing } };

export interface ClipQuery {
  visibility: Visibility | null;
  /** Words that all are in title or tags. */
  q: string | null;
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

/** The public songs, the newest first. `changed_at`: when any of them came, went or was worded otherwise, archiving aside. */
export interface Library {
  clips: ClipFound[];
  changed_at: number;
}

/** `save`: what the records bucket does not have yet; null: the clip's own record is all there is to write. */
export interface ClipChanged {
  found: ClipFound;
  save: Save | null;
  messages: MirrorMessage[];
  deliveries: string[];
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

export interface LedgerStats {
  tasks: { total: number; by_status: Record<string, number>; by_tracking: Record<string, number> };
  files: { archived: number; pending: number; unavailable: number; bytes: number };
  vendors: Record<string, { pacing: Pacing; pending: number }>;
  deliveries: { pending: number; failed: number };
  /** When the task that waits longest was tracked (ms since the epoch). */
  oldest_pending_at: number | null;
}
