// Each word of the reader's tables, when taken out, is missed by at least one case. On Node, which reads a reader from its text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ATTACKS, CODES, SHAPES, STATES, SUBMITS, WORDS } from './cases.ts';
import { type Reader, readerOf, readerText } from './reader-text.ts';
import type { Sample, Submit } from './samples.ts';

const ANSWERS = join(import.meta.dirname, '../vendor-answers');

/** Constants of the reader that are tables of words. */
const TABLES = [
  ...[
    'KEYS',
    'CLIP_IDS',
    'TASK_SIGNS',
    'CLIP_SIGNS',
    'VOICES',
    'INPUTS',
    'INPUT_ENDINGS',
    'RESULT_KEYS',
    'CLIP_LISTS',
    'WORDS',
  ],
  ...['CODE_MEANINGS', 'PLACEHOLDERS', 'STREAM_HOSTS', 'AUDIO_FILES', 'PICTURE_FILES'],
  ...['SUBMIT_KEYS', 'BARE_ID_KEYS', 'PLAIN_WORDS'],
];

/** The reader's text without one word of a table, for each of its words. */
function mutantsOf(reader: string, table: string): { word: string; text: string }[] {
  const begin = reader.search(new RegExp(`^var ${table} = `, 'm'));
  expect(begin, table).toBeGreaterThan(-1);
  const words = reader.slice(begin, reader.indexOf(';\n', begin)).matchAll(/"[^"\n]+",?/g);
  return [...words].map(({ 0: word, index }) => ({
    word,
    text: reader.slice(0, begin + index) + reader.slice(begin + index + word.length),
  }));
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const samplesIn = (folder: string): Sample[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => json(join(folder, name)) as Sample);

const CASES = [
  ...[...WORDS, ...STATES, ...CODES, ...SHAPES, ...ATTACKS],
  ...samplesIn(join(ANSWERS, 'own')),
  ...samplesIn(ANSWERS),
];
const ANSWERS_TO_SUBMITS = [...(json(join(ANSWERS, 'submit/submits.json')) as Submit[]), ...SUBMITS];

/** The first case that is read otherwise than expected. */
function missedBy(reader: Reader): string | null {
  const missed = CASES.find((one) => reader.differences(one, reader.readSample(one)).length > 0);
  if (missed !== undefined) return missed.name;
  const submit = ANSWERS_TO_SUBMITS.find(({ status, body, ids }) => {
    const parsed = reader.parseJson(typeof body === 'string' ? body : JSON.stringify(body));
    return String(parsed.ok && (reader.submittedIds(status, parsed.value) ?? [])) !== String(ids);
  });
  return submit === undefined ? null : JSON.stringify(submit.body);
}

const reader = await readerText();

it('the reader as it is misses no case', async () => expect(missedBy(await readerOf(reader))).toBeNull());

it.each(TABLES)('%s has no word that no case needs', async (table) => {
  const mutants = mutantsOf(reader, table);
  expect(mutants).not.toEqual([]);
  const idle: string[] = [];
  for (const { word, text } of mutants) if (missedBy(await readerOf(text)) === null) idle.push(word);
  expect(idle).toEqual([]);
});
