// Edge: a batch of 50 tasks, text to readings, against JSON.parse and JSON.stringify of the same text, both on workerd.
import { newClient } from './load.ts';
import { compared, leastOf, measure, medianOf, type Budget } from './measure.ts';
import { number, ratioFigure, type Figure, type Section } from './report.ts';
import { songRow } from './songs.ts';
import { startWorkers } from './workers.ts';

const TASKS = 50;
/** So many that the compiling of the first hundred is a small part. */
const TIMES = 300;
/** Of CPU. A machine that is busy elsewhere only adds to it, so the least of the rounds is held against it. */
const MOST_MS = 1;

const BATCHES = {
  'with lyrics': {},
  'almost without lyrics': { lyrics: 'la la' },
} as const;

export async function normalising({ rounds, share }: Budget, say: (text: string) => void): Promise<Section> {
  const running = await startWorkers([{ name: 'normalise', main: 'test/bench/bare/normalise.ts' }]);
  const client = newClient();
  try {
    const figures: Figure[] = [];
    const times = Math.max(10, Math.round(TIMES * share));
    for (const [what, options] of Object.entries(BATCHES)) {
      say(`normalising: a batch ${what}`);
      const ids = Array.from({ length: TASKS }, (_, index) => `task-${index}`);
      const data = ids.map((id) => songRow(id, 'complete', 'https://cdn1.suno.ai', options));
      const text = JSON.stringify({ code: 'success', message: '', data });
      const contestant = (how: string) => ({
        name: how,
        run: () =>
          client.askAll(
            [{ url: running.urlOf('normalise'), method: 'POST', body: JSON.stringify({ how, times, text, ids }) }],
            1,
            { status: 200 },
          ),
      });
      const samples = await measure(running.pid, ['ours', 'bare', 'kept'].map(contestant), rounds);
      const median = (name: string): string => `${number(medianOf(samples, name, 'cpuMs') / times)} ms`;
      const least = leastOf(samples, 'ours', 'cpuMs') / times;
      figures.push(
        {
          what: `CPU to read a batch of ${TASKS} tasks, ${number(text.length / 1000, 0)} KB ${what}`,
          value: `${number(least)} ms`,
          target: `≤ ${MOST_MS} ms`,
          met: least <= MOST_MS,
          note: `the least of ${rounds} rounds; median ${median('ours')}, parse + stringify ${median('bare')}`,
        },
        ratioFigure('the same, against parse + stringify', compared(samples, 'ours', 'bare'), null),
        ratioFigure(
          'with the text of each row that is kept, against parse + stringify',
          compared(samples, 'kept', 'bare'),
          null,
          median('kept'),
        ),
      );
    }
    return {
      title: 'Normalising',
      about: `The text of a batch answer to ${TASKS} readings (envelope, search for tasks, statuses, clips, times, lyrics), ${times} times in one invocation, beside \`JSON.parse\` + \`JSON.stringify\` of the same text on the same runtime. Processor time of the runtime’s process, its garbage collection and compiling included.`,
      figures,
    };
  } finally {
    client.close();
    await running.stop();
  }
}
