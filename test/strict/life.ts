// Edge: a song's life from its tracking to a takedown, and all that is left of it: what a caller, the buckets, the log and a receiver have.
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { sha256Hex } from '../support/media.ts';
import { newSpace, type TestSpace } from '../support/space.ts';
import { song } from '../flows/system.ts';
import type { Life } from './steps.ts';
import { HOUR, pass, SECOND, START, World } from './world.ts';

export interface Song {
  readonly id: string;
  readonly clips: readonly string[];
  readonly receiver: string;
  readonly world: World;
}

const RECIPES = [
  { audio: { kind: 'mp3', bytes: 9_000, seed: 1 }, cover: { kind: 'jpeg', bytes: 900, seed: 2 } },
  { audio: { kind: 'mp3', bytes: 8_000, seed: 3 }, cover: { kind: 'png', bytes: 800, seed: 4 } },
] as const;

/** Two clips: the first is complete while its sibling still runs, and its cover is refused once. */
export async function newSong(options: { env?: Record<string, unknown>; space?: TestSpace } = {}): Promise<Song> {
  const space = options.space ?? newSpace();
  const id = crypto.randomUUID();
  const clips = [crypto.randomUUID(), crypto.randomUUID()];
  const files = await Promise.all(
    RECIPES.map(async ({ audio, cover }, index) => ({
      id: clips[index]!,
      audio: await space.media(`${index + 1}.mp3`, { recipe: audio }),
      cover: await space.media(`${index + 1}.image`, {
        recipe: cover,
        ...(index === 0 && { fault: 'refused-then-ok' }),
      }),
    })),
  );
  const growing = files.map(({ id: clip }) => ({ id: clip, status: 'streaming' }));
  await space.task(id, [
    song(id, { status: 'SUBMITTED' }),
    song(id, { status: 'IN_PROGRESS', clips: [files[0]!, growing[1]!] }),
    song(id, { status: 'SUCCESS', clips: files }),
  ]);
  const receiver = await space.receiver();
  const names: Record<string, string> = { [id]: 'song' };
  clips.forEach((clip, index) => (names[clip] = `clip-${index + 1}`));
  names[new URL(receiver).pathname.split('/').at(-1) ?? ''] = 'receiver';
  return { id, clips, receiver, world: new World({ alpha: space }, { names, ...options }) };
}

/** The caller insists where an answer fails; everything else is the system's own matter. */
export async function settle({ world, id, receiver }: Song): Promise<void> {
  await world.insist('POST', '/v1/tasks', { vendor: 'alpha', ids: [id], webhook_url: receiver });
  await world.insist('GET', `/v1/tasks/${id}?vendor=alpha`);
  pass(20 * SECOND);
  await world.rest();
  pass(2 * SECOND);
}

async function live(song: Song): Promise<void> {
  const { world, clips } = song;
  await settle(song);
  await world.insist('PATCH', `/v1/clips/${clips[0]}`, { title: 'Another title' });
  pass(2 * SECOND);
  await world.insist('DELETE', `/v1/clips/${clips[1]}`);
  pass(2 * SECOND);
  await world.rest();
  // Nothing comes of it later either.
  pass(HOUR);
  await world.rest();
}

/** Times, places and counts that a second try changes rightly. */
const ACCIDENTAL = new Set(
  [
    'polls',
    'last_polled_at',
    'next_poll_at',
    'last_error',
    'tracked_at',
    'seq',
    'changed_at',
    'archived_at',
    'attempts',
    'asked_at',
    'tries',
  ]
    .concat([
      'first_try_at',
      'next_try_at',
      'deaths',
      'changed_clock',
      'tracked_clock',
      'ended_at',
      'listed',
      'failures',
    ])
    .concat(['taken_down_at', 'submitted_at', 'etag', 'solo', 'raw', 'timestamp'])
    .concat(['version', 'heard', 'denials', 'early_clock', 'look_again']),
);

/** All that is left, in words that are the same in each run. */
export async function legacy({ world, id, clips, receiver }: Song) {
  const plain = (value: unknown): unknown => {
    let text = JSON.stringify(value, (key, inner: unknown) => (ACCIDENTAL.has(key) ? undefined : inner));
    clips.forEach((clip, index) => (text = text.replaceAll(clip, `clip-${index + 1}`)));
    return JSON.parse(text.replaceAll(receiver, 'receiver').replaceAll(world.alpha.url, '').replaceAll(id, 'song'));
  };
  const task = (await world.request('GET', `/v1/tasks/${id}?vendor=alpha`))?.json;
  const events = (await world.request('GET', '/v1/events?limit=100'))?.json.data as Told[];
  const media: Record<string, string> = {};
  for (const clip of clips)
    for (const { key } of (await env.MEDIA.list({ prefix: `media/${clip}/` })).objects)
      media[key] = await sha256Hex(new Uint8Array(await (await env.MEDIA.get(key))!.arrayBuffer()));
  const records: unknown[] = [await recordAt(`tasks/alpha/${id}.json`)];
  for (const clip of clips) records.push(await recordAt(`clips/${clip}.json`));
  return {
    ...{ task: plain(task), media: plain(media), records: plain(records) },
    events: eventsOf(events, clips),
    told: await toldOf(events, world.alpha),
    left: (await env.RECORDS.list({ prefix: 'incoming/' })).objects.length,
    violations: world.platform.violations,
  };
}

interface Told {
  id: string;
  type: string;
  data: { id: string };
}

const recordAt = async (key: string): Promise<unknown> => (await env.RECORDS.get(key))?.json() ?? null;

/** The last one has its place; a clip may be done before its task is, or after it. */
function eventsOf(events: readonly Told[], clips: readonly string[]): string[] {
  const named = events.map(({ type, data }) => `${type} ${clips.indexOf(data.id) + 1}`);
  return [...named.slice(0, -1).sort(), ...named.slice(-1)];
}

/** What the receiver got, once or more often: each event with one body. */
async function toldOf(events: readonly Told[], space: TestSpace): Promise<string[]> {
  const bodies = new Map<string, Set<string>>();
  for (const { headers, body } of await space.log('/receiver/')) {
    const id = String(headers['webhook-id']);
    bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
    const event = events.find((one) => one.id === id);
    expect(JSON.parse(body)).toEqual(event);
  }
  const told = events.map(({ id, type }) => [`${type} ${id}`, bodies.get(id)?.size ?? 0] as const);
  return told.map(([event, count]) => `${event.split(' ')[0]}: ${count} text`).sort();
}

/** A life with this going wrong in it. */
export const lifeOfSong: Life = async (strike) => {
  vi.setSystemTime(START);
  const song = await newSong();
  const { platform } = song.world;
  try {
    platform.strike = strike;
    await live(song);
    const steps = [...platform.steps];
    return { steps, struck: platform.struck, legacy: await legacy(song) };
  } finally {
    song.world.end();
  }
};
