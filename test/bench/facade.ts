// Edge: reads through the facade against bare counterparts with the same hops, and how soon a link answers once the vendor is done.
import { Product, stopAll } from '../e2e/product.ts';
import { newClient, type Client } from './load.ts';
import { compared, measure, medianOf, type Budget } from './measure.ts';
import { number, ratioFigure, type Figure, type Section } from './report.ts';
import { startRelay, type Relay } from './relay.ts';
import { quantile } from './rounds.ts';
import { clipId } from './songs.ts';
import { limitedAs, LIMITS, ours, startWorkers, TOKEN, type Running } from './workers.ts';

const AT_ONCE = 8;
const REQUESTS = 300;
/** So many more reads of the settled song than of those to be asked for: they are short, and a round should last. */
const SETTLED_READS = 8;
const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const SETTLED = 'settled-song';
/** Songs whose ends are waited for, and the time over which they are begun: as many at once would measure the mirroring. */
const SONGS = 20;
const STREWN_MS = 30_000;
/** Polls until those of songs begun at different seconds share one request: most songs take longer. */
const MEETING_POLLS = 4;
/** Seldom: a link that is not there yet is asked of the ledger and of the records, and many askers would be the load that is measured. */
const LOOK_EVERY_MS = 250;
const WITHIN_MS = 60_000;
/** With a call the next look is not waited for; without one the interval is, and a second for the rest. */
const WAYS = [
  { poll: 15, isCalled: true, within: 2 },
  { poll: 15, isCalled: false, within: 16 },
  { poll: 2, isCalled: false, within: 3 },
];

export async function facade(budget: Budget, say: (text: string) => void): Promise<Section> {
  const figures: Figure[] = [];
  for (const limit of LIMITS) figures.push(...(await reads(limit, budget, say)));
  figures.push(...(await latency(budget, say)));
  return {
    title: 'Facade',
    about: `Reads of a song of two clips, ${AT_ONCE} at a time. The bare Worker checks no token and understands nothing: settled, it reads one row of a Durable Object; asked, it reads that row, fetches, writes the body into the row and passes it through. Ours is asked for tracked songs whose poll is due. Both once with the rate limit of wrangler.toml, which each of them asks first, and once without: on the platform it counts within the machine, while its local stand-in is a call to another Worker.`,
    figures,
  };
}

async function reads(
  limit: (typeof LIMITS)[number],
  { rounds, share }: Budget,
  say: (text: string) => void,
): Promise<Figure[]> {
  const requests = Math.max(AT_ONCE, Math.round(REQUESTS * share));
  const relay = await startRelay((id) => (id === SETTLED ? 'complete' : 'streaming'));
  const own = await ours({ VENDORS: { relay: { base_url: relay.url } }, POLL_INTERVAL_SECONDS: 1 });
  const bare = {
    name: 'bare',
    main: 'test/bench/bare/facade.ts',
    options: {
      ratelimits: own.options?.['ratelimits'],
      bindings: { VENDOR: relay.url },
      durableObjects: { ROWS: { className: 'Rows', useSQLite: true } },
    },
  };
  const running = await startWorkers([own, bare].map((one) => limitedAs(limit, one)));
  const client = newClient();
  try {
    const settled = await settle(client, running);
    await client.ask({ url: `${running.urlOf('bare')}/settled/${SETTLED}`, method: 'PUT', body: settled });
    // Each round asks for songs of its own, all of them tracked and polled once.
    const idsOf = (round: number): string[] =>
      Array.from({ length: requests }, (_, index) => `round-${round}-${index}`);
    for (let round = -1; round < rounds; round++) await prepare(client, running, idsOf(round));
    await new Promise((done) => setTimeout(done, 1_100));

    say(`facade: settled reads, ${limit}`);
    const ask = (name: string, paths: string[]) =>
      client.askAll(
        paths.map((path) => ({ url: running.urlOf(name) + path, headers: HEADERS })),
        AT_ONCE,
        { status: 200 },
      );
    const same = (path: string): string[] => Array.from({ length: SETTLED_READS * requests }, () => path);
    const read = await measure(
      running.pid,
      [
        { name: 'longplay', run: () => ask('longplay', same(`/v1/tasks/${SETTLED}`)) },
        { name: 'bare', run: () => ask('bare', same(`/settled/${SETTLED}`)) },
      ],
      rounds,
    );
    say(`facade: asked reads, ${limit}`);
    const asked = await measure(
      running.pid,
      [
        {
          name: 'longplay',
          run: (round) =>
            ask(
              'longplay',
              idsOf(round).map((id) => `/v1/tasks/${id}`),
            ),
        },
        {
          name: 'bare',
          run: (round) =>
            ask(
              'bare',
              idsOf(round).map((id) => `/asked/${id}`),
            ),
        },
      ],
      rounds,
    );
    const note = (samples: typeof read, count: number): string =>
      ['longplay', 'bare']
        .map(
          (name) =>
            `${name} ${number(count / (medianOf(samples, name, 'wallMs') / 1000), 0)}/s, ${number((medianOf(samples, name, 'cpuMs') / count) * 1000, 0)} µs CPU`,
        )
        .join('; ');
    return [
      ratioFigure(
        `read of a settled task, ${limit}`,
        compared(read, 'longplay', 'bare'),
        0.8,
        note(read, SETTLED_READS * requests),
      ),
      ratioFigure(
        `read of a task that must be asked for, ${limit}`,
        compared(asked, 'longplay', 'bare'),
        null,
        note(asked, requests),
      ),
    ];
  } finally {
    client.close();
    await running.stop();
    await relay.close();
  }
}

/** Tracked, asked for, and its files archived; answers the task as text. */
async function settle(client: Client, running: Running): Promise<string> {
  const url = `${running.urlOf('longplay')}/v1/tasks/${SETTLED}`;
  for (const end = Date.now() + WITHIN_MS; Date.now() < end;) {
    const { text } = await client.ask({ url, headers: HEADERS });
    if ((JSON.parse(text) as { tracking: { state: string } }).tracking.state === 'settled') return text;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('The song for settled reads was not settled');
}

async function prepare(client: Client, running: Running, ids: string[]): Promise<void> {
  const url = `${running.urlOf('longplay')}/v1/tasks/fetch`;
  const { status, text } = await client.ask({ url, method: 'POST', headers: HEADERS, body: JSON.stringify({ ids }) });
  if (status !== 200) throw new Error(`Songs to be asked for cannot be tracked: ${status} ${text}`);
}

/** `npm start` as it is, a song's end at a moment that nobody knows, and its link asked for all along. */
async function latency({ share }: Budget, say: (text: string) => void): Promise<Figure[]> {
  const songs = Math.max(8, Math.round(SONGS * share));
  const figures: Figure[] = [];
  for (const { poll, isCalled, within } of WAYS) {
    const how = `POLL_INTERVAL_SECONDS=${poll}, ${isCalled ? 'the vendor calls' : 'no call'}`;
    say(`facade: from done to link, ${how}`);
    const { seconds, asked } = await fromDoneToLink(songs, poll, isCalled);
    const p95 = quantile(seconds, 0.95);
    figures.push({
      what: `from “vendor says done” to “link answers”, ${how}`,
      value: `median ${number(quantile(seconds, 0.5))} s, p95 ${number(p95)} s`,
      target: `p95 ≤ ${within} s`,
      met: p95 <= within,
      note: `${songs} songs, npm start with --tick 5, ${asked} requests to the vendor; ${isCalled ? 'nothing waits for a look' : 'on the mean half the poll interval of it is the wait for the next look'}, and up to a quarter of a second is the wait of who asks for the link`,
    });
  }
  return figures;
}

async function fromDoneToLink(
  songs: number,
  poll: number,
  isCalled: boolean,
): Promise<{ seconds: number[]; asked: number }> {
  const doneAt = new Map<string, number>();
  const relay: Relay = await startRelay((id) =>
    (doneAt.get(id) ?? Infinity) <= Date.now() ? 'complete' : 'streaming',
  );
  const product = await Product.start({
    vendors: { relay: relay.url },
    tick: 5,
    vars: { POLL_INTERVAL_SECONDS: poll, ...(isCalled && { HOOK_SECRET: 'bench-hook-secret' }) },
  });
  try {
    const ids = Array.from({ length: songs }, (_, index) => `song-${poll}-${index}`);
    const seconds = await Promise.all(
      ids.map(async (id, index) => {
        await new Promise((done) => setTimeout(done, strewn(index, 0.618034) * STREWN_MS));
        if (isCalled) await product.call('POST', '/suno/submit/music', { body: { prompt: id } });
        else await product.track('relay', [id]);
        const end = Date.now() + (MEETING_POLLS + strewn(index, 0.414214)) * poll * 1_000;
        doneAt.set(id, end);
        await new Promise((done) => setTimeout(done, end - Date.now()));
        if (isCalled) await relay.call(id);
        return linkAnswers(product, id, end);
      }),
    );
    return { seconds, asked: relay.asked() };
  } finally {
    await stopAll();
    await relay.close();
  }
}

/** Multiples of an irrational number are strewn evenly over 0 to 1, and alike in each run. */
const strewn = (index: number, by: number): number => (index * by) % 1;

async function linkAnswers(product: Product, id: string, doneAt: number): Promise<number> {
  const url = `${product.cache.origin}/media/${clipId(id, 0)}/audio.mp3`;
  for (const end = doneAt + WITHIN_MS; Date.now() < end;) {
    const { status } = await fetch(url, { method: 'HEAD' });
    if (status === 200) return (Date.now() - doneAt) / 1000;
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  throw new Error(`${url} does not answer`);
}
