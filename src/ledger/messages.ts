// Pure: what the flows and the ledger say to each other over RPC.
import type { Fault } from '../fault.ts';
import type { MirrorMessage } from '../mirroring.ts';
import type { LastError, Reading, Task } from '../task.ts';
import type { Pacing } from './pacing.ts';
import type { Raw, Stored } from './state.ts';

/** An id to ask its vendor about. `known`: the vendor has answered for it before. `solo`: by single GET only. */
export interface Asked {
  id: string;
  known: boolean;
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
  /** The vendor's own fault. */
  fault: { fault: Fault; error: LastError } | null;
  more: string[];
  /** Keep what was unknown until now. */
  track: boolean;
  /** Ids whose state the caller wants back. */
  reply: string[];
}

/** A change that a person who watches would want to see. */
export interface Change {
  vendor: string;
  task_id: string;
  status: string;
  tracking: string;
  archive: Task['archive'];
  failure: string | null;
}

export interface Recorded {
  messages: MirrorMessage[];
  changed: Change[];
  stored: Stored[];
  pacing: Pacing;
}

/** What a reader meets: what is known, what it must ask itself, what others are asking right now. */
export interface Look {
  known: Stored[];
  ask: Ask | null;
  waiting: string[];
  pacing: Pacing;
}

export interface TrackOptions {
  webhook_url: string | null;
  visibility: 'unlisted' | 'public' | null;
}
