// Pure: what the command says of what it found, and of what became of it.
import type { Placed } from '../../console/gather.js';
import { redact } from '../../net/redact.ts';
import type { Done } from './progress.ts';
import type { Options } from './options.ts';

const FEW = 10;
const FEW_UNREAD = 5;
const LINE_MAX_CHARACTERS = 100;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export function foundLine({ ids, answers, unread }: Placed, name: string): string {
  const found = `${name}: ${count(ids.length, 'task id')}, ${count(answers.length, 'saved answer')}`;
  return unread.length === 0 ? found : `${found}, ${count(unread.length, 'line')} not understood`;
}

export function unreadLines({ unread }: Placed): string[] {
  if (unread.length === 0) return [];
  return [
    `Not understood, and not sent: ${count(unread.length, 'line')} without an id that can be told from other words.`,
    ...few(unread, ({ line, text }) => `  line ${line}: ${short(text)}`, FEW_UNREAD),
  ];
}

export function dryRun(
  gathered: Placed,
  pieces: number,
  too_large: readonly number[],
  { url, vendor }: Options,
): string[] {
  const { ids, answers, answerLines } = gathered;
  const whose = vendor === null ? 'its default vendor' : `vendor ${vendor}`;
  return [
    `Would send ${count(pieces, 'request')} to ${url} for ${whose}. Nothing was sent.`,
    ...(ids.length === 0 ? [] : ['Task ids to track:', ...few(ids, (id) => `  ${short(id)}`)]),
    ...(answers.length === 0
      ? []
      : [
          'Saved answers to import:',
          ...few(answers, (answer, index) => `  line ${answerLines[index]}: ${short(JSON.stringify(answer))}`),
        ]),
    ...tooLargeLines(too_large),
    ...unreadLines(gathered),
  ];
}

export function report(gathered: Placed, done: Done, too_large: readonly number[], options: Options): string[] {
  const { ids, answers, refused } = done;
  const total = (each: { created: number; known: number }): number => each.created + each.known;
  const lines = [];
  if (total(ids) > 0)
    lines.push(`${count(total(ids), 'task id')}: ${figure(ids.created)} new, ${figure(ids.known)} already known.`);
  if (total(answers) > 0 || refused.length > 0)
    lines.push(
      `${count(total(answers), 'task')} from ${count(gathered.answers.length, 'saved answer')}: ` +
        `${figure(answers.created)} new, ${figure(answers.known)} already known; ${figure(refused.length)} refused.`,
    );
  return [
    ...lines,
    ...few(refused, ({ line, reason }) => `  the answer at line ${line} was refused: it ${reason}`),
    ...tooLargeLines(too_large),
    ...unreadLines(gathered),
    ...howItGoesOn(options),
  ];
}

export function howItGoesOn({ url, vendor }: Pick<Options, 'url' | 'vendor'>): string[] {
  const query = `limit=100${vendor === null ? '' : `&vendor=${encodeURIComponent(vendor)}`}`;
  return [
    `longplay goes on by itself. To see how: ${url}/console, or`,
    `  curl -H "Authorization: Bearer $LONGPLAY_TOKEN" "${url}/v1/tasks?${query}"`,
  ];
}

const tooLargeLines = (lines: readonly number[]): string[] =>
  lines.length === 0
    ? []
    : [
        `Not sent: ${count(lines.length, 'answer')} larger than the 1 MiB that a request may have.`,
        ...few(lines, (line) => `  the answer at line ${line}`),
      ];

function few<T>(list: readonly T[], say: (item: T, index: number) => string, most = FEW): string[] {
  const lines = list.slice(0, most).map(say);
  return list.length > most ? [...lines, `  … and ${figure(list.length - most)} more`] : lines;
}

const figure = (number: number): string => number.toLocaleString('en');
/** A log may hold a relay's key. */
const short = (text: string): string => {
  const clean = redact(text);
  return clean.length > LINE_MAX_CHARACTERS ? `${clean.slice(0, LINE_MAX_CHARACTERS).toWellFormed()}…` : clean;
};
