// Edge: what ticks take while songs are under way: the processor time of Worker and ledger, requests and rows.
import { type Case, type Figure as Taken, startCallsProfile, tick } from '../profile/calls.ts';
import type { Budget } from './measure.ts';
import { number, type Figure, type Section } from './report.ts';
import { quantile } from './rounds.ts';

const FEW = 20;
const MANY = 50;
const POLLS_A_MINUTE = 4;
const IDLE_MAX_MS = 1.5;

export async function ticks({ rounds }: Budget, say: (text: string) => void): Promise<Section> {
  const profile = await startCallsProfile();
  const median = async (one: Case): Promise<(of: (taken: Taken) => number) => number> => {
    say(`ticks: ${one.name}`);
    const taken: Taken[] = [];
    for (let round = 0; round <= rounds; round++) taken.push(await profile.measure(one));
    return (of) => quantile(taken.slice(1).map(of), 0.5);
  };
  try {
    const [idle, few, many] = [await median(tick(0)), await median(tick(FEW)), await median(tick(MANY))];
    const requests = few(({ vendor_requests }) => vendor_requests);
    const poll = (1_000 * many(({ Worker, ledger }) => Worker + ledger)) / POLLS_A_MINUTE / MANY;
    // A tick itself is written down now and then.
    const rows = Math.max(0, many(({ rows_written }) => rows_written) - idle(({ rows_written }) => rows_written));
    const [idleMs, idleCalls] = [idle(({ Worker }) => Worker), idle(({ rpcs }) => rpcs)];
    const figures: Figure[] = [
      {
        what: `${FEW} songs begun at different seconds: vendor requests a minute`,
        value: number(requests, 1),
        target: '≤ 8',
        met: requests <= 8,
      },
      atMost(
        `CPU of a tick with ${FEW} songs under way, Worker`,
        few(({ Worker }) => Worker),
        10,
        `${number(
          few(({ ledger }) => ledger),
          1,
        )} ms of the ledger beside it`,
      ),
      {
        what: 'a tick with nothing to do: CPU of the Worker; calls of the ledger',
        value: `${number(idleMs, 1)} ms; ${number(idleCalls, 1)}`,
        target: `≤ ${IDLE_MAX_MS} ms; 1`,
        met: idleMs <= IDLE_MAX_MS && idleCalls <= 1,
      },
      {
        what: `one unchanged poll in a batch of ${MANY}: rows written; CPU of Worker and ledger`,
        value: `${number(rows / MANY / POLLS_A_MINUTE, 2)}; ${number(poll, 0)} µs`,
        target: '0; ≤ 170 µs',
        met: Math.round(rows / MANY) === 0 && poll <= 170,
      },
    ];
    return {
      title: 'Ticks',
      about:
        'A tick of a minute, with songs that stream and whose answers say the same each time; asked every 15 s. The clock is moved by hand, and the relay answers from the Worker’s own memory. Processor time of the isolate by the inspector, of a tick, the median of the rounds: what else runs on the machine adds to it.',
      figures,
    };
  } finally {
    await profile.stop();
  }
}

const atMost = (what: string, ms: number, most: number, note: string): Figure => ({
  ...{ what, value: `${number(ms, 1)} ms`, target: `≤ ${most} ms`, met: ms <= most, note },
});
