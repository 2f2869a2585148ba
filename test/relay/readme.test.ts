// The README of the reader is true: its example reads as it says, what it changes heals it, and the files that it names are there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksUnder } from '../readme/blocks.ts';
import { readerOf, readerText } from './reader-text.ts';
import { differences, readSample, type Sample } from './samples.ts';

const RELAY = join(import.meta.dirname, '../../src/relay');
const README = readFileSync(join(RELAY, 'README.md'), 'utf8');

describe('Adding a dialect', () => {
  const blocks = blocksUnder('Adding a dialect', README);
  const block = (language: string): string => blocks.find((one) => one.language === language)?.text ?? '';
  const sample = JSON.parse(block('json')) as Sample;

  it('the example is read otherwise in just the lines that are shown', () => {
    const shown = block('text').trim().split('\n').slice(1);
    expect(differences(sample, readSample(sample))).toEqual(shown.map((line) => line.trim()));
  });

  it('the words that are added heal it', async () => {
    let file = '';
    const lines = block('diff').split('\n');
    const changes = lines.flatMap((line, index) => {
      file = /src\/relay\/[\w-]+\.ts/.exec(line)?.[0] ?? file;
      return line.startsWith('-')
        ? [{ file, before: line.slice(1).trim(), after: lines[index + 1]!.slice(1).trim() }]
        : [];
    });
    expect(changes).toHaveLength(2);
    const text = await readerText((path, text) =>
      changes
        .filter((change) => change.file === path)
        .reduce((all, { before, after }) => all.replace(before, after), text),
    );
    const healed = await readerOf(text);
    expect(healed.differences(sample, healed.readSample(sample))).toEqual([]);
  });
});

it('names files that are there, all of them', () => {
  const named = [...README.matchAll(/`([\w-]+\.ts)`/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !existsSync(join(RELAY, name)))).toEqual([]);
  const paths = [...README.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
  expect(paths.filter((path) => !path.includes('99-') && !existsSync(join(RELAY, '../..', path)))).toEqual([]);
});
