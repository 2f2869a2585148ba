// Edge: the first half of `npm run profile`: the processor time that mirroring one file takes. `--functions` names where it goes.
import { quantile } from '../bench/rounds.ts';
import { type Figure, type File, mp3, startMirrorProfile, type WorkerName, WORKERS } from './mirror.ts';

const FILES: readonly File[] = [
  ...[mp3(1, null), mp3(3, 5), mp3(8, 10), mp3(20, null), mp3(40, 48)],
  { name: 'WAV 30 MB', kind: 'wav', size_mb: 30, measured: true, most: null },
  ...[mp3(3, null, false), mp3(20, null, false)],
];
/** In turn, so that what the machine does besides falls on all alike. */
const ROUNDS = 5;

const profile = await startMirrorProfile();
for (const file of FILES.slice(0, 3)) await profile.warmUp(file);
const figures = new Map<string, Figure[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const file of FILES) {
    for (const worker of WORKERS) {
      const key = `${worker} ${file.name}`;
      figures.set(key, [...(figures.get(key) ?? []), await profile.measure(worker, file)]);
    }
  }
}
await profile.stop();

const ms = (value: number): string => value.toFixed(1).padStart(9);
const figuresOf = (worker: WorkerName, { name }: File): Figure[] => figures.get(`${worker} ${name}`) ?? [];
const inspectedOf = (worker: WorkerName, file: File): number =>
  quantile(
    figuresOf(worker, file).map((figure) => figure.ms),
    0.5,
  );
const processOf = (worker: WorkerName, file: File): number =>
  quantile(
    figuresOf(worker, file).flatMap(({ all }) => all),
    0.25,
  );

console.log(`Milliseconds of processor an invocation: what the machine does besides only adds.
inspector: the isolate, the median of ${ROUNDS} rounds; where the machine is busy, samples are missing. process: all of the
runtime, receiving and sending included, exactly, the lower quartile of all invocations; own: that less what passing the
same bytes on takes the runtime, which it does without holding them. At most: by the inspector.

                              inspector                 process                       own
file                         longplay     bare   longplay     bare   passed   longplay     bare  own ms/MB  at most`);
for (const file of FILES) {
  const [inspected, inspectedBare] = [inspectedOf('longplay', file), inspectedOf('bare', file)];
  const [ours = 0, bare = 0, passed = 0] = WORKERS.map((worker) => processOf(worker, file));
  const own = ours - passed;
  const { most } = file;
  const verdict = most === null ? '' : `${String(most).padStart(7)} ${inspected <= most ? 'met' : 'MISSED'}`;
  const columns = [inspected, inspectedBare, ours, bare, passed, own, bare - passed].map(ms).join('');
  console.log(`${file.name.padEnd(28)}${columns}${(own / file.size_mb).toFixed(2).padStart(9)}${verdict}`);
  if (!process.argv.includes('--functions')) continue;
  for (const worker of WORKERS) {
    const last = [...(figuresOf(worker, file).at(-1)?.functions ?? [])].toSorted(([, one], [, two]) => two - one);
    const heaviest = last.slice(0, 10).map(([called, spent]) => `${called} ${spent.toFixed(2)}`);
    console.log(`    ${worker}: ${heaviest.join(', ')}`);
  }
}
