// Pure, its edges passed in: a tick: due → ask in batches → record → send what is wanted → save what the bucket lacks; again while something falls due before the next tick.
import type { Settings } from '../config/settings.ts';
import { CONFIRM_MAX_PER_ROUND, CONNECTIONS_MAX, SAVES_MAX_PER_TICK } from '../model/limits.ts';
import type { Ask, Due, Heard, Recorded } from '../ledger/api.ts';
import type { Stored } from '../model/state.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { VendorClient } from '../relay/client.ts';
import type { Budget } from '../relay/transport.ts';
import { askVendor } from './ask-vendor.ts';
import { sendOn, type Queues, type Wanted } from './enqueue.ts';

export interface SweepLedger {
  takeDue(token: string, mostSaves: number, mostAsks: number): Promise<Due>;
  record(heard: Heard): Promise<Recorded>;
  saved(list: { vendor: string; id: string; version: number }[]): Promise<MirrorMessage[]>;
}

export interface SweepDeps extends Queues {
  readonly settings: Settings;
  readonly ledger: SweepLedger;
  readonly client: VendorClient;
  readonly budget: Budget;
  saveRecord(stored: Stored): Promise<void>;
  now(): number;
  sleep(ms: number): Promise<void>;
  token(): string;
}

/** Requests kept back for redirects and confirmations of what is already being asked. */
const BUDGET_RESERVE = 1;
/** What is due again this soon was refused for a reason that takes a moment: a vendor with both its places taken. */
const SHORTEST_SLEEP_MS = 50;

/**
 * Runs until the next tick is due. Vendors are asked side by side and each by itself: one that hangs holds back none.
 * Overlapping, doubled and missing ticks are harmless, since what is due is leased.
 */
export async function sweep(deps: SweepDeps): Promise<void> {
  const started = deps.now();
  const ends = started + deps.settings.tick_ms;
  const totals = { asked: 0, answered: 0, denied: 0, failed: 0, sent: 0, saved: 0, rounds: 0 };
  const open = new Set<Promise<void>>();
  let wake: () => void = () => {};
  const begin = (what: string, work: Promise<void>): void => {
    const done: Promise<void> = work
      .catch((error: unknown) => deps.log({ event: 'error', at: what, message: String(error) }))
      .finally(() => {
        open.delete(done);
        wake();
      });
    open.add(done);
  };
  let mostSaves = SAVES_MAX_PER_TICK;
  let saving = Promise.resolve();

  while (deps.budget.left > BUDGET_RESERVE) {
    // The platform queues connections past its limit: what has no place now is not leased, and waits where other ticks find it.
    const places = Math.max(0, CONNECTIONS_MAX - 1 - open.size);
    const due = await deps.ledger.takeDue(deps.token(), mostSaves, places).catch((error: unknown) => {
      deps.log({ event: 'error', at: 'ledger', message: String(error) });
      return null;
    });
    // What is under way still comes to its end; the next tick looks again.
    if (!due) break;
    totals.rounds++;
    mostSaves -= due.saves.length;
    for (const ask of due.asks) begin(`vendor ${ask.vendor}`, askAndRecord(ask, deps, totals));
    await send(due, deps, totals);
    // One after the other, beside the asking: each is a connection for its whole upload.
    saving = saving.then(() => saveAll(due.saves, deps, totals));
    if (due.saves.length > 0) begin('records', saving);

    const now = deps.now();
    const isFull = open.size >= CONNECTIONS_MAX - 1;
    const next = Math.min((isFull ? null : due.next_at) ?? Infinity, now + deps.settings.poll_interval_ms);
    if (now >= ends || (next >= ends && open.size === 0)) break;
    await Promise.race([
      deps.sleep(Math.max(Math.min(next, ends) - now, SHORTEST_SLEEP_MS)),
      new Promise<void>((resolve) => (wake = resolve)),
    ]);
    if (deps.now() >= ends) break;
  }
  await Promise.all(open);
  deps.log({ event: 'sweep', ms: deps.now() - started, requests_left: deps.budget.left, ...totals });
}

type Totals = Record<'asked' | 'answered' | 'denied' | 'failed' | 'sent' | 'saved' | 'rounds', number>;

async function askAndRecord(ask: Ask, deps: SweepDeps, totals: Totals): Promise<void> {
  const vendor = deps.settings.vendors.get(ask.vendor);
  if (!vendor) return;
  const heard = await askVendor(ask, vendor, { confirmMax: CONFIRM_MAX_PER_ROUND, loneByGet: false }, deps);
  totals.asked += ask.ids.length;
  totals.answered += heard.answers.length;
  totals.denied += heard.denied.length;
  totals.failed += heard.failed.length + (heard.fault ? 1 : 0);
  const recorded = await deps.ledger.record(heard);
  logChanges(recorded.changed, deps);
  await send(recorded, deps, totals);
}

function logChanges(changed: Recorded['changed'], deps: SweepDeps): void {
  for (const change of changed) deps.log({ event: 'task.changed', ...change });
}

async function send(wanted: Wanted, deps: SweepDeps, totals: Totals): Promise<void> {
  const sent = await sendOn(wanted, deps);
  totals.sent += sent;
}

/** One at a time: each is a connection for its whole upload. One that fails is due again by itself. */
async function saveAll(saves: Due['saves'], deps: SweepDeps, totals: Totals): Promise<void> {
  const confirmed: { vendor: string; id: string; version: number }[] = [];
  for (const { stored, version } of saves) {
    try {
      await deps.saveRecord(stored);
      confirmed.push({ vendor: stored.vendor, id: stored.id, version });
    } catch (error) {
      deps.log({ event: 'error', at: 'records', vendor: stored.vendor, task_id: stored.id, message: String(error) });
    }
  }
  totals.saved += confirmed.length;
  if (confirmed.length === 0) return;
  await send({ messages: await deps.ledger.saved(confirmed), deliveries: [] }, deps, totals);
}
