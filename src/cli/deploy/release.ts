// Edge: buckets and queues, made through wrangler where they are missing. What is there is left alone.
import type { Configuration } from '../wrangler-config.ts';
import { complaintOf, runWrangler } from './wrangler.ts';

interface Kind {
  readonly noun: string;
  readonly command: readonly string[];
  /** What to do where wrangler cannot make one. */
  readonly remedy: string;
}

const BUCKET: Kind = {
  noun: 'bucket',
  command: ['r2', 'bucket'],
  remedy:
    'a new account has to switch R2 on once: https://dash.cloudflare.com/?to=/:account/r2; a token needs Workers R2 Storage: Edit',
};
const QUEUE: Kind = { noun: 'queue', command: ['queues'], remedy: 'a token needs Queues: Edit' };

export interface Provisioned {
  /** What was made, and what was there. */
  readonly told: string[];
  readonly refusals: string[];
}

export const resourcesOf = ({ buckets, queues }: Configuration): [Kind, string][] => [
  ...buckets.map((name): [Kind, string] => [BUCKET, name]),
  ...queues.map((name): [Kind, string] => [QUEUE, name]),
];

/** One after the other: each is a process, and wrangler renews its log-in in one file. */
export async function provision(configuration: Configuration): Promise<Provisioned> {
  const told: string[] = [];
  const refusals: string[] = [];
  for (const [kind, name] of resourcesOf(configuration)) {
    const title = `${kind.noun} ${name}`;
    const there = await runWrangler([...kind.command, 'info', name]);
    if (there.code === 0) {
      told.push(`${title}: is there`);
      continue;
    }
    const made = await runWrangler([...kind.command, 'create', name]);
    if (made.code === 0) told.push(`${title}: made`);
    else if (/already (?:exists|taken|own)/i.test(complaintOf(made))) told.push(`${title}: is there`);
    else refusals.push(`${title}: cannot be made: ${complaintOf(made)} (${kind.remedy})`);
  }
  return { told, refusals };
}
