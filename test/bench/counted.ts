// Edge: starts the Worker whose calls are counted, and has it run experiments.
import type { Counts } from './counted/counting.ts';
import { newClient } from './load.ts';
import { timed } from './measure.ts';
import type { Sample } from './rounds.ts';
import { ours, startWorkers } from './workers.ts';

const VENDORS = 8;

export interface Outcome extends Sample {
  readonly counts: Counts;
  readonly settled?: number;
  readonly expired?: number;
  readonly hours?: number;
  readonly polls?: number;
  readonly bytes?: number;
}

export interface Counted {
  run(experiment: string, asked: { n: number; budget?: number; vendors?: number; tiny?: boolean }): Promise<Outcome>;
  /** One tick over n pending tasks, which are put there before. */
  sweep(n: number, budget?: number): Promise<Outcome>;
  /** Settles few of the tasks that the last sweep left pending; lists then ask that ledger. */
  settleFew(): Promise<unknown>;
  /** A ledger with n tasks and n clips; its size before, with the tasks, with both. */
  prepareLists(n: number): Promise<number[]>;
  /** Asks the ledger that was prepared for lists. */
  list(path: string): Promise<Outcome>;
  stop(): Promise<void>;
}

export async function startCounted(): Promise<Counted> {
  const vendors = Array.from({ length: VENDORS }, (_, index) => [
    `relay-${index}`,
    { base_url: 'https://relay.example' },
  ]);
  const variables = { VENDORS: Object.fromEntries(vendors), ALLOW_PRIVATE_HOSTS: false };
  const running = await startWorkers([await ours(variables, 'test/bench/counted/worker.ts')]);
  const client = newClient();
  const ask = async (path: string, body?: object): Promise<Outcome> => {
    let text = '';
    const sample = await timed(running.pid, async () => {
      const asked = {
        url: running.urlOf('longplay') + path,
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      };
      const answer = await client.ask(asked);
      if (answer.status !== 200) throw new Error(`The experiment ${path} ended with ${answer.status}: ${answer.text}`);
      text = answer.text;
    });
    return { ...(JSON.parse(text) as Outcome), ...sample };
  };
  return {
    run: (experiment, asked) => ask(`/${experiment}`, asked),
    sweep: async (n, budget) => {
      const { bytes = 0 } = await ask('/fill', { n, budget });
      return { ...(await ask('/sweep', {})), bytes };
    },
    settleFew: () => ask('/settle', {}),
    prepareLists: async (n) => (await ask('/lists', { n })).bytes as unknown as number[],
    list: (path) => ask(path),
    stop: async () => {
      client.close();
      await running.stop();
    },
  };
}

export const rpcs = ({ counts }: Outcome): number => Object.values(counts.rpc).reduce((sum, count) => sum + count, 0);
