// State: which clips go to the mirror now, when a task's files are looked after next, which hosts limit us.
import type { Settings } from '../config/settings.ts';
import { nextFileWorkAt, rolesToTry, waitOf, wantedRoles } from '../model/files.ts';
import { isOver } from '../model/lifecycle.ts';
import { CLIPS_IN_FLIGHT_MAX, HOST_LIMITED_MS, NO_PLACE_MS } from '../model/limits.ts';
import type { FileOutcome } from '../model/messages.ts';
import { type ClipState, ROLE_URLS } from '../model/state.ts';
import type { ClipReading, Role } from '../model/task.ts';
import { hostOf } from '../net/address.ts';
import type { LeaseTable } from './leases.ts';
import type { TaskRow } from './store/task-rows.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** A host that asked to be left alone: not before `until`, and one request at a time before `limited_until`. */
interface HostLimit {
  until: number;
  limited_until: number;
}

const hostsOf = (reading: ClipReading, roles: readonly Role[]): string[] =>
  roles.flatMap((role) => hostOf(reading[ROLE_URLS[role]] ?? ''));

export class MirrorQueue {
  readonly #settings: Settings;
  readonly #leases: LeaseTable;
  readonly #limits = new Map<string, HostLimit>();

  constructor(settings: Settings, leases: LeaseTable) {
    this.#settings = settings;
    this.#leases = leases;
  }

  get isFull(): boolean {
    return this.#leases.count('file') >= CLIPS_IN_FLIGHT_MAX;
  }

  /**
   * Sends the clips whose files may be tried now, and answers when this row's files are looked after next. What waits for
   * a place stays due as it was: nothing is written for it. `again_at`: when it looks for one again.
   */
  plan(
    unit: UnitOfWork,
    row: Pick<TaskRow, 'vendor' | 'id' | 'state' | 'work_at'>,
    clips: readonly ClipState[],
    resent: boolean,
  ): { work_at: number | null; again_at: number | null } {
    const { now } = unit;
    const over = isOver(row.state);
    let again_at: number | null = null;
    const wait = (until: number): number[] => {
      again_at = Math.min(again_at ?? Infinity, until);
      return [row.work_at !== null && row.work_at <= now ? row.work_at : now];
    };
    const times = row.state.reading.clips.flatMap((reading, index) => {
      const clip = clips[index];
      const wanted = wantedRoles(reading, over, this.#settings);
      const next = clip ? nextFileWorkAt(clip, wanted) : null;
      if (!clip || next === null) return [];
      const lease = unit.of('file', clip.slug);
      // Whoever has it reports to every task that holds it.
      if (lease && lease.until > now) return [lease.until];
      if (next > now) return [next];
      const roles = this.#allowed(reading, rolesToTry(clip, wanted, now), unit);
      if (roles.length === 0 && clip.clear_at == null) return wait(this.#freeAt(reading, wanted, now));
      if (unit.count('file') >= CLIPS_IN_FLIGHT_MAX) return wait(now);
      const until = now + this.#settings.mirror_lease_ms;
      unit.begin({
        kind: 'file',
        holder: clip.slug,
        keys: new Set([clip.slug]),
        groups: hostsOf(reading, roles),
        begun_at: now,
        until,
        handed_at: null,
        resent,
      });
      unit.messages.push({ vendor: row.vendor, task_id: row.id, slug: clip.slug });
      return [until];
    });
    return { work_at: times.length === 0 ? null : Math.min(...times), again_at };
  }

  /** The roles that a message is worth now: of a host that limits one, and none while another is under way there. */
  rolesFor(clip: ClipState, reading: ClipReading, over: boolean, now: number): Role[] {
    const roles = rolesToTry(clip, wantedRoles(reading, over, this.#settings), now);
    const seen = new Set<string>();
    return roles.filter((role) => {
      const [host = ''] = hostsOf(reading, [role]);
      const limit = this.#limitOf(host, now);
      if (!limit) return true;
      const others = this.#leases
        .all('file')
        .some(({ holder, groups, handed_at }) => holder !== clip.slug && handed_at !== null && groups.includes(host));
      if (limit.until > now || others || seen.has(host)) return false;
      seen.add(host);
      return true;
    });
  }

  /** A message was taken: its lease counts from now. Null: another has it. */
  handOut(clip: ClipState, reading: ClipReading, roles: readonly Role[], now: number): { resent: boolean } | null {
    const lease = this.#leases.of('file', clip.slug);
    if (lease && lease.handed_at !== null && lease.until > now) return null;
    const resent = lease?.resent ?? true;
    this.#leases.begin({
      kind: 'file',
      holder: clip.slug,
      keys: new Set([clip.slug]),
      groups: hostsOf(reading, roles),
      begun_at: lease?.begun_at ?? now,
      until: now + this.#settings.mirror_lease_ms,
      handed_at: now,
      resent,
    });
    return { resent };
  }

  /** What its host said: whether it limits, and for how long. */
  noteLimit(outcome: FileOutcome, now: number): void {
    const waitMs = outcome.ok ? null : waitOf(outcome);
    if (waitMs === null) return;
    for (const [host, { limited_until }] of this.#limits) if (limited_until <= now) this.#limits.delete(host);
    const host = hostOf(outcome.source_url);
    const until = Math.max(this.#limits.get(host)?.until ?? 0, now + waitMs);
    this.#limits.set(host, { until, limited_until: until + HOST_LIMITED_MS });
  }

  #limitOf(host: string, now: number): HostLimit | null {
    const limit = this.#limits.get(host);
    return limit && limit.limited_until > now ? limit : null;
  }

  #allowed(reading: ClipReading, roles: readonly Role[], unit: UnitOfWork): Role[] {
    return roles.filter((role) => {
      const [host = ''] = hostsOf(reading, [role]);
      const limit = this.#limitOf(host, unit.now);
      return !limit || (limit.until <= unit.now && unit.count('file', host) === 0);
    });
  }

  /** When the hosts of these files may be asked again: their own time, else when whoever asks there may be done. */
  #freeAt(reading: ClipReading, roles: readonly Role[], now: number): number {
    const times = hostsOf(reading, roles).map((host) => this.#limitOf(host, now)?.until ?? now);
    return Math.max(now + NO_PLACE_MS, Math.min(...times));
  }
}
