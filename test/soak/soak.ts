// Edge: `npm run soak`: many songs through a relay of which a tenth fails, with readers all along; bounded in time and requests,
// on this machine only. Ends with figures, and with 1 where a song is not settled or a file not what its host serves.
import { parseArgs } from 'node:util';
import { chunks } from '../../src/lib/chunks.ts';
import type { Event } from '../../src/model/event.ts';
import type { Task } from '../../src/model/task.ts';
import { Product, stopAll } from '../e2e/product.ts';
import { startBacklog } from './backlog.ts';
import { memoryOf } from './memory.ts';
import { startReaders } from './readers.ts';
import { startRelay } from './relay.ts';
import { CLIPS, fileBytes, FILES, fileName, ROLES, songId } from './songs.ts';

const VENDOR = 'soak';
const SLOW = 'slow';
const FAULT_RATE = 0.1;
const READERS = 50;
const SAMPLE = 100;
const PROGRESS_MS = 5_000;
const TRACK_MAX = 1_000;
/** A request that is worth its place in a soak of ten minutes; more would be a loop that nobody sees. */
const VENDOR_REQUESTS_MAX = 200_000;

const USAGE = 'Usage: npm run soak -- [--songs N (2000)] [--backlog N (0)] [--seed N (at random)] [--minutes M (10)]';
const { songs, backlog, seed, minutes } = options();

function options(): { songs: number; backlog: number; seed: number; minutes: number } {
  const misused = (why: string): never => {
    console.error(`${why}\n${USAGE}`);
    process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        songs: { type: 'string', default: '2000' },
        backlog: { type: 'string', default: '0' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
        minutes: { type: 'string', default: '10' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const numbers = {
      ...{ songs: Number(values.songs), backlog: Number(values.backlog) },
      ...{ seed: Number(values.seed), minutes: Number(values.minutes) },
    };
    const isSound = Object.values(numbers).every((value) => Number.isFinite(value) && value >= 0);
    return isSound && numbers.songs <= 99_999 ? numbers : misused('Numbers only, and at most 99,999 songs');
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

const say = (text: string): void => console.log(text);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0);
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

process.once('SIGINT', () => void stopAll().finally(() => process.exit(130)));

const failures: string[] = await soak().catch((error: unknown) => [String(error)]);
await stopAll();
for (const failure of failures.slice(0, 20)) console.error(`FAILED: ${failure}`);
if (failures.length > 20) console.error(`FAILED: ${failures.length - 20} more`);
process.exit(failures.length === 0 ? 0 : 1);

/** Start, track, watch until all is settled or time is over, look at everything, tell. Answers what is wrong. */
async function soak(): Promise<string[]> {
  say(`soak: ${songs} songs, seed ${seed}, at most ${minutes} min, ${FAULT_RATE * 100} % faults, ${READERS} readers`);
  const relay = await startRelay(seed, FAULT_RATE, songs);
  const slow = backlog > 0 ? await startBacklog() : null;
  const tokens = Array.from({ length: READERS + 1 }, (_, index) => `soak-token-${index}`);
  const [own = '', ...theirs] = tokens;
  const product = await Product.start({
    vendors: { [VENDOR]: relay.url, ...(slow && { [SLOW]: slow.url }) },
    vars: { POLL_INTERVAL_SECONDS: 1, API_TOKENS: tokens.join(',') },
  });
  const get = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(product.url + path, { headers: { authorization: `Bearer ${own}` } });
    if (!response.ok) throw new Error(`${path} is answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const atStart = memoryOf(product.pid);
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 1000);

  const ids = Array.from({ length: songs }, (_, index) => songId(index));
  for (const some of chunks(
    Array.from({ length: backlog }, (_, index) => `backlog-${index}`),
    TRACK_MAX,
  ))
    await track(SLOW, some);
  for (const some of chunks(ids, TRACK_MAX)) await track(VENDOR, some);
  const readers = startReaders(product.url, VENDOR, songs, theirs);
  let peak = atStart;
  let settled = 0;
  while (settled < songs && seconds() < minutes * 60 && relay.requests.vendor < VENDOR_REQUESTS_MAX) {
    await new Promise((done) => setTimeout(done, PROGRESS_MS));
    const stats = await get<{ tasks: { by_tracking: Record<string, number> }; files: { archived: number } }>(
      '/v1/stats',
    );
    settled = stats.tasks.by_tracking['settled'] ?? 0;
    const memory = memoryOf(product.pid);
    if (memory.all > peak.all) peak = memory;
    const { vendor, files } = relay.requests;
    say(
      `${String(seconds()).padStart(4)} s  settled ${settled}/${songs}  files ${stats.files.archived}/${songs * FILES}  relay ${vendor}  host ${files}  readers ${total(readers.statuses)}  faults ${total(relay.faults)}  memory ${megabytes(memory.all)}`,
    );
  }
  const took = seconds();
  await readers.stop();
  const vendorRequests = relay.requests.vendor;
  const atEnd = memoryOf(product.pid);

  const tasks = await all<Task>(`/v1/tasks?vendor=${VENDOR}&`);
  const events = await all<Event>('/v1/events?');
  const wrong = [...wrongTasks(tasks), ...wrongEvents(events), ...(await wrongFiles(tasks)), ...wrongAnswers()];
  const types = new Map<string, number>();
  for (const { type } of events) types.set(type, (types.get(type) ?? 0) + 1);
  const memory = (of: typeof atStart): string => `${megabytes(of.all)} (workerd ${megabytes(of.workerd)})`;
  const figures: [name: string, value: string | number][] = [
    ['songs', songs],
    ['settled', tasks.filter((task) => task.tracking.state === 'settled').length],
    ['faults met', `${total(relay.faults)}: ${listed(relay.faults)}`],
    ['relay requests', `${vendorRequests}, ${(vendorRequests / songs).toFixed(2)} a song`],
    ...(slow
      ? [['slow relay', `${slow.requests.all} requests, at most ${slow.requests.at_once} at once`] as [string, string]]
      : []),
    ['media requests', `${relay.requests.files}, ${(relay.requests.files / (songs * FILES)).toFixed(2)} a file`],
    ['readers’ requests', `${total(readers.statuses)}: ${listed(readers.statuses)}`],
    ['events', `${events.length}: ${listed(types)}`],
    ['files compared', Math.min(SAMPLE, songs)],
    ['memory at start', memory(atStart)],
    ['memory at most', memory(peak)],
    ['memory at the end', memory(atEnd)],
    ['time', `${took} s`],
    ['wrong', wrong.length],
  ];
  for (const [name, value] of figures) say(`${name.padEnd(20)}${value}`);
  await product.stop();
  await relay.close();
  await slow?.close();
  return wrong;

  async function track(vendor: string, some: readonly string[]): Promise<void> {
    const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ vendor, ids: some });
    const response = await fetch(`${product.url}/v1/tasks`, { method: 'POST', headers, body });
    if (response.status !== 202) throw new Error(`Tracking is answered ${response.status}: ${await response.text()}`);
  }

  async function all<Row>(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { data: Row[]; next_cursor: string | null } = await get(
        `${path}limit=100${cursor && `&cursor=${cursor}`}`,
      );
      rows.push(...page.data);
      cursor = page.next_cursor;
    }
    return rows;
  }

  function wrongTasks(found: Task[]): string[] {
    const known = new Map(found.map((task) => [task.id, task]));
    return ids.flatMap((id) => {
      const task = known.get(id);
      const ends = [task?.status, task?.tracking.state, task?.archive.state, task?.archive.archived];
      return ends.join() === `succeeded,settled,complete,${FILES}` ? [] : [`${id} ends as ${ends.join()}`];
    });
  }

  /** Each song is told of once: that it succeeded, its clips, that it is settled. */
  function wrongEvents(found: Event[]): string[] {
    const expected = { 'task.succeeded': songs, 'task.settled': songs, 'clip.archived': songs * CLIPS };
    const names = found
      .filter(({ type }) => type in expected)
      .map(({ type, data }) => `${type} ${'id' in data ? data.id : ''}`);
    const twice = names.length - new Set(names).size;
    return [
      ...(twice > 0 ? [`${twice} events are told twice`] : []),
      ...Object.entries(expected).flatMap(([type, count]) => {
        const told = found.filter((event) => event.type === type).length;
        return told === count ? [] : [`${told} events ${type} instead of ${count}`];
      }),
    ];
  }

  async function wrongFiles(found: Task[]): Promise<string[]> {
    const sample = Array.from(
      { length: Math.min(SAMPLE, found.length) },
      (_, index) => found[Math.floor((index * found.length) / Math.min(SAMPLE, found.length))],
    );
    const bad = sample.map(async (task, index) => {
      const [clip, role] = [index % CLIPS, ROLES[(index >> 1) % ROLES.length] ?? 'audio'];
      const url = task?.clips[clip]?.[role]?.url;
      const name = fileName(task?.id ?? '', clip, role);
      if (url == null) return [`${name} has no link`];
      const given = Buffer.from(await (await fetch(url)).arrayBuffer());
      return given.equals(fileBytes(name) ?? Buffer.alloc(0)) ? [] : [`${url} is not what the host serves as ${name}`];
    });
    return (await Promise.all(bad)).flat();
  }

  /** What a reader may meet: a task, or that the relay does not answer now. */
  function wrongAnswers(): string[] {
    const fine = ['200', '502', '503'];
    return [...readers.statuses]
      .filter(([status]) => !fine.includes(status))
      .map(([status, count]) => `${count} readers’ requests end with ${status}`);
  }
}
