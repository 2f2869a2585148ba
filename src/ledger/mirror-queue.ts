// State: which clips go to the mirror now, when a task's files are looked after next, which hosts limit us.
import type { Settings } from '../config/settings.ts';
import { fileOf, nextFileWorkAt, rolesToTry, waitOf, wantedRoles } from '../model/files.ts';
import { isOver } from '../model/lifecycle.ts';
import { CLIPS_IN_FLIGHT_MAX, HOST_LIMITED_MS, HOST_SHARE } from '../model/limits.ts';
import type { FileOutcome } from '../model/messages.ts';
import { type ClipState, keyOf, ROLE_URLS } from '../model/state.ts';
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

/** What of a row's files is due when. */
interface Plan {
  /** As it is written: what waits stays due as it was, so that nothing is written for it. */
  work_at: number | null;
  /** As it is looked at: who waits for a host is called when that has room. */
  look_at: number | null;
  hosts: string[];
}

const hostsOf = (reading: ClipReading, roles: readonly Role[]): string[] =>
  roles.flatMap((role) => hostOf(reading[ROLE_URLS[role]] ?? ''));

export class MirrorQueue {
  readonly #settings: Settings;
  readonly #leases: LeaseTable;
  readonly #limits = new Map<string, HostLimit>();
  /** Tasks with files that wait for room at a host, in the order in which they came. */
  readonly #waiting = new Map<string, Set<string>>();

  constructor(settings: Settings, leases: LeaseTable) {
    this.#settings = settings;
    this.#leases = leases;
  }

  get isFull(): boolean {
    return this.#leases.count('file') >= CLIPS_IN_FLIGHT_MAX;
  }

  /**
   * Sends the clips whose files may be tried now, and answers when this row's files are looked after next.
   */
  plan(
    unit: UnitOfWork,
    row: Pick<TaskRow, 'vendor' | 'id' | 'state' | 'work_at'>,
    clips: readonly ClipState[],
    resent: boolean,
  ): Plan {
    const { now } = unit;
    const over = isOver(row.state);
    const since = row.work_at !== null && row.work_at <= now ? row.work_at : now;
    const plans = row.state.reading.clips.flatMap((reading, index): Plan[] => {
      const clip = clips[index];
      const wanted = wantedRoles(reading, over, this.#settings);
      const next = clip ? nextFileWorkAt(clip, wanted) : null;
      if (!clip || next === null) return [];
      const lease = unit.of('file', clip.slug);
      // Whoever has it reports to every task that holds it.
      if (lease && lease.until > now) return [at(lease.until)];
      if (next > now) return [at(next)];
      if (unit.count('file') >= CLIPS_IN_FLIGHT_MAX) return [{ ...at(since), look_at: now }];
      const due = rolesToTry(clip, wanted, now);
      const roles = due.filter((role) => this.#hasRoom(hostsOf(reading, [role])[0] ?? '', unit));
      if (roles.length === 0 && clip.clear_at == null) {
        const later = wanted.map((role) => fileOf(clip, role).next_try_at ?? 0).filter((time) => time > now);
        return [{ work_at: since, look_at: soonest(later), hosts: hostsOf(reading, due) }];
      }
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
      return [at(until)];
    });
    return {
      work_at: soonest(plans.map(({ work_at }) => work_at)),
      look_at: soonest(plans.map(({ look_at }) => look_at)),
      hosts: plans.flatMap(({ hosts }) => hosts),
    };
  }

  /** It is looked at when one of these hosts has room. */
  wait(row: Pick<TaskRow, 'vendor' | 'id'>, hosts: readonly string[]): void {
    for (const host of hosts) this.#waiting.set(host, (this.#waiting.get(host) ?? new Set()).add(keyOf(row)));
  }

  /** Tasks that wait for hosts that have room now, as many as they have room for; they wait no more. */
  takeWaiting(now: number, limit: number, isThere: (key: string) => boolean): string[] {
    const taken: string[] = [];
    for (const [host, keys] of this.#waiting) {
      let room = Math.min(this.#room(host, this.#leases, now), limit - taken.length);
      for (const key of keys) {
        if (room <= 0) break;
        keys.delete(key);
        if (!isThere(key) || taken.includes(key)) continue;
        taken.push(key);
        room--;
      }
      if (keys.size === 0) this.#waiting.delete(host);
    }
    return taken;
  }

  /** When a host that is waited for has room that no report brings. */
  nextAt(now: number): number | null {
    return soonest(
      [...this.#waiting.keys()].map((host) => {
        const until = this.#limitOf(host, now)?.until ?? 0;
        return until > now ? until : this.#room(host, this.#leases, now) > 0 ? now : null;
      }),
    );
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

  #hasRoom(host: string, unit: UnitOfWork): boolean {
    return this.#room(host, unit, unit.now) > 0;
  }

  /** How many more clips may go to a host: one at a time where it limits; else a share that leaves some for any other. */
  #room(host: string, under: Pick<LeaseTable, 'count'>, now: number): number {
    const own = under.count('file', host);
    const limit = this.#limitOf(host, now);
    if (limit) return limit.until <= now && own === 0 ? 1 : 0;
    return Math.max(0, HOST_SHARE * (CLIPS_IN_FLIGHT_MAX - under.count('file')) - own);
  }
}

const at = (time: number): Plan => ({ work_at: time, look_at: time, hosts: [] });

function soonest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
