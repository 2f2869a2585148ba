// State: all that is under way: what is asked, mirrored, delivered and saved, by whom and until when.

export type LeaseKind = 'ask' | 'file' | 'delivery' | 'save';

/** It lasts one request and a margin: whoever works longer renews it, and whoever goes away loses it. */
export interface Lease {
  readonly kind: LeaseKind;
  /** Whoever works: a token for asks; else the name of the work. */
  readonly holder: string;
  /** What it works on. */
  readonly keys: Set<string>;
  /** What counts it: a vendor, a host, a receiver. */
  readonly groups: readonly string[];
  readonly begun_at: number;
  until: number;
  /** When a consumer took the message; null: it waits in a queue. */
  handed_at: number | null;
  /** An object of an earlier try may lie in the bucket. */
  readonly resent: boolean;
}

const nameOf = (kind: LeaseKind, name: string): string => `${kind} ${name}`;

export class LeaseTable {
  readonly #byHolder = new Map<string, Lease>();
  readonly #byKey = new Map<string, Lease>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  begin(lease: Lease): void {
    this.end(lease.kind, lease.holder);
    this.#byHolder.set(nameOf(lease.kind, lease.holder), lease);
    for (const key of lease.keys) this.#byKey.set(nameOf(lease.kind, key), lease);
    this.#count(lease, 1);
  }

  /** Who works on this; a lease that has run out counts until it is taken out. */
  on(kind: LeaseKind, key: string): Lease | null {
    return this.#byKey.get(nameOf(kind, key)) ?? null;
  }

  of(kind: LeaseKind, holder: string): Lease | null {
    return this.#byHolder.get(nameOf(kind, holder)) ?? null;
  }

  isTaken(kind: LeaseKind, key: string, now: number): boolean {
    return (this.on(kind, key)?.until ?? -Infinity) > now;
  }

  /** How many are under way of this kind, or of one of its groups. */
  count(kind: LeaseKind, group = ''): number {
    return this.#counts.get(nameOf(kind, group)) ?? 0;
  }

  /** The holder works on nothing but these any more; none: it ends. */
  keep(kind: LeaseKind, holder: string, keys: ReadonlySet<string>, until: number): void {
    const lease = this.of(kind, holder);
    if (!lease) return;
    for (const key of [...lease.keys]) if (!keys.has(key)) this.#release(lease, key);
    lease.until = until;
    if (lease.keys.size === 0) this.end(kind, holder);
  }

  /** Nobody has to work on this any more. */
  release(kind: LeaseKind, key: string): void {
    const lease = this.on(kind, key);
    if (!lease) return;
    this.#release(lease, key);
    if (lease.keys.size === 0) this.end(kind, lease.holder);
  }

  end(kind: LeaseKind, holder: string): void {
    const lease = this.of(kind, holder);
    if (!lease) return;
    this.#byHolder.delete(nameOf(kind, holder));
    this.#count(lease, -1);
    for (const key of [...lease.keys]) this.#release(lease, key);
  }

  /** Those that have run out, of one kind or of all; they end with it. */
  lapsed(now: number, kinds: readonly LeaseKind[]): Lease[] {
    const lapsed = [...this.#byHolder.values()].filter(({ kind, until }) => until <= now && kinds.includes(kind));
    return lapsed.map((lease) => {
      const copy = { ...lease, keys: new Set(lease.keys) };
      this.end(lease.kind, lease.holder);
      return copy;
    });
  }

  all(kind: LeaseKind): Lease[] {
    return [...this.#byHolder.values()].filter((lease) => lease.kind === kind);
  }

  /** When the first of these runs out. */
  next(kind: LeaseKind, group?: string): number | null {
    const ends = this.all(kind)
      .filter(({ groups }) => group === undefined || groups.includes(group))
      .map(({ until }) => until);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Calls back once when nobody works on this any more. Answers how to call that off. */
  whenFree(kind: LeaseKind, key: string, wake: () => void): () => void {
    const name = nameOf(kind, key);
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
    };
  }

  #release(lease: Lease, key: string): void {
    const name = nameOf(lease.kind, key);
    lease.keys.delete(key);
    if (this.#byKey.get(name) !== lease) return;
    this.#byKey.delete(name);
    const waiting = this.#waiting.get(name);
    this.#waiting.delete(name);
    for (const wake of waiting ?? []) wake();
  }

  #count({ kind, groups }: Lease, by: number): void {
    for (const group of new Set(['', ...groups])) {
      const name = nameOf(kind, group);
      const count = (this.#counts.get(name) ?? 0) + by;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
  }
}
