// Flow: ids are taken under care, imported or let go: what the ledger does not know, the record may.
import type { Vendor } from '../config/vendors.ts';
import type { Imported, LedgerApi, Retried, TrackOptions } from '../ledger/api.ts';
import { chunks } from '../lib/chunks.ts';
import type { Result } from '../model/fault.ts';
import { RECORDS_AT_ONCE, RECORDS_MAX } from '../model/limits.ts';
import type { ClipState, NotifyHook, Stored } from '../model/state.ts';
import type { ClipReading } from '../model/task.ts';
import { redact } from '../net/redact.ts';
import type { RelayAnswer, RelayClient, Submission } from '../relay/client.ts';
import { submittedIds } from '../relay/task-ids.ts';
import { type Queues, sendOn } from './enqueue.ts';

export interface TrackDeps extends Queues {
  readonly ledger: Pick<LedgerApi, 'retry' | 'untrack' | 'unknownOf' | 'track' | 'unsent'>;
  readRecord(vendor: string, id: string): Promise<Stored | null>;
  deleteRecord(vendor: string, id: string): Promise<void>;
  saveClip(clip: ClipState, reading: ClipReading): Promise<void>;
}

export async function track(
  vendor: string,
  ids: string[],
  options: TrackOptions,
  deps: TrackDeps,
): Promise<{ id: string; created: boolean }[]> {
  const unknown = await deps.ledger.unknownOf(vendor, ids);
  // Once, and with the record: a task that began afresh would in the end write over what the bucket knows of it.
  const recorded = await recordsOf(vendor, unknown.slice(0, RECORDS_MAX), deps);
  const { results, ...wanted } = await deps.ledger.track(vendor, ids, options, recorded);
  await sendOn(wanted, deps);
  return results;
}

const NOTHING_MORE: TrackOptions = { webhook_url: null, visibility: null };

/** Polls again, and tries unavailable files again; a pruned task goes on from its record. Null: nothing is known of it. */
export async function retry(vendor: string, id: string, deps: TrackDeps): Promise<Retried | null> {
  const retried = await deps.ledger.retry(vendor, id);
  if (retried) return retried;
  const recorded = await deps.readRecord(vendor, id);
  if (!recorded) return null;
  const { results: _, ...wanted } = await deps.ledger.track(vendor, [id], NOTHING_MORE, [recorded]);
  await sendOn(wanted, deps);
  return deps.ledger.retry(vendor, id);
}

/**
 * Stops tracking: without its record no rebuilt ledger would list it either. What is archived of it stays,
 * and has a record of its own. False: nothing is known of it.
 */
export async function untrack(vendor: string, id: string, deps: TrackDeps): Promise<boolean> {
  const kept = await deps.ledger.untrack(vendor, id);
  if (kept === null && (await deps.readRecord(vendor, id)) === null) return false;
  for (const { clip, reading } of kept ?? []) await deps.saveClip(clip, reading);
  await deps.deleteRecord(vendor, id);
  return true;
}

/** Lifts a vendor's pause or back-off now. */
export async function resume(
  vendor: string,
  deps: Queues & { readonly ledger: Pick<LedgerApi, 'resume'> },
): Promise<void> {
  const { deliveries } = await deps.ledger.resume(vendor);
  await sendOn({ messages: [], deliveries }, deps);
}

export interface ImportDeps extends Queues {
  readonly ledger: Pick<LedgerApi, 'unknownOf' | 'importAnswers' | 'unsent'>;
  readRecord(vendor: string, id: string): Promise<Stored | null>;
}

/** Saved answers become tasks; of pruned ones the record is the beginning. One result for each answer, in order. */
export async function importAnswers(
  vendor: string,
  answers: Imported[],
  deps: ImportDeps,
): Promise<{ id: string; created: boolean }[]> {
  const unknown = await deps.ledger.unknownOf(vendor, [...new Set(answers.map(({ id }) => id))]);
  const recorded = await recordsOf(vendor, unknown, deps);
  const { results, ...wanted } = await deps.ledger.importAnswers(vendor, answers, recorded);
  await sendOn(wanted, deps);
  return results;
}

async function recordsOf(
  vendor: string,
  ids: readonly string[],
  deps: { readRecord(vendor: string, id: string): Promise<Stored | null> },
): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const some of chunks(ids, RECORDS_AT_ONCE)) {
    const records = await Promise.all(some.map((id) => deps.readRecord(vendor, id)));
    found.push(...records.filter((stored) => stored !== null));
  }
  return found;
}

export interface SubmitDeps {
  readonly client: Pick<RelayClient, 'submit'>;
  track(vendor: string, ids: string[], options: TrackOptions): Promise<unknown>;
  log(entry: object): void;
}

/** The song is being made and paid for: what goes wrong with tracking it is logged, and the vendor's answer given all the same. */
export async function submit(
  vendor: Vendor,
  submission: Submission,
  notify_hook: NotifyHook | null,
  deps: SubmitDeps,
): Promise<Result<RelayAnswer>> {
  const answer = await deps.client.submit(vendor, submission);
  if (!answer.ok) return answer;
  const { status, value } = answer.value;
  const ids = submittedIds(status, value);
  if (ids === null) return answer;
  if (ids.length === 0) {
    deps.log({ event: 'submit', vendor: vendor.id, status, message: 'The answer names no task: nothing is tracked' });
    return answer;
  }
  try {
    const { hook_named } = submission;
    await deps.track(vendor.id, ids, {
      webhook_url: null,
      visibility: null,
      notify_hook,
      ...(hook_named !== undefined && { hook_named }),
    });
    deps.log({ event: 'submit', vendor: vendor.id, status, ids });
  } catch (error) {
    deps.log({ event: 'error', at: 'submit', vendor: vendor.id, ids, message: redact(String(error), vendor.key) });
  }
  return answer;
}
