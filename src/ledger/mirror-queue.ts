// Edge: which clips go to the mirror now, and when their task is due for work next; knows which clips are in flight. Used by the ledger alone.
import type { Settings } from '../config/settings.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { Role } from '../model/task.ts';
import { isOver, type Moment } from '../model/lifecycle.ts';
import { afterLoss, fileOf, nextFileWorkAt, rolesToTry, wantedRoles } from '../model/files.ts';
import { Flights } from './flights.ts';
import type { Saving } from './record-outbox.ts';
import { keyOf, type ClipState } from '../model/state.ts';
import type { Store, TaskRow } from './store/task-rows.ts';

/** Until a task looks again at a clip that another task has sent. */
const SHARED_CLIP_LOOK_MS = 10_000;
/** Until a clip that found no place among those under way looks for one again. */
const NO_PLACE_MS = 1_000;

export class Planning {
  readonly flights: Flights;
  readonly #store: Store;
  readonly #settings: Settings;
  readonly #saving: Saving;

  constructor(store: Store, settings: Settings, saving: Saving) {
    this.#store = store;
    this.#settings = settings;
    this.#saving = saving;
    this.flights = new Flights(settings.mirror_lease_ms);
  }

  /** A clip whose flight came to nothing: its files are tried again, or given up. */
  afterLostFlight(clip: ClipState, wanted: readonly Role[], now: number): ClipState {
    const flight = this.flights.get(clip.slug);
    if (!flight || flight.until > now) return clip;
    this.flights.end(clip.slug, now);
    // Never handed out: the message is late or lost, and no invocation died of it.
    if (!flight.handed) return clip;
    const files = { ...clip.files };
    for (const role of rolesToTry(clip, wanted, now))
      files[role] = afterLoss(fileOf(clip, role), now, this.#settings.delays);
    const updated = { ...clip, files };
    this.#store.clips.put(updated);
    return updated;
  }

  /** Sends the clips whose files may be tried now, and answers when this row is due for work next. */
  plan(
    row: TaskRow,
    clips: readonly ClipState[],
    at: Moment,
    messages: MirrorMessage[],
    resent: boolean,
  ): number | null {
    const over = isOver(row.state);
    const times: number[] = [];
    row.state.reading.clips.forEach((reading, index) => {
      const clip = clips[index];
      if (!clip) return;
      const wanted = wantedRoles(reading, over, this.#settings);
      const flight = this.flights.get(clip.slug);
      const next = nextFileWorkAt(clip, wanted);
      if (flight && flight.until > at.now) {
        // Its report will reach the task that sent it; any other one looks by itself what became of the clip.
        if (next !== null)
          times.push(flight.owner === keyOf(row) ? flight.until : Math.min(flight.until, at.now + SHARED_CLIP_LOOK_MS));
      } else if (next !== null && next <= at.now) {
        const until = this.flights.begin(clip.slug, keyOf(row), resent, at.now);
        if (until !== null) messages.push({ vendor: row.vendor, task_id: row.id, slug: clip.slug });
        times.push(until ?? at.now + NO_PLACE_MS);
      } else if (next !== null) times.push(next);
    });
    if (this.#saving.isDue(row, clips, at)) times.push(Math.min(row.work_at ?? at.now, at.now));
    return times.length === 0 ? null : Math.min(...times);
  }
}
