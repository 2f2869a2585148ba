// Edge: what one song takes of everything that is billed, by counting; and what that costs, by arithmetic.
import { rpcs, startCounted, type Counted, type Outcome } from './counted.ts';
import type { Budget } from './measure.ts';
import { accounts, type Account } from './accounts.ts';
import { number, table, type Section } from './report.ts';
import { AUDIO_BYTES, CLIPS, COVER_BYTES } from './songs.ts';
import { OBJECT_GB, usageOf, type Usage } from './prices.ts';

const TOGETHER = 50;
/** As long as the song's script is driven (counted/worker.ts). */
const SONG_MINUTES = 6;
const DAY_MINUTES = 24 * 60;
const OPERATIONS_A_MESSAGE = 3;

export async function cost({ share }: Budget, say: (text: string) => void): Promise<Section> {
  const counted = await startCounted();
  try {
    const together = Math.max(10, Math.round(TOGETHER * share));
    const idleMinutes = Math.max(60, Math.round(DAY_MINUTES * share));
    say('cost: minutes with nothing to do');
    const quiet = await counted.run('idle', { n: SONG_MINUTES });
    const idle = await counted.run('idle', { n: idleMinutes });
    say('cost: a song');
    const lone = await settled(counted, 1, false);
    say(`cost: ${together} songs at a time`);
    await settled(counted, together, true);
    const many = await settled(counted, together, false);
    const tiny = await settled(counted, together, true);
    say('cost: a song that stays stuck');
    const stuck = await counted.run('stuck', { n: 1 });
    if (stuck.expired !== 1) throw new Error('The stuck song has not expired');

    const alone = minus(lone, quiet, 1);
    const stale = minus(stuck, idle, ((stuck.hours ?? 24) * 60) / idleMinutes);
    const song = usage(alone);
    const account: Account = {
      song: {
        ...song,
        cpu_ms: many.cpuMs / together,
        object_gb: (many.bytes ?? 0) / together / 1e9,
        r2_gb: (CLIPS * (AUDIO_BYTES + COVER_BYTES)) / 1e9,
      },
      stuck: usage(stale),
      day: usage(scaled(idle, DAY_MINUTES / idleMinutes)),
    };
    return {
      title: 'Cost per song',
      about: `A usual song: two clips, two files each (${number(AUDIO_BYTES / 1e6)} MB and ${COVER_BYTES / 1000} KB), queued, from 60 s streaming, at 180 s complete, polled every 15 s. Each call of the real Worker to a binding and to the outside is counted, by a clock that is moved by hand; a tick each minute, and what the same ticks take with nothing to do is taken off. Stuck: a song that streams until it expires after 24 h.`,
      figures: [
        {
          what: 'a song by itself: rows written; requests to the ledger',
          value: `${number(alone.rows_written)}; ${number(alone.object_requests)}`,
          target: '≤ 20; ≤ 24',
          met: alone.rows_written <= 20 && alone.object_requests <= 24,
        },
        {
          what: 'a song that is stuck for 24 h: rows written',
          value: number(stale.rows_written, 0),
          target: '≤ 60',
          met: stale.rows_written <= 60,
        },
        {
          what: 'workerd’s CPU for a song',
          value: `${number(many.cpuMs / together, 0)} ms`,
          note: `mean of ${together} songs; at most, since the local bucket and ledger write and hash in the same process; ${number(tiny.cpuMs / together, 0)} ms with files of 6 KB instead: all but the bytes`,
        },
        {
          what: 'bytes of the ledger for a song',
          value: `${number((many.bytes ?? 0) / together / 1000, 1)} KB`,
          note: 'with its events; after 30 days its clips alone',
        },
      ],
      more: `${counts(alone, stale, stuck.polls ?? 0, many, quiet, idle, together, idleMinutes)}\n\n${accounts(account)}`,
    };
  } finally {
    await counted.stop();
  }
}

async function settled(counted: Counted, n: number, tiny: boolean): Promise<Outcome> {
  const outcome = await counted.run('song', { n, tiny });
  if (outcome.settled !== n) throw new Error(`${outcome.settled} of ${n} songs are settled`);
  return outcome;
}

/** What is billed or worth knowing, of one experiment. */
interface Bill {
  invocations: number;
  object_requests: number;
  rows_read: number;
  rows_written: number;
  queue_operations: number;
  class_a: number;
  class_b: number;
  vendor_requests: number;
  file_requests: number;
  cpu_ms: number;
  object_gb_s: number;
}

const bill = (outcome: Outcome): Bill => ({
  invocations: outcome.counts.invocations,
  object_requests: rpcs(outcome),
  rows_read: outcome.counts.rows_read,
  rows_written: outcome.counts.rows_written,
  queue_operations: outcome.counts.messages * OPERATIONS_A_MESSAGE,
  class_a: outcome.counts.class_a,
  class_b: outcome.counts.class_b,
  vendor_requests: outcome.counts.vendor_requests,
  file_requests: outcome.counts.file_requests,
  cpu_ms: outcome.cpuMs,
  object_gb_s: (outcome.counts.object_ms / 1000) * OBJECT_GB,
});

const NAMES: Record<Exclude<keyof Bill, 'cpu_ms' | 'object_gb_s'>, string> = {
  invocations: 'invocations (requests, ticks, messages)',
  object_requests: 'Durable Object requests',
  rows_read: 'rows read',
  rows_written: 'rows written',
  queue_operations: 'queue operations',
  class_a: 'R2 class A operations',
  class_b: 'R2 class B operations',
  vendor_requests: 'vendor requests',
  file_requests: 'files fetched',
};

const each = (one: Bill, of: (name: keyof Bill) => number): Bill =>
  Object.fromEntries(Object.keys(one).map((name) => [name, of(name as keyof Bill)])) as unknown as Bill;
const scaled = (outcome: Outcome, factor: number): Bill => each(bill(outcome), (name) => bill(outcome)[name] * factor);
/** Without what as many minutes take with nothing to do. */
const minus = (outcome: Outcome, quiet: Outcome, factor: number): Bill =>
  each(bill(outcome), (name) => Math.max(0, bill(outcome)[name] - bill(quiet)[name] * factor));

const usage = (of: Bill): Usage => usageOf((item) => (item in of ? of[item as keyof Bill] : 0));

function counts(
  alone: Bill,
  stale: Bill,
  polls: number,
  many: Outcome,
  quiet: Outcome,
  idle: Outcome,
  together: number,
  idleMinutes: number,
): string {
  const columns = [
    alone,
    each(bill(many), (name) => minus(many, quiet, 1)[name] / together),
    stale,
    scaled(idle, DAY_MINUTES / idleMinutes),
  ];
  return table(
    [
      '',
      'a song by itself',
      `one of ${together} at a time`,
      `stuck for 24 h (${number(polls)} polls)`,
      'a day with nothing to do',
    ],
    Object.entries(NAMES).map(([name, text]) => [
      text,
      ...columns.map((column) => number(column[name as keyof Bill], 1)),
    ]),
  );
}
