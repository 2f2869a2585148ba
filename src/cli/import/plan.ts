// Pure: what was gathered → the requests that hand it over, each within the limits of the API (CONTRACT 6).
import { createHash } from 'node:crypto';
import type { Placed } from '../../console/gather.js';
import { REQUEST_BODY_MAX_BYTES } from '../../model/limits.ts';
import type { Options } from './options.ts';

export interface Piece {
  kind: 'ids' | 'answers';
  body: string;
  /** The lines at which its answers begin. */
  lines: number[];
  size: number;
}

export interface Plan {
  pieces: Piece[];
  /** Lines of answers that no request can hold. */
  too_large: number[];
  /** Changes with everything that is sent, and with where it is sent. */
  key: string;
}

const IDS_MAX = 1_000;
const ANSWERS_MAX = 100;
/** Room for what stands around the answers in a body. */
const BODY_MAX_BYTES = REQUEST_BODY_MAX_BYTES - 1_024;

type Target = Pick<Options, 'url' | 'vendor' | 'visibility'>;

/** Answers first: a task that its vendor has forgotten is then known before it is tracked. */
export function makePlan({ ids, answers, answerLines }: Placed, { url, vendor, visibility }: Target): Plan {
  const pieces: Piece[] = [];
  const too_large: number[] = [];
  const target = vendor === null ? {} : { vendor };
  const hash = createHash('sha256').update(JSON.stringify([url, vendor, visibility]));
  const add = (piece: Piece): void => {
    hash.update(piece.body);
    pieces.push(piece);
  };

  let texts: string[] = [];
  let lines: number[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (texts.length > 0) {
      const body = `${JSON.stringify(target).slice(0, -1)}${vendor === null ? '' : ','}"answers":[${texts.join(',')}]}`;
      add({ kind: 'answers', body, lines, size: texts.length });
    }
    [texts, lines, bytes] = [[], [], 0];
  };
  answers.forEach((answer, index) => {
    const line = answerLines[index] ?? 0;
    for (const text of textsOf(answer)) {
      const size = Buffer.byteLength(text) + 1;
      if (size > BODY_MAX_BYTES) {
        too_large.push(line);
        continue;
      }
      if (texts.length === ANSWERS_MAX || bytes + size > BODY_MAX_BYTES) flush();
      texts.push(text);
      lines.push(line);
      bytes += size;
    }
  });
  flush();

  const shown = visibility === null ? {} : { visibility };
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    const some = ids.slice(at, at + IDS_MAX);
    add({ kind: 'ids', body: JSON.stringify({ ...target, ...shown, ids: some }), lines: [], size: some.length });
  }
  return { pieces, too_large, key: hash.digest('hex') };
}

/** A batch too large for one request goes row by row, as far as its rows name their tasks. */
function textsOf(answer: unknown): string[] {
  const whole = JSON.stringify(answer);
  if (whole.length < BODY_MAX_BYTES / 4 || Buffer.byteLength(whole) <= BODY_MAX_BYTES) return [whole];
  const list = Array.isArray(answer) ? answer : longestListIn(answer);
  return list.length > 0 && list.every(namesTask) ? list.flatMap(textsOf) : [whole];
}

function longestListIn(answer: unknown): unknown[] {
  if (typeof answer !== 'object' || answer === null) return [];
  // A list within a task is its clips.
  if (namesTask(answer)) return [];
  return Object.values(answer)
    .map((value: unknown) => (Array.isArray(value) ? value : longestListIn(value)))
    .reduce<unknown[]>((longest, list) => (list.length > longest.length ? list : longest), []);
}

const namesTask = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && ('task_id' in row || 'taskId' in row);
