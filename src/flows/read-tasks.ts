// Flow: a caller asks for tasks: ledger → record → vendor. Of all callers and ticks one asks, the others wait.
import type { Settings } from '../config/settings.ts';
import type { Vendor } from '../config/vendors.ts';
import type { LedgerApi, PollLease, PollReport, ReadResult } from '../ledger/api.ts';
import { chunks } from '../lib/chunks.ts';
import type { Pacing } from '../model/circuit-breaker.ts';
import { fail, type Fault, ok, type Result } from '../model/fault.ts';
import { ASK_LEASE_MARGIN_MS, BATCH_MAX_IDS, RECORDS_AT_ONCE } from '../model/limits.ts';
import { completeClip } from '../model/merge.ts';
import type { ClipState, Known, Stored } from '../model/state.ts';
import type { LastError } from '../model/task.ts';
import type { VendorClient } from '../relay/client.ts';
import { type AskRules, askVendor, emptyReport } from './ask-vendor.ts';
import { type Queues, sendOn } from './enqueue.ts';
import { leasedClient } from './leased-client.ts';
import { condensed, inParts, unreadIn } from './poll-report.ts';

export type ReadOutcome = Result<Known, Fault>;

export interface ReadOptions {
  /** False: nothing is kept of what was unknown (AUTO_TRACK off, or a token that only reads). */
  readonly track: boolean;
}

export interface ReadDeps extends Queues {
  readonly settings: Settings;
  readonly ledger: Pick<LedgerApi, 'look' | 'wait' | 'keep' | 'record' | 'renew' | 'unsent' | 'knownClips'>;
  readonly client: VendorClient;
  /** The task's record in the bucket, where the ledger knows it no more. */
  readRecord(vendor: string, id: string): Promise<Stored | null>;
  /** Keeps work going after the caller has left. */
  waitUntil(work: Promise<unknown>): void;
  now(): number;
  token(): string;
}

/** Every asked id gets an outcome. What is known is answered even while the vendor is down. */
export async function readTasks(
  vendor: Vendor,
  ids: readonly string[],
  options: ReadOptions,
  deps: ReadDeps,
): Promise<Map<string, ReadOutcome>> {
  const outcomes = new Map<string, ReadOutcome>();
  const deadline = deps.now() + 2 * (deps.settings.delays.vendor_timeout_ms + ASK_LEASE_MARGIN_MS);
  let open = [...new Set(ids)];
  while (open.length > 0) {
    const look = await deps.ledger.look(vendor.id, open, deps.token());
    const elsewhere = new Set([...(look.ask?.ids.map(({ id }) => id) ?? []), ...look.waiting, ...look.rest]);
    const known = new Map(look.known.map((stored) => [stored.id, stored]));
    const here = open.filter((id) => !elsewhere.has(id));
    const local = await outcomesHere(here, known, vendor, look, deps);
    for (const [id, outcome] of local.outcomes) outcomes.set(id, outcome);
    // The vendor is not asked now: its failure is the answer, and the sweep asks when it may.
    if (options.track && !vendor.retired && local.unanswered.length > 0)
      await deps.ledger.keep(vendor.id, local.unanswered);
    if (look.ask) {
      const rules = { ...options, deadline, confirmMax: Infinity };
      const asking = askAll(look.ask, vendor, look.pacing, rules, deps);
      deps.waitUntil(asking);
      for (const [id, outcome] of await asking) outcomes.set(id, outcome);
    }
    // Known, but not asked for: its vendor has failed for others since.
    const spared = (look.ask?.ids ?? []).map(({ id }) => id).filter((id) => !outcomes.has(id));
    // Past the deadline, and where too many wait already, whoever waits for another's answer gets what is known.
    const isOver = deps.now() > deadline;
    const mayWait = !isOver && (look.waiting.length === 0 || (await deps.ledger.wait(vendor.id, look.waiting)));
    const unseen = [...look.rest, ...spared];
    const ended = mayWait ? [] : isOver ? [...look.waiting, ...unseen] : look.waiting;
    for (const id of ended)
      outcomes.set(id, outcomeOf(known.get(id), look, deps.now()) ?? unasked(vendor, look.pacing, deps.now()));
    open = [...look.waiting, ...unseen].filter((id) => !ended.includes(id));
  }
  return outcomes;
}

/** What needs nobody else: what the ledger knows, else the record, else why nothing is known. */
async function outcomesHere(
  ids: readonly string[],
  known: ReadonlyMap<string, Stored>,
  vendor: Vendor,
  look: ReadResult,
  deps: ReadDeps,
): Promise<{ outcomes: [string, ReadOutcome][]; unanswered: string[] }> {
  const outcomes: [string, ReadOutcome][] = [];
  const unanswered: string[] = [];
  for (const some of chunks(ids, RECORDS_AT_ONCE)) {
    const here = new Map(some.map((id) => [id, outcomeOf(known.get(id), look, deps.now())]));
    const unknown = some.filter((id) => here.get(id) === null);
    const recorded = await fromRecords(vendor, unknown, look.pacing, deps);
    for (const id of some) {
      const outcome = here.get(id) ?? recorded.get(id) ?? null;
      if (outcome === null) unanswered.push(id);
      outcomes.push([id, outcome ?? unasked(vendor, look.pacing, deps.now())]);
    }
  }
  return { outcomes, unanswered };
}

/** A task that was tracked by request, or for which its vendor ever answered, is answered as it stands. */
function outcomeOf(
  stored: Stored | undefined,
  { pacing, moment }: Pick<Known, 'pacing' | 'moment'>,
  now: number,
): ReadOutcome | null {
  if (stored && (stored.state.requested || stored.state.answered))
    return ok({ stored, pacing, ...(moment !== undefined && { moment }) });
  if (!stored) return null;
  return fail(
    faultAgain(
      stored.state.last_error ?? pacing.last_error,
      pacing,
      now,
      'The vendor has not answered for this task yet',
    ),
  );
}

/** The ledger keeps clips whose task has left, and what became of them since: their task's record does not tell. */
async function fromRecords(
  vendor: Vendor,
  ids: readonly string[],
  pacing: Pacing,
  deps: { readonly ledger: Pick<LedgerApi, 'knownClips'> } & Pick<ReadDeps, 'readRecord'>,
): Promise<Map<string, ReadOutcome>> {
  const found = await Promise.all(ids.map((id) => deps.readRecord(vendor.id, id)));
  const records = found.filter((stored) => stored !== null);
  const slugs = records.flatMap(({ clips }) => clips.map(({ slug }) => slug));
  const clips = slugs.length === 0 ? [] : await deps.ledger.knownClips(slugs);
  const known = new Map(clips.map((clip) => [clip.slug, clip]));
  const latest = (recorded: ClipState): ClipState => {
    const clip = known.get(recorded.slug);
    return clip ? completeClip(clip, recorded) : recorded;
  };
  return new Map(
    records.map((stored) => [stored.id, ok({ stored: { ...stored, clips: stored.clips.map(latest) }, pacing })]),
  );
}

/** Nobody may be asked now, and nothing is known. */
function unasked(vendor: Vendor, pacing: Pacing, now: number): ReadOutcome {
  if (vendor.retired)
    return fail({
      reason: 'not_found',
      detail: `Vendor "${vendor.id}" is retired, and no record of this task is kept`,
    });
  return fail(
    faultAgain(pacing.last_error, pacing, now, 'The vendor is being asked already and has not answered in time'),
  );
}

/** Where the vendor is not asked now, its last failure is the answer again. */
function faultAgain(error: LastError | null, pacing: Pacing, now: number, otherwise: string): Fault {
  const detail = error?.message ?? otherwise;
  switch (error?.code) {
    case 'not_found':
      return { reason: 'not_found', detail };
    case 'vendor_unauthorized':
      return { reason: 'unauthorized', detail };
    case 'vendor_forbidden':
      return { reason: 'forbidden', detail };
    case 'vendor_rate_limited':
      return {
        reason: 'rate_limited',
        detail,
        retry_after_ms: pacing.until === null ? null : Math.max(0, pacing.until - now),
      };
    case 'vendor_bad_answer':
      return { reason: 'bad_answer', detail, status: 0, what: 'no_task' };
    default:
      return { reason: 'unavailable', detail, status: null, retry_after_ms: null };
  }
}

/**
 * Asks in batches and records each; what the record bucket knows is not asked for. Past the deadline nobody waits any more.
 * Once the vendor fails, it is asked no further: of the rest those of which nothing is known fail with it, and those of
 * which something is are left out.
 */
export async function askAll(
  ask: PollLease,
  vendor: Vendor,
  pacing: Pacing,
  options: ReadOptions & { readonly deadline: number } & Pick<AskRules, 'confirmMax'>,
  deps: Omit<ReadDeps, 'ledger'> & {
    readonly ledger: Pick<LedgerApi, 'keep' | 'record' | 'renew' | 'unsent' | 'knownClips'>;
  },
): Promise<Map<string, ReadOutcome>> {
  const outcomes = new Map<string, ReadOutcome>();
  const fresh: PollLease = { ...ask, ids: [] };
  for (const some of chunks(ask.ids, RECORDS_AT_ONCE)) {
    const unknown = some.filter(({ kept }) => !kept).map(({ id }) => id);
    const recorded = await fromRecords(vendor, unknown, pacing, deps);
    for (const asked of some) {
      const outcome = recorded.get(asked.id);
      if (outcome) outcomes.set(asked.id, outcome);
      else fresh.ids.push(asked);
    }
  }
  if (fresh.ids.length === 0) {
    await deps.ledger.record(emptyReport(ask, deps.now()));
    return outcomes;
  }
  const timeoutMs = deps.settings.delays.vendor_timeout_ms;
  const client = leasedClient(ask, { ...deps, timeoutMs, deadline: options.deadline });
  const rules = { confirmMax: options.confirmMax, loneByGet: fresh.ids.length === 1 };
  const groups = chunks(fresh.ids, BATCH_MAX_IDS);
  for (const [turn, ids] of groups.entries()) {
    const rest = groups.slice(turn + 1).flat();
    const polled = await askVendor({ ...fresh, ids }, vendor, rules, { ...deps, client });
    const hasFailed = polled.fault !== null && polled.fault.fault.reason !== 'own_limit';
    const reply = ids.map(({ id }) => id);
    const more = hasFailed ? [] : rest.map(({ id }) => id);
    const report = condensed({ ...polled, track: options.track, more, reply }, ids);
    for (const entry of unreadIn(report)) deps.log(entry);
    const stored = new Map<string, Stored>();
    let latest = pacing;
    for (const part of inParts(report)) {
      const recorded = await deps.ledger.record(part);
      await sendOn(recorded, deps);
      for (const change of recorded.changed) deps.log({ event: 'task.changed', ...change });
      for (const one of recorded.stored) stored.set(one.id, one);
      latest = recorded.pacing;
    }
    for (const { id } of ids) outcomes.set(id, polledOutcome(id, polled, stored.get(id), latest, deps.now()));
    if (!hasFailed) continue;
    const unknown = rest.filter(({ kept }) => !kept).map(({ id }) => id);
    for (const id of unknown) outcomes.set(id, polledOutcome(id, polled, undefined, latest, deps.now()));
    if (options.track && unknown.length > 0) await deps.ledger.keep(vendor.id, unknown);
    break;
  }
  return outcomes;
}

function polledOutcome(
  id: string,
  polled: PollReport,
  stored: Stored | undefined,
  pacing: Pacing,
  now: number,
): ReadOutcome {
  const known = outcomeOf(stored, { pacing }, now);
  if (known?.ok) return known;
  const denied = polled.denied.find((one) => one.id === id);
  if (denied) return fail({ reason: 'not_found', detail: denied.error.message });
  if (polled.fault) return fail(polled.fault.fault);
  const failed = polled.failed.find((one) => one.id === id);
  return fail(faultAgain(failed?.error ?? null, pacing, now, 'The vendor did not answer for this task'));
}
