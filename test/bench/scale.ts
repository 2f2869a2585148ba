// Edge: sweeps over 100 to 100,000 pending tasks, lists and search at 100,000 rows, and what ten million songs would take.
import { rpcs, startCounted, type Counted, type Outcome } from './counted.ts';
import type { Budget } from './measure.ts';
import { number, table, type Figure, type Section } from './report.ts';
import { spreadOf } from './rounds.ts';

const SIZES = [100, 1_000, 10_000, 100_000];
const BATCH = 50;
const POLL_MAX_US = 170;
const FREE_BUDGET = 45;
const REPEATS = 15;
const LEDGER_MAX_BYTES = 10e9;
const TEN_MILLION = 10_000_000;
const CLIPS = 2;

/** 30 of each uncommon kind are spread over all the others. */
const LISTS = {
  'newest tasks': '/v1/tasks?limit=20',
  'tasks in the state that most are in': '/v1/tasks?limit=20&tracking=settled',
  'tasks in a state that none is in': '/v1/tasks?limit=20&archive=unavailable',
  'tasks that failed: 30': '/v1/tasks?limit=20&status=failed',
  'tasks with lost files: 30': '/v1/tasks?limit=20&archive=partial',
  'tasks under way: 30': '/v1/tasks?limit=20&tracking=watching',
  'tasks of a vendor that has 30': '/v1/tasks?limit=20&vendor=relay-1',
  'tasks that failed at that vendor: none': '/v1/tasks?limit=20&status=failed&vendor=relay-1',
  'newest clips': '/v1/clips?limit=20',
  'clips by a rare word': '/v1/clips?q=77777&limit=20',
  'clips by a word that all have': '/v1/clips?q=folk&limit=20',
} as const;
const LISTS_OF_BACKLOG = {
  'tasks under way, in a backlog': '/v1/tasks?limit=20&tracking=watching',
  'tasks that failed, in a backlog: none': '/v1/tasks?limit=20&status=failed',
  'settled tasks, in a backlog: 30': '/v1/tasks?limit=20&tracking=settled',
} as const;

export async function scale({ share }: Budget, say: (text: string) => void): Promise<Section> {
  const counted = await startCounted();
  try {
    const sizes = SIZES.map((n) => (n <= 1_000 ? n : Math.round(n * share)));
    const sweeps: { n: number; outcome: Outcome }[] = [];
    await counted.sweep(1_000);
    for (const n of sizes) {
      say(`scale: a sweep over ${number(n)} pending tasks`);
      sweeps.push({ n, outcome: await counted.sweep(n) });
    }
    const most = sizes.at(-1) ?? 0;
    say(`scale: a sweep of ${number(most)} within the budget of a tick`);
    const bounded = await counted.sweep(most, FREE_BUDGET);
    const figures = [...sweepFigures(sweeps), boundedFigure(most, bounded)];
    say(`scale: lists of ${number(most)} pending tasks`);
    await counted.settleFew();
    figures.push(...(await listFigures(counted, most, LISTS_OF_BACKLOG)));
    say(`scale: lists at ${number(most)} rows`);
    const [before = 0, withTasks = 0, withClips = 0] = await counted.prepareLists(most);
    figures.push(...(await listFigures(counted, most, LISTS)));
    const task = (withTasks - before) / most;
    const clip = (withClips - withTasks) / most;
    figures.push(
      {
        what: 'ledger: bytes of a settled song’s task',
        value: `${number(task, 0)} B`,
        note: 'for LEDGER_KEEP_DAYS, with the vendor’s raw answer',
      },
      {
        what: 'ledger: bytes of a clip',
        value: `${number(clip, 0)} B`,
        note: 'for ever, with its words in the search index and its reading',
      },
    );
    return {
      title: 'Scale',
      about: `One ledger with n tasks that are due, put there by SQL; the relay answers from the Worker’s own memory, so that a task’s time holds the making of its answer too. Ticks ask about all of them once, with FETCH_BUDGET raised; each makes at most 300 calls of the ledger. Rows as SQLite counts them.`,
      figures,
      more: `${sweepTable(sweeps)}\n\n${onPaper(task, clip)}`,
    };
  } finally {
    await counted.stop();
  }
}

const perTask = ({ n, outcome }: { n: number; outcome: Outcome }): number => outcome.cpuMs / n;

function sweepFigures(sweeps: { n: number; outcome: Outcome }[]): Figure[] {
  // The last but one is long enough for the runtime to be warm.
  const [thousand, many, last] = [sweeps.find(({ n }) => n === 1_000), sweeps.at(-2), sweeps.at(-1)];
  if (!thousand || !many || !last) return [];
  const [wall, cpu] = [
    last.outcome.wallMs / last.n / (thousand.outcome.wallMs / thousand.n),
    perTask(last) / perTask(thousand),
  ];
  return [
    {
      what: 'vendor requests of a sweep of n',
      value: sweeps.map(({ outcome }) => number(outcome.counts.vendor_requests)).join(', '),
      target: '= ⌈n/50⌉',
      met: sweeps.every(
        ({ n, outcome }) =>
          outcome.counts.vendor_requests === Math.ceil((n + 1) / BATCH) ||
          outcome.counts.vendor_requests === Math.ceil(n / BATCH),
      ),
    },
    {
      what: `time per task at ${number(last.n)} against 1,000`,
      value: `${number(wall)} · CPU ${number(cpu)}`,
      target: '≤ 1.5',
      met: cpu <= 1.5,
    },
    {
      what: `CPU of an unchanged poll in a batch of ${BATCH}, of ${number(many.n)}`,
      value: `${number(perTask(many) * 1000, 0)} µs`,
      target: `≤ ${POLL_MAX_US} µs`,
      met: perTask(many) * 1000 <= POLL_MAX_US,
    },
  ];
}

function boundedFigure(n: number, outcome: Outcome): Figure {
  return {
    what: `one tick with FETCH_BUDGET=${FREE_BUDGET} over ${number(n)}`,
    value: `${number(outcome.counts.vendor_requests)} requests, ${number(outcome.counts.rows_written)} rows written, ${number(outcome.cpuMs, 0)} ms CPU`,
    note: `all are asked once in ${number(Math.ceil(n / (outcome.counts.vendor_requests * BATCH)))} ticks`,
  };
}

const sweepTable = (sweeps: { n: number; outcome: Outcome }[]): string =>
  table(
    [
      'pending',
      'vendor requests',
      'RPCs',
      'rows read a task',
      'rows written a task',
      'time a task',
      'CPU a task',
      'ledger',
    ],
    sweeps.map((sweep) => {
      const { n, outcome } = sweep;
      return [
        number(n),
        number(outcome.counts.vendor_requests),
        number(rpcs(outcome)),
        number(outcome.counts.rows_read / n),
        number(outcome.counts.rows_written / n),
        `${number((outcome.wallMs / n) * 1000, 0)} µs`,
        `${number(perTask(sweep) * 1000, 0)} µs`,
        `${number((outcome.bytes ?? 0) / 1e6, 1)} MB`,
      ];
    }),
  );

async function listFigures(counted: Counted, n: number, lists: Record<string, string>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, path] of Object.entries(lists)) {
    const outcomes: Outcome[] = [];
    await counted.list(path);
    for (let turn = 0; turn < REPEATS; turn++) outcomes.push(await counted.list(path));
    const { median, from, to } = spreadOf(outcomes.map(({ wallMs }) => wallMs));
    figures.push({
      what: `list of ${what}, of ${number(n)}`,
      value: `${number(median, 1)} ms (${number(from, 1)}–${number(to, 1)})`,
      note: `${number(outcomes[0]?.counts.rows_read ?? 0)} rows read`,
    });
  }
  return figures;
}

/** What one ledger holds, from the sizes that were measured. */
function onPaper(task: number, clip: number): string {
  const clips = (songs: number): number => songs * CLIPS * clip;
  const songsMax = LEDGER_MAX_BYTES / (CLIPS * clip);
  return [
    '**Ten million songs, on paper.**',
    `Tasks leave the ledger after 30 days, their clips stay: ten million songs are ${number(clips(TEN_MILLION) / 1e9, 1)} GB of clips where one Durable Object holds 10 GB, so that its size is the limit met first, at about ${number(songsMax / 1e6, 1)} million songs (fewer by ${number(task / (CLIPS * clip), 1)} for each song of the last 30 days).`,
    'The records in R2 hold everything; links never touch the ledger. What lifts the limit: clips that nobody lists or changes go back to their records, as tasks do already, or the ledger is sharded by its name, one for each vendor or for each hash of a task’s id.',
  ].join(' ');
}
