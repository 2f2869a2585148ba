// Edge: what happened to a task or a vendor goes into the log, and on its way to those who want to hear of it. Used by the ledger alone.
import type { Settings } from '../config/settings.ts';
import type { Pacing } from '../model/circuit-breaker.ts';
import { type Logged, told } from '../model/event.ts';
import { archiveOf } from '../model/files.ts';
import { isOver, trackingOf } from '../model/lifecycle.ts';
import type { ClipState, TaskState } from '../model/state.ts';
import type { Deliveries } from './deliveries.ts';
import type { Log } from './log.ts';
import { type TaskRow, toStored } from './store.ts';

export class Telling {
  readonly #log: Log;
  readonly #deliveries: Deliveries;
  readonly #settings: Settings;

  constructor(log: Log, deliveries: Deliveries, settings: Settings) {
    this.#log = log;
    this.#deliveries = deliveries;
    this.#settings = settings;
  }

  /** Tells what a change of a task is worth. Answers the state and the clips that know of it, to be stored with the change. */
  task(
    before: TaskState,
    row: TaskRow,
    clips: readonly ClipState[],
    pacing: Pacing,
    now: number,
  ): { state: TaskState; clips: ClipState[] } {
    const { pending } = archiveOf(row.state.reading, clips, isOver(row.state), this.#settings);
    const news = told(before, row.state, clips, pending, this.#settings);
    const { notify_hook } = news.state;
    const tracking = trackingOf(news.state, pending);
    const isOwed = notify_hook !== null && (tracking === 'settled' || tracking === 'expired');
    const state = isOwed ? { ...news.state, notify_hook: null } : news.state;
    if (news.events.length > 0) {
      const bySlug = new Map(news.clips.map((clip) => [clip.slug, clip]));
      const shown = clips.map((clip) => bySlug.get(clip.slug) ?? clip);
      const stored = { ...toStored({ ...row, state }, shown), raw: null };
      this.#send(this.#log.append(news.events, { stored, pacing }, now), state.webhook_url, now);
    }
    if (isOwed) {
      const subject = JSON.stringify([row.vendor, row.id, notify_hook.base]);
      this.#deliveries.add(`notify_${row.vendor}_${row.seq}_${now}`, notify_hook.url, 'notify', subject, now);
    }
    return { state, clips: news.clips };
  }

  /** A pause begins or ends; of backing off nobody is told. */
  vendor(vendor: string, before: Pacing, after: Pacing, ended: string, now: number): void {
    const [was, is] = [before.health === 'paused', after.health === 'paused'];
    if (was === is) return;
    const about = { vendor, reason: is ? (after.reason ?? 'unknown') : ended };
    this.#send(
      this.#log.append([{ type: is ? 'vendor.paused' : 'vendor.resumed', slug: null }], about, now),
      null,
      now,
    );
  }

  /** One delivery an event and receiver, whoever named the receiver. */
  #send(logged: Logged, taskWebhook: string | null, now: number): void {
    if (this.#settings.webhook_secrets.length === 0) return;
    const receivers = new Set([this.#settings.webhook_url, taskWebhook].filter((url) => url !== null));
    for (const { id } of logged.events) {
      [...receivers].forEach((url, index) => this.#deliveries.add(`${id}_${index}`, url, 'webhook', id, now));
    }
  }
}
