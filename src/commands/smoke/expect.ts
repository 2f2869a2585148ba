// Pure: what a step expects of an answer, said in one sentence where it is not so.
import * as v from 'valibot';
import { Failed, type Answer } from '../../cli/smoke/caller.ts';

const TOLD_MAX_CHARACTERS = 200;

/** A problem's own words, or the beginning of whatever came. */
function told({ json, text }: Answer): string {
  const { detail } = Object(json) as { detail?: unknown };
  const words = typeof detail === 'string' ? detail : text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return words === '' ? '' : `: ${words.slice(0, TOLD_MAX_CHARACTERS)}`;
}

export function expectStatus(what: string, answer: Answer, ...wanted: readonly number[]): void {
  if (wanted.includes(answer.status)) return;
  throw new Failed(`${what} was answered ${answer.status}, not ${wanted.join(' or ')}${told(answer)}`);
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
