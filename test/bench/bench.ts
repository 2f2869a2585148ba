// Edge: `npm run bench`: runs the parts one after another, prints what they say and writes it to results.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Budget } from './measure.ts';
import { PARTS, type PartName } from './parts.ts';
import { number, sectionText } from './report.ts';
import { machineTicks } from './usage.ts';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(import.meta.dirname, 'results.md');
const FULL: Budget = { rounds: 11, share: 1 };
const QUICK: Budget = { rounds: 3, share: 0.25 };
const NAMES = Object.keys(PARTS) as PartName[];

const USAGE = `Usage: npm run bench -- [--only ${NAMES.join(',')}] [--quick] [--rounds N] [--out FILE]

Measures longplay as ratios against bare Workers on the same runtime, and what each song costs.
  --only     these parts alone; without --out nothing is written then
  --quick    few rounds with few requests, for a first look; without --out nothing is written then
  --rounds   rounds of each comparison (${FULL.rounds})
  --out      where the table goes (test/bench/results.md)`;

const misused = (why: string): never => {
  console.error(`${why}\n\n${USAGE}`);
  process.exit(2);
};

const { parts, budget, out } = options();
const [began, before] = [performance.now(), machineTicks()];
const seconds = (): string => `${Math.round((performance.now() - began) / 1000)} s`.padStart(6);
const sections: string[] = [];
let failed = 0;
for (const name of parts) {
  // The other parts' minutes are not lost with one that fails.
  const text = await PARTS[name](budget, (line) => console.log(`${seconds()}  ${line}`)).then(
    sectionText,
    (error: unknown) => {
      failed++;
      console.error(error);
      return `## ${name}\n\nFailed: ${String(error)}`;
    },
  );
  sections.push(text);
  console.log(`\n${text}\n`);
}
if (out !== null) {
  // As everything under test/ is formatted, or the check of it would fail.
  const style = { ...(await resolveConfig(RESULTS)), parser: 'markdown' };
  writeFileSync(out, await format([head(), ...sections].join('\n\n'), style));
  console.log(`Written to ${out}`);
}
console.log(`Done after ${seconds().trim()}`);
process.exit(failed === 0 ? 0 : 1);

function options(): { parts: PartName[]; budget: Budget; out: string | null } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const only = values.only?.split(',').map((name) => name.trim()) ?? NAMES;
    const unknown = only.filter((name) => !NAMES.includes(name as PartName));
    if (unknown.length > 0) return misused(`There is no part ${unknown.join(', ')}`);
    const base = values.quick ? QUICK : FULL;
    const rounds = values.rounds === undefined ? base.rounds : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return misused('--rounds takes a whole number from 1');
    const isWhole = values.only === undefined && !values.quick;
    return { parts: only as PartName[], budget: { ...base, rounds }, out: values.out ?? (isWhole ? RESULTS : null) };
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

function stolen(): string {
  const now = machineTicks();
  const [ran, taken] = [now.ran - before.ran, now.stolen - before.stolen];
  return `Of the processor time that this run wanted, its machine’s host gave ${number((100 * taken) / Math.max(1, ran + taken), 0)} % to others.`;
}

function head(): string {
  const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = execFileSync('git', ['status', '--porcelain', 'src'], { cwd: ROOT, encoding: 'utf8' }).trim() !== '';
  const [first] = cpus();
  return [
    '# What longplay takes and costs',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}${changed ? ' with changes' : ''}: ${cpus().length} cores (${first?.model.trim()}), Node ${process.versions.node}, workerd ${versionOf('workerd')}, miniflare ${versionOf('miniflare')}.`,
    `A ratio says how much less longplay takes than what it is held against: 2 is half, 0.5 twice. Rounds go in turns (A B C, C B A); each figure is the median of the rounds' ratios with its quartiles in brackets, first by the clock, then by the processor time of the runtime alone, which does not see who asks.`,
    `${stolen()} The more it is, the wider the quartiles.`,
  ].join('\n\n');
}
