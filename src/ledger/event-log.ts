// Edge: what happened, in its order, and on its way to those who want to hear of it. Rendered elsewhere, once.
import type { Settings } from '../config/settings.ts';
import type { Pacing } from '../model/circuit-breaker.ts';
import { eventsOf, type EventType, type Logged } from '../model/event.ts';
import { archiveOf } from '../model/files.ts';
import { nextSeq, SEQ_PER_MS } from '../model/id.ts';
import { isOver, trackingOf } from '../model/lifecycle.ts';
import { ANSWER_MAX_BYTES, EVENTS_KEEP_MS, EVENTS_MAX_SCANNED, UPKEEP_MAX_ROWS } from '../model/limits.ts';
import type { ClipState, Stored, TaskState } from '../model/state.ts';
import { within } from './answer-size.ts';
import type { EventPage, EventQuery } from './api.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventRows } from './store/event-rows.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export const eventId = (seq: number, index: number): string => `evt_${seq.toString(36)}_${index}`;
/** Behind all events of a row. */
const LAST_INDEX = 999;

/** `evt_dcbjzfro1c_1` → its row's place in the log, and its number there. */
export function placeOf(id: string): { seq: number; index: number } {
  const [, seq = '', index = ''] = id.split('_');
  return { seq: parseInt(seq, 36), index: Number(index) };
}

export class EventLog {
  readonly #rows: EventRows;
  readonly #deliveries: Deliveries;
  readonly #settings: Settings;
  #lastSeq: number;

  constructor(rows: EventRows, deliveries: Deliveries, settings: Settings) {
    this.#rows = rows;
    this.#deliveries = deliveries;
    this.#settings = settings;
    this.#lastSeq = rows.lastSeq();
  }

  /** Tells what a change of a task is worth. Answers the state and the clips that know of it, to be stored with the change. */
  task(unit: UnitOfWork, before: TaskState, stored: Stored, pacing: Pacing): { state: TaskState; clips: ClipState[] } {
    const { vendor, id, seq, clips } = stored;
    const { pending } = archiveOf(stored.state.reading, clips, isOver(stored.state), this.#settings);
    const news = eventsOf(before, stored.state, clips, pending, this.#settings);
    const { notify_hook } = news.state;
    const tracking = trackingOf(news.state, pending);
    const isOwed = notify_hook !== null && (tracking === 'settled' || tracking === 'expired');
    const state = isOwed ? { ...news.state, notify_hook: null } : news.state;
    if (news.events.length > 0) {
      const bySlug = new Map(news.clips.map((clip) => [clip.slug, clip]));
      const shown = clips.map((clip) => bySlug.get(clip.slug) ?? clip);
      const about = { stored: { ...stored, state, clips: shown, raw: null }, pacing };
      this.#send(unit, this.#append(unit, news.events, about), state.webhook_url);
    }
    if (isOwed) {
      const subject = JSON.stringify([vendor, id, notify_hook.base]);
      this.#deliveries.add(unit, `notify_${vendor}_${seq ?? 0}_${unit.now}`, notify_hook.url, 'notify', subject);
    }
    return { state, clips: news.clips };
  }

  /** A pause begins or ends; of backing off nobody is told. */
  vendor(unit: UnitOfWork, vendor: string, before: Pacing, after: Pacing, ended: string): void {
    const [was, is] = [before.health === 'paused', after.health === 'paused'];
    if (was === is) return;
    const about = { vendor, reason: is ? (after.reason ?? 'unknown') : ended };
    this.#send(unit, this.#append(unit, [{ type: is ? 'vendor.paused' : 'vendor.resumed', slug: null }], about), null);
  }

  /** One change, one row: its events belong together, and a row is what the platform bills. */
  #append(
    unit: UnitOfWork,
    events: readonly { type: EventType; slug: string | null }[],
    about: Logged['about'],
  ): Logged {
    // Rolled back or not: a place that is left out does no harm.
    const seq = nextSeq(this.#lastSeq, unit.now);
    this.#lastSeq = seq;
    const named = events.map((event, index) => ({ id: eventId(seq, index), ...event }));
    const logged: Logged = { seq, at: unit.now, events: named, about, data: null };
    this.#rows.append(logged);
    return logged;
  }

  /** One delivery an event and receiver, whoever named the receiver. */
  #send(unit: UnitOfWork, logged: Logged, taskWebhook: string | null): void {
    if (this.#settings.webhook_secrets.length === 0) return;
    const receivers = new Set([this.#settings.webhook_url, taskWebhook].filter((url) => url !== null));
    for (const { id } of logged.events)
      [...receivers].forEach((url, index) => this.#deliveries.add(unit, `${id}_${index}`, url, 'webhook', id));
  }

  row(seq: number): Logged | null {
    return this.#rows.row(seq);
  }

  page({ after, type, limit }: EventQuery, now: number): EventPage {
    const oldest = (now - EVENTS_KEEP_MS) * SEQ_PER_MS;
    const from = after === null ? { seq: oldest, index: -1 } : placeOf(after);
    // The row of the last event seen may hold nothing new.
    const { rows, scanned } = this.#rows.rows(Math.max(from.seq, oldest), type, limit + 1, EVENTS_MAX_SCANNED);
    const fitting = within(rows, ANSWER_MAX_BYTES);
    const wanted = fitting
      .flatMap(({ seq, at, events, data }) =>
        events.map((event, index) => ({ id: event.id, seq, index, type: event.type, at, data: data?.[index] ?? null })),
      )
      .filter((event) => event.seq > from.seq || (event.seq === from.seq && event.index > from.index))
      .filter((event) => type === null || event.type === type);
    const events = wanted.slice(0, limit).map(({ index: _, ...event }) => event);
    const shown = new Set(events.map(({ seq }) => seq));
    const isCut = wanted.length > limit || fitting.length < rows.length;
    return {
      events,
      unrendered: fitting.filter(({ seq, data }) => data === null && shown.has(seq)),
      next: isCut ? (events.at(-1)?.id ?? null) : scanned === null ? null : eventId(scanned, LAST_INDEX),
    };
  }

  /** Of two that render one row the first one counts. */
  keep(rendered: readonly { seq: number; data: string[] }[]): { seq: number; data: string[] }[] {
    return rendered.map(({ seq, data }) => {
      const row = this.#rows.row(seq);
      if (row?.data) return { seq, data: row.data };
      if (row) this.#rows.putData(seq, data);
      return { seq, data };
    });
  }

  prune(now: number): void {
    this.#rows.deleteBefore((now - EVENTS_KEEP_MS) * SEQ_PER_MS, UPKEEP_MAX_ROWS);
  }
}
