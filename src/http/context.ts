// Pure: what the HTTP facade needs of the rest of the system, and what a handler gets of one request. Types only.
import type { MediaObject } from '../archive/bucket.ts';
import type { Settings } from '../config/settings.ts';
import type { Token } from '../config/tokens.ts';
import type { Vendor } from '../config/vendors.ts';
import type * as editing from '../flows/edit-clip.ts';
import type * as keeping from '../flows/keep-checksums.ts';
import type { ReadOptions, ReadOutcome } from '../flows/read-tasks.ts';
import type * as reindexing from '../flows/reindex.ts';
import type { SubmitOutcome } from '../flows/submit-once.ts';
import type * as tracking from '../flows/track.ts';
import type * as verifying from '../flows/verify.ts';
import type { LedgerApi, Order } from '../ledger/api.ts';
import type { Result } from '../model/fault.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { ClipState, NotifyHook } from '../model/state.ts';
import type { ClipReading, Role } from '../model/task.ts';
import type { Passed, RelayAnswer, Submission } from '../relay/client.ts';
import type { SettledAnswers } from './answer-cache.ts';
import type { WantedRange } from './conditional.ts';

/** What is asked of the ledger itself. */
export type LedgerReads = Pick<
  LedgerApi,
  'peek' | 'watch' | 'isCurrent' | 'list' | 'events' | 'keepRendered' | 'clips' | 'library' | 'relatives' | 'stats'
>;

/** Flows of a module, with their edges, the last thing that each is given, in their hands already. */
type Ready<Module, Name extends keyof Module> = {
  [Flow in Name]: Module[Flow] extends (...given: [...infer Given, infer _Edges]) => infer Answer
    ? (...given: Given) => Answer
    : never;
};

/** What takes more than the ledger: a record, a queue, a bucket. */
export type Flows = Ready<typeof tracking, 'track' | 'retry' | 'untrack' | 'importAnswers' | 'resume'> &
  Ready<typeof editing, 'findClip' | 'knownClip' | 'changeClip' | 'takeDown'> &
  Ready<typeof keeping, 'keepChecksums'> &
  Ready<typeof reindexing, 'reindex'> &
  Ready<typeof verifying, 'verify'>;

/** What vendors answer themselves. */
export interface Relays {
  /** The task that the submit begins is tracked, with the callback that is called at its end. */
  submit(vendor: Vendor, submission: Submission, notify_hook: NotifyHook | null): Promise<Result<RelayAnswer>>;
  /** The same once, however often it is asked for within a day. */
  submitOnce(
    order: Order,
    vendor: Vendor,
    submission: Submission,
    notify_hook: NotifyHook | null,
  ): Promise<SubmitOutcome>;
  pass(vendor: Vendor, passed: Passed): Promise<Result<RelayAnswer>>;
}

export const HEALTH_PARTS = ['ledger', 'buckets', 'queues', 'vendors', 'sweep'] as const;
export type HealthPart = (typeof HEALTH_PARTS)[number];

export interface HttpDeps {
  /** Wrong settings do not keep the Worker from starting: every route that needs them names the mistakes. */
  readonly settings: Result<Settings, string[]>;
  /** Has an entry for every asked id. */
  readTasks(vendor: Vendor, ids: readonly string[], options: ReadOptions): Promise<Map<string, ReadOutcome>>;
  /** Its vendor called about these. */
  askCalled(vendor: Vendor, ids: readonly string[], options: ReadOptions): Promise<void>;
  readonly ledger: LedgerReads;
  readonly flows: Flows;
  readonly relay: Relays;
  readonly settled: SettledAnswers;
  sendMirror(messages: MirrorMessage[]): Promise<void>;
  readonly media: Pick<MediaDeps, 'readMedia' | 'headMedia'>;
  /** What the API is, in words; `base`: origin of links, without a slash at its end. */
  readonly documents: Record<'openApi' | 'llms', (base: string) => string>;
  /** Each part `ok` or what is wrong. */
  health(): Promise<Record<HealthPart, string>>;
  readonly rateLimit: { limit(options: { key: string }): Promise<{ success: boolean }> } | null;
  log(entry: object): void;
  now(): number;
  requestId(): string;
  /** The same for one request: each line that it logs names it. */
  logged(request_id: string): HttpDeps;
}

export interface Context {
  /** Workers Cache; only where it is switched on, and never on the local runtime. */
  readonly cache?: { purge(options: { tags: string[] }): Promise<{ success: boolean }> } | undefined;
  waitUntil(work: Promise<unknown>): void;
}

/** One request to a route that is open to all. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly request_id: string;
  readonly context: Context;
  readonly deps: HttpDeps;
  /** Still percent-encoded; `vendor` where the path names one. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Whether the caller has a token, where none is needed. */
  hasToken(): boolean;
}

/** One request of a token that may make it. */
export interface MemberCall extends Call {
  readonly settings: Settings;
  readonly token: Token;
  /** Origin of links, without a slash at its end. */
  readonly base: string;
}

export interface KnownClip {
  clip: ClipState;
  reading: ClipReading | null;
}

/** What a stable link leads to; null: nothing is known of such a file. */
export type StableTarget =
  | { state: 'pending'; source_url: string | null }
  | { state: 'archived'; key: string }
  | { state: 'unavailable' }
  | { state: 'gone' }
  | null;

export interface FileRequest {
  readonly request: Request;
  /** The URL's pathname. */
  readonly path: string;
  /** It is to be saved under its title. */
  readonly download: boolean;
}

export interface MediaDeps {
  /** Origin of permanent links, without a slash at its end; empty where it is the request's, which the edge cache must not keep. */
  mediaBase: string;
  /** `held`: a tag of which the caller has the bytes already; of that very file they are left out. */
  readMedia(key: string, range?: WantedRange, held?: string): Promise<MediaObject | null>;
  headMedia(key: string): Promise<MediaObject | null>;
  lookUp(slug: string, role: Role): Promise<StableTarget>;
  /** Asked only where a permanent link finds no object. */
  whyMissing(slug: string): Promise<'gone' | 'missing'>;
  /** Asked only for `?download`. */
  downloadTitle(slug: string): Promise<string | null>;
  /** Origin of links in tags, without a slash at its end; null where it is the request's, which the edge cache must not keep. */
  base: string | null;
  /** Asked only for what is made on the fly. */
  knownClip(slug: string): Promise<KnownClip | null>;
}
