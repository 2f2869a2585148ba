// Edge: 200 files archived, against a bare Worker that fetches, hashes and puts them; memory with long files; connections.
import { mp3, startMirrorProfile } from '../profile/mirror.ts';
import { heapBytes, inspect, type Session } from './inspector.ts';
import { newClient, type Client } from './load.ts';
import { compared, measure, medianOf, type Budget } from './measure.ts';
import { startCounted } from './counted.ts';
import { number, ratioFigure, type Figure, type Section } from './report.ts';
import { startRelay, type Relay } from './relay.ts';
import { quantile } from './rounds.ts';
import { AUDIO_BYTES, clipId, CLIPS, COVER_BYTES } from './songs.ts';
import { ours, startWorkers, TOKEN, type Running } from './workers.ts';

/** As many clips as one host may have under way. */
const SONGS = 40;
const AT_ONCE = 5;
/** Each round writes 300 MB, twice. */
const ROUNDS_MAX = 7;
const LONG_BYTES = 50_000_000;
const LONG_FILES = 6;
const MEASURED = [mp3(3, 5), mp3(8, 10), mp3(40, 48)];
const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const LOOK_EVERY_MS = 20;
const ISOLATE_MAX_BYTES = 128e6;

export async function mirroring(budget: Budget, say: (text: string) => void): Promise<Section> {
  const relay = await startRelay(() => 'complete', LONG_BYTES);
  const own = await ours(
    { VENDORS: { relay: { base_url: relay.url } }, TICK_SECONDS: 0.1 },
    'test/bench/counted/mirror.ts',
  );
  const running = await startWorkers([own, { name: 'bare', main: 'test/bench/bare/mirror.ts' }]);
  const client = newClient();
  try {
    say('mirroring: 160 files');
    const figures = await files(client, running, relay, budget);
    say(`mirroring: ${LONG_FILES} files of 50 MB`);
    figures.push(await memory(client, running));
    say('mirroring: processor time');
    figures.push(...(await processorTime(budget.rounds)));
    say('mirroring: connections');
    figures.push(await connections());
    return {
      title: 'Mirroring',
      about: `${SONGS * CLIPS} clips, each with an audio file of ${number(AUDIO_BYTES / 1e6)} MB and a cover of ${COVER_BYTES / 1000} KB, a clip an invocation, ${AT_ONCE} invocations at a time, from a host on the same computer. The bare Worker fetches, hashes and puts. Ours does the same, and asks the ledger, looks for a takedown, checks what the bytes are and whether they are whole, puts on a condition, reports and writes the records.`,
      figures,
    };
  } finally {
    client.close();
    await running.stop();
    await relay.close();
  }
}

async function files(client: Client, running: Running, relay: Relay, { rounds, share }: Budget): Promise<Figure[]> {
  const songs = Math.max(5, Math.round(SONGS * share));
  const count = songs * CLIPS * 2;
  const idsOf = (round: number): string[] => Array.from({ length: songs }, (_, index) => `mirrored-${round}-${index}`);
  let bodies: string[] = [];
  const contestant = (name: string, before: (round: number) => Promise<string[]>) => ({
    name,
    before: async (round: number) => {
      await clear(running);
      bodies = await before(round);
    },
    run: () =>
      client.askAll(
        bodies.map((body) => ({ url: `${running.urlOf(name)}/mirror`, method: 'POST', headers: HEADERS, body })),
        AT_ONCE,
        { status: 204 },
      ),
  });
  const samples = await measure(
    running.pid,
    [
      contestant('longplay', (round) => prepared(client, running, idsOf(round), songs * CLIPS)),
      contestant('bare', async (round) =>
        idsOf(round).flatMap((song) =>
          Array.from({ length: CLIPS }, (_, clip) =>
            JSON.stringify(
              ['mp3', 'jpeg'].map((ext) => ({
                url: `${relay.files}/${clipId(song, clip)}.${ext}`,
                key: `bare/${clipId(song, clip)}.${ext}`,
              })),
            ),
          ),
        ),
      ),
    ],
    Math.min(rounds, ROUNDS_MAX),
  );
  const note = ['longplay', 'bare']
    .map(
      (name) =>
        `${name} ${number(count / (medianOf(samples, name, 'wallMs') / 1000), 0)} files/s, ${number(medianOf(samples, name, 'cpuMs') / count, 1)} ms CPU a file`,
    )
    .join('; ');
  const { objects } = await (await running.runtime.getR2Bucket('MEDIA', 'bare')).list({ limit: 1_000 });
  if (objects.length !== count) throw new Error(`${objects.length} files were put instead of ${count}`);
  return [ratioFigure(`mirroring ${count} files`, compared(samples, 'longplay', 'bare'), 0.95, note)];
}

/** The messages of these songs' clips, as texts. */
async function prepared(client: Client, running: Running, ids: string[], expected: number): Promise<string[]> {
  const url = `${running.urlOf('longplay')}/prepare`;
  const { text } = await client.ask({ url, method: 'POST', headers: HEADERS, body: JSON.stringify(ids) });
  const messages = JSON.parse(text) as object[];
  if (messages.length !== expected)
    throw new Error(`${messages.length} messages instead of ${expected} for ${ids.length} songs`);
  return messages.map((message) => JSON.stringify(message));
}

async function clear(running: Running): Promise<void> {
  const bucket = await running.runtime.getR2Bucket('MEDIA', 'bare');
  for (;;) {
    const { objects } = await bucket.list({ limit: 1_000 });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}

/** The Worker's memory with some long files, and with as many more: what piles up shows in the lowest reading with the last of them. */
async function memory(client: Client, running: Running): Promise<Figure> {
  const ids = Array.from({ length: LONG_FILES / CLIPS }, (_, index) => `long-${index}`);
  await clear(running);
  const bodies = await prepared(client, running, ids, LONG_FILES);
  const [first, others] = [bodies.slice(0, LONG_FILES / 2), bodies.slice(LONG_FILES / 2)];
  const session = await inspect(await running.runtime.getInspectorURL(), 'longplay');
  const [one, all] = [await held(running, session, first, client), await held(running, session, others, client)];
  session.close();
  const { objects } = await (await running.runtime.getR2Bucket('MEDIA', 'bare')).list({ limit: 100 });
  const long = objects.filter(({ size }) => size >= LONG_BYTES).length;
  if (long !== LONG_FILES) throw new Error(`${long} long files were archived instead of ${LONG_FILES}`);
  const megabytes = (bytes: number): string => `${number(bytes / 1e6, 0)} MB`;
  return {
    what: 'memory of the Worker, ledger included, with files of 50 MB of unknown length one after the other',
    value: `at least ${megabytes(one.least)} with file ${LONG_FILES / 2}, ${megabytes(all.least)} with file ${LONG_FILES}; at most ${megabytes(Math.max(one.most, all.most))}, garbage included`,
    target: 'flat',
    // Half of one file's length: whoever kept the files would hold three more of them.
    met: all.least - one.least < LONG_BYTES / 2 && Math.max(one.most, all.most) < ISOLATE_MAX_BYTES,
    note: 'heap and buffers of its isolate, by the inspector; the platform allows 128 MB',
  };
}

/** Bytes: at most while these are mirrored, and at least while the last of them is. */
async function held(
  running: Running,
  session: Session,
  bodies: string[],
  client: Client,
): Promise<{ most: number; least: number }> {
  let [most, least] = [0, Infinity];
  let isOver = false;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const bytes = await heapBytes(session);
      [most, least] = [Math.max(most, bytes), Math.min(least, bytes)];
      await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    }
  };
  const watching = watch();
  try {
    for (const body of bodies) {
      least = Infinity;
      const asked = { url: `${running.urlOf('longplay')}/mirror`, method: 'POST', headers: HEADERS, body };
      await client.askAll([asked], 1, { status: 204 });
    }
  } finally {
    isOver = true;
  }
  await watching;
  return { most, least };
}

async function processorTime(rounds: number): Promise<Figure[]> {
  const profile = await startMirrorProfile();
  const figures: Figure[] = [];
  for (const file of MEASURED) {
    await profile.warmUp(file);
    const [mine, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < Math.min(rounds, ROUNDS_MAX); round++) {
      mine.push((await profile.measure('longplay', file)).ms);
      bare.push((await profile.measure('bare', file)).ms);
    }
    const ms = quantile(mine, 0.5);
    figures.push({
      what: `CPU of the invocation that mirrors an ${file.name}`,
      value: `${number(ms, 1)} ms`,
      target: `≤ ${file.most} ms`,
      met: ms <= (file.most ?? Infinity),
      note: `bare ${number(quantile(bare, 0.5), 1)} ms; the isolate by the inspector (\`npm run profile\`)`,
    });
  }
  await profile.stop();
  return figures;
}

async function connections(): Promise<Figure> {
  const counted = await startCounted();
  try {
    const { counts, settled } = await counted.run('song', { n: 3, vendors: 8 });
    if (settled !== 24) throw new Error(`${settled} of 24 songs are settled`);
    return {
      what: 'connections of one invocation at the same time',
      value: `at most ${counts.connections}`,
      target: '≤ 6',
      met: counts.connections <= 6,
      note: 'sweep over 8 vendors, mirroring of their songs: fetches until their headers, puts for their whole upload',
    };
  } finally {
    await counted.stop();
  }
}
