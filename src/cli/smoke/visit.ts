// Pure: one visit to a deployment: who calls, what for, and the song that the steps are about.
import * as v from 'valibot';
import type { Clip, File } from '../../model/task.ts';
import { type Answer, type Call, Failed } from './caller.ts';
import type { Options } from './options.ts';
import type { OwnSong } from './own-song.ts';

export interface Visit {
  readonly call: Call;
  readonly options: Options;
  /** Null until a step has found one. */
  song: Song | null;
  /** The task that was asked to be tracked. Its vendor is null where it is the default one. */
  tracked: { readonly id: string; readonly vendor: string | null } | null;
  /** Brought in by smoke itself, and still there: the only song that is changed, and gone in the end. */
  own: OwnSong | null;
}

export interface Song {
  readonly clip: Clip;
  readonly audio: File & { url: string };
}

/** What a step comes to: it was proven, or it could not be tried. What is wrong is thrown as Failed. */
export type Outcome =
  { readonly proven: true; readonly detail: string } | { readonly proven: false; readonly why: string };
export const proven = (detail: string): Outcome => ({ proven: true, detail });
export const notProven = (why: string): Outcome => ({ proven: false, why });

export interface Step {
  readonly name: string;
  run(visit: Visit): Promise<Outcome>;
}

/** A step about a song, where there is one. */
export const aboutSong =
  (prove: (song: Song, visit: Visit) => Promise<Outcome>): Step['run'] =>
  async (visit) =>
    visit.song ? prove(visit.song, visit) : notProven('no archived song is at hand; give --task ID or --audio URL');

export function songOf(clip: Clip): Song | null {
  const { audio } = clip;
  return audio?.state === 'archived' && audio.url !== null ? { clip, audio: { ...audio, url: audio.url } } : null;
}

/** Links may name another origin (a custom domain): it is this deployment that is proven. */
export const pathOf = (link: string): string => new URL(link).pathname;
export const clipPath = ({ clip }: Song): string => `/v1/clips/${clip.slug}`;
export const taskPath = (vendor: string, id: string): string =>
  `/v1/tasks/${encodeURIComponent(id)}?vendor=${encodeURIComponent(vendor)}`;

const LOOK_EVERY_MS = 500;

/** Asks until `is` holds or the time is over; answers what was seen last. */
export async function until<T>(look: () => Promise<T>, is: (seen: T) => boolean, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (is(seen) || performance.now() > end) return seen;
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}

const TOLD_MAX_CHARACTERS = 200;

/** A problem's own words, or the beginning of whatever came. */
function quoted({ json, text }: Answer): string {
  const { detail } = Object(json) as { detail?: unknown };
  const words = typeof detail === 'string' ? detail : text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return words === '' ? '' : `: ${words.slice(0, TOLD_MAX_CHARACTERS)}`;
}

export function expectStatus(what: string, answer: Answer, ...wanted: readonly number[]): void {
  if (wanted.includes(answer.status)) return;
  throw new Failed(`${what} was answered ${answer.status}, not ${wanted.join(' or ')}${quoted(answer)}`);
}

export function expectHeader(what: string, { headers }: Answer, name: string, wanted: RegExp): void {
  const value = headers.get(name);
  if (value === null) throw new Failed(`${what} came without ${name}`);
  if (!wanted.test(value)) throw new Failed(`${what} came with ${name}: ${value}`);
}

export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Failed(otherwise);
}

export function read<T>(what: string, { json }: Answer, schema: v.GenericSchema<unknown, T>): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Failed(`${what} has a body of another form: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
