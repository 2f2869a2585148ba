// Edge: permanent links against a bare Worker with one `R2.get` and against render2, side by side on the same bucket.
import { AUDIO, clipId } from './songs.ts';
import { newClient } from './load.ts';
import { compared, measure, medianOf, type Budget } from './measure.ts';
import { makeMedia } from '../support/media.ts';
import { number, ratioFigure, type Figure, type Section } from './report.ts';
import { ours, type Placed, startWorkers } from './workers.ts';

const WHOLE_BYTES = 4 * 1024 * 1024;
const PART_BYTES = 64 * 1024;
const AT_ONCE = 8;

interface Kind {
  readonly what: string;
  readonly requests: number;
  readonly headers: (index: number, etag: string) => Record<string, string>;
  readonly expected: { status: number; bytes: number };
  readonly least: number | null;
}

const KINDS: readonly Kind[] = [
  {
    what: 'whole file of 4 MB',
    requests: 60,
    headers: () => ({}),
    expected: { status: 200, bytes: WHOLE_BYTES },
    least: 0.95,
  },
  {
    what: 'range of 64 KB',
    requests: 300,
    // Anywhere in the file, the same places for all.
    headers: (index) => {
      const from = (index * 7_919 * 64) % (WHOLE_BYTES - PART_BYTES);
      return { range: `bytes=${from}-${from + PART_BYTES - 1}` };
    },
    expected: { status: 206, bytes: PART_BYTES },
    least: 0.9,
  },
  {
    what: '304',
    requests: 400,
    headers: (_, etag) => ({ 'if-none-match': etag }),
    expected: { status: 304, bytes: 0 },
    least: null,
  },
];

interface Other extends Placed {
  readonly called: string;
}
const OTHERS: readonly Other[] = [
  { name: 'bare', called: 'one `R2.get`', main: 'test/bench/bare/serve.ts' },
  {
    ...{ name: 'render2', called: 'render2', main: 'test/bench/bare/render2.ts' },
    options: { r2Buckets: { R2_BUCKET: { id: 'longplay-media' } }, bindings: { CACHE_CONTROL: 'no-store' } },
  },
];

export async function serving({ rounds, share }: Budget, say: (text: string) => void): Promise<Section> {
  const own = await ours({ VENDORS: { relay: { base_url: 'https://relay.example' } } });
  const running = await startWorkers([own, ...OTHERS]);
  const client = newClient();
  try {
    const path = `media/${clipId('served', 0)}/audio.mp3`;
    const bucket = await running.runtime.getR2Bucket('MEDIA', 'bare');
    const stored = await bucket.put(path, makeMedia({ kind: 'mp3', bytes: WHOLE_BYTES, seed: AUDIO.length }) as never, {
      httpMetadata: { contentType: 'audio/mpeg' },
    });
    const figures: Figure[] = [];
    for (const kind of KINDS) {
      say(`serving: ${kind.what}`);
      const requests = Math.max(AT_ONCE, Math.round(kind.requests * share));
      const contestant = (name: string) => ({
        name,
        run: () =>
          client.askAll(
            Array.from({ length: requests }, (_, index) => ({
              url: `${running.urlOf(name)}/${path}`,
              headers: kind.headers(index, stored?.httpEtag ?? ''),
            })),
            AT_ONCE,
            kind.expected,
          ),
      });
      const names = ['longplay', ...OTHERS.map(({ name }) => name)];
      const samples = await measure(running.pid, names.map(contestant), rounds);
      const each = (name: string): string =>
        `${number(requests / (medianOf(samples, name, 'wallMs') / 1000), 0)}/s, ${number((medianOf(samples, name, 'cpuMs') / requests) * 1000, 0)} µs CPU`;
      const note = names.map((name) => `${name} ${each(name)}`).join('; ');
      const figure = ({ name, called }: Other, least: number | null, beside?: string): Figure =>
        ratioFigure(`${kind.what}, against ${called}`, compared(samples, 'longplay', name), least, beside);
      const [bare, ...rest] = OTHERS;
      if (bare) figures.push(figure(bare, kind.least, note), ...rest.map((other) => figure(other, null)));
    }
    return {
      title: 'Serving',
      about: `Permanent links, ${AT_ONCE} requests at a time over connections that stay open, asked by Node. Ours has every binding of wrangler.toml; links do not ask the rate limit. Bare: one \`R2.get\`, its body, the headers that a player needs. render2 1.4.1 with its cache off. All stand on the same bucket in the same runtime; a request's processor time has the local bucket in it.`,
      figures,
    };
  } finally {
    client.close();
    await running.stop();
  }
}
