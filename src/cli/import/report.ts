// Pure: what the command says of what it found, and of what became of it.
import type { Decoded } from '../../extract/decode.ts';
import type { Extracted, UnsentReason } from '../../extract/extract.ts';
import type { Plan } from '../../extract/import-requests.ts';
import { redact } from '../../net/redact.ts';
import type { Done } from './progress.ts';
import type { Options } from './options.ts';

const FEW = 10;
const FEW_UNREAD = 5;
const LINE_MAX_CHARACTERS = 100;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** A word about an encoding that nobody has asked for. */
export function readAs({ encoding, broken_line }: Pick<Decoded, 'encoding' | 'broken_line'>): string[] {
  return [
    ...(encoding === 'GB18030' ? ['Read as GB18030 (GBK), since it is not UTF-8.'] : []),
    ...(broken_line === null
      ? []
      : [`Line ${broken_line} and perhaps others hold bytes of no known encoding: words there may be wrong.`]),
  ];
}

const UNSENT: Record<UnsentReason, string> = {
  rounded: 'its id was rounded by a spreadsheet, and its last digits are lost: export the column as text',
  no_id: 'it has no id in the column of the ids',
  broken: 'its answer breaks off before its id',
};

const unsentLines = ({ unsent }: Pick<Extracted, 'unsent'>): string[] =>
  unsent.length === 0
    ? []
    : [
        `Not sent: ${count(unsent.length, 'line')} whose id cannot be told.`,
        ...placed(unsent, ({ line, text, why }) => `  line ${line}: ${short(text)} (${UNSENT[why]})`),
      ];

export function foundLine({ ids, answers, unread }: Extracted, name: string): string {
  const found = `${name}: ${count(ids.length, 'task id')}, ${count(answers.length, 'saved answer')}`;
  return unread.length === 0 ? found : `${found}, ${count(unread.length, 'line')} not understood`;
}

function unreadLines({ unread }: Extracted): string[] {
  if (unread.length === 0) return [];
  return [
    `Not understood, and not sent: ${count(unread.length, 'line')} without an id that can be told from other words.`,
    ...few(unread, ({ line, text }) => `  line ${line}: ${short(text)}`, FEW_UNREAD),
  ];
}

export function dryRun(found: Extracted, { requests, too_large }: Plan, { url, vendor }: Options): string[] {
  const { ids, answers, answerLines } = found;
  const whose = vendor === null ? 'its default vendor' : `vendor ${vendor}`;
  return [
    `Would send ${count(requests.length, 'request')} to ${url} for ${whose}. Nothing was sent.`,
    ...(ids.length === 0 ? [] : ['Task ids to track:', ...few(ids, (id) => `  ${short(id)}`)]),
    ...(answers.length === 0
      ? []
      : [
          'Saved answers to import:',
          ...few(answers, (answer, index) => `  line ${answerLines[index]}: ${short(JSON.stringify(answer))}`),
        ]),
    ...tooLargeLines(too_large),
    ...unsentLines(found),
    ...unreadLines(found),
  ];
}

export function report(found: Extracted, done: Done, { too_large }: Plan, options: Options): string[] {
  const { ids, answers, refused } = done;
  const total = (each: { created: number; known: number }): number => each.created + each.known;
  const lines = [];
  if (total(ids) > 0)
    lines.push(`${count(total(ids), 'task id')}: ${figure(ids.created)} new, ${figure(ids.known)} already known.`);
  if (total(answers) > 0 || refused.length > 0)
    lines.push(
      `${count(total(answers), 'task')} from ${count(found.answers.length, 'saved answer')}: ` +
        `${figure(answers.created)} new, ${figure(answers.known)} already known; ${figure(refused.length)} refused.`,
    );
  return [
    ...lines,
    ...placed(
      refused,
      ({ line, reason, kind }) => `  the ${kind === 'ids' ? 'id' : 'answer'} at line ${line} was refused: it ${reason}`,
    ),
    ...tooLargeLines(too_large),
    ...unsentLines(found),
    ...unreadLines(found),
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

const tooLargeLines = (answers: readonly { line: number }[]): string[] =>
  answers.length === 0
    ? []
    : [
        `Not sent: ${count(answers.length, 'answer')} larger than the 1 MiB that a request may have.`,
        ...placed(answers, ({ line }) => `  the answer at line ${line}`),
      ];

/** The first in full, and of all others the lines. */
function placed<T extends { line: number }>(list: readonly T[], say: (item: T) => string): string[] {
  const lines = list.slice(0, FEW).map(say);
  if (list.length <= FEW) return lines;
  const ranges: [from: number, to: number][] = [];
  for (const { line } of list.slice(FEW)) {
    const last = ranges.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  const places = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
  return [...lines, `  … and ${figure(list.length - FEW)} more, at lines ${places}`];
}

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
