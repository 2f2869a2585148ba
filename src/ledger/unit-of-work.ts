// State: what follows from one change, collected while its transaction runs; memory follows the commit.
import type { Change } from '../model/lifecycle.ts';
import type { MirrorMessage } from '../model/messages.ts';
import type { Lease, LeaseKind, LeaseTable } from './leases.ts';

export class UnitOfWork {
  readonly now: number;
  readonly messages: MirrorMessage[] = [];
  /** Keys of objects that must not stay. */
  readonly discard: string[] = [];
  readonly changed: Change[] = [];
  readonly #leases: LeaseTable;
  readonly #begun = new Map<string, Lease>();
  readonly #ended = new Set<string>();
  readonly #afterwards: (() => void)[] = [];

  constructor(now: number, leases: LeaseTable) {
    this.now = now;
    this.#leases = leases;
  }

  /** Done once the transaction is committed, and never if it is not. */
  afterwards(step: () => void): void {
    this.#afterwards.push(step);
  }

  begin(lease: Lease): void {
    this.#begun.set(`${lease.kind} ${lease.holder}`, lease);
    this.afterwards(() => this.#leases.begin(lease));
  }

  end(kind: LeaseKind, holder: string): void {
    if (!this.#leases.of(kind, holder) && !this.#begun.delete(`${kind} ${holder}`)) return;
    this.#ended.add(`${kind} ${holder}`);
    this.afterwards(() => this.#leases.end(kind, holder));
  }

  /** Whoever works on this, as it will be after the commit. */
  of(kind: LeaseKind, holder: string): Lease | null {
    const name = `${kind} ${holder}`;
    return this.#begun.get(name) ?? (this.#ended.has(name) ? null : this.#leases.of(kind, holder));
  }

  count(kind: LeaseKind, group = ''): number {
    const begun = [...this.#begun.values()].filter((lease) => lease.kind === kind && isOf(lease, group)).length;
    const ended = [...this.#ended].filter((name) => {
      const [of, ...holder] = name.split(' ');
      const lease = of === kind ? this.#leases.of(kind, holder.join(' ')) : null;
      return lease !== null && isOf(lease, group);
    }).length;
    return this.#leases.count(kind, group) + begun - ended;
  }

  committed(): void {
    for (const step of this.#afterwards) step();
  }
}

const isOf = ({ groups }: Lease, group: string): boolean => group === '' || groups.includes(group);
