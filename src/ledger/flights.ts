// Pure, but for the map it holds: which clips are with the mirror. In memory only: what a new process forgets is sent again.
import { CLIPS_IN_FLIGHT_MAX } from '../model/limits.ts';

/** A clip sent to the mirror and not reported yet. `resent`: an object of an earlier try may lie in the bucket. */
export interface Flight {
  /** The task that sent it. */
  owner: string;
  until: number;
  handed: boolean;
  resent: boolean;
  /** When it was last handed out (ms since the epoch). */
  handed_at: number | null;
}

export class Flights {
  readonly #bySlug = new Map<string, Flight>();
  readonly #leaseMs: number;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  get(slug: string): Flight | undefined {
    return this.#bySlug.get(slug);
  }

  /** The end of its lease; null: so many are under way that it has to wait. */
  begin(slug: string, owner: string, resent: boolean, now: number): number | null {
    // Long past their lease: their task is gone, or nobody will ever look for them.
    for (const [other, { until }] of this.#bySlug) if (until + this.#leaseMs < now) this.#bySlug.delete(other);
    if (this.#bySlug.size >= CLIPS_IN_FLIGHT_MAX) return null;
    const until = now + this.#leaseMs;
    this.#bySlug.set(slug, { owner, until, handed: false, resent, handed_at: null });
    return until;
  }

  /** May this clip be worked on now? A second delivery of one message gets null. */
  handOut(slug: string, owner: string, now: number): { resent: boolean } | null {
    const flight = this.#bySlug.get(slug);
    if (flight && flight.handed && flight.until > now) return null;
    const resent = flight?.resent ?? true;
    this.#bySlug.set(slug, { owner, until: now + this.#leaseMs, handed: true, resent, handed_at: now });
    return { resent };
  }

  /** Answers how long it was worked on (ms). */
  end(slug: string, now: number): number {
    const handedAt = this.#bySlug.get(slug)?.handed_at ?? now;
    this.#bySlug.delete(slug);
    return now - handedAt;
  }
}
