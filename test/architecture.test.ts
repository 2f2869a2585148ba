// The layout, held by a test: imports run one way, and each outside thing is touched in one place (src/README.md).
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));

/** What runs in the Worker; `cli/` runs in Node, but for the Worker's entry on the local runtime, and `console/` in browsers. */
const worker = files.filter(({ name }) => !/^(?:cli|console)\//.test(name) || name === 'cli/start/worker.ts');

/** From the ground up: each floor may import from itself and from what is below it; neighbours in one row do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['lib'],
  ['model'],
  ['net'],
  ['config'],
  ['relay', 'archive', 'ledger'],
  ['views', 'extract'],
  ['flows'],
  ['http'],
  ['app'],
  ['index'],
  ['cli', 'console'],
];
const roomOf = (name: string): string =>
  name.includes('/') ? (name.split('/')[0] ?? '') : name.replace(/\.tsx?$/, '');
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));
const mayImport = (from: string, to: string): boolean => from === to || floorOf(to) < floorOf(from);

interface Import {
  from: string;
  to: string;
}

function importsOf({ name, text }: { name: string; text: string }): Import[] {
  const found = text.matchAll(/^(?:import|export)\s+[^;]*?from\s+'(\.[^']+)'/gms);
  return [...found].map(([, path]) => ({
    from: name,
    to: relative(src, join(src, name, '..', path ?? '')),
  }));
}

/** Code without comments and texts, so that a word in prose is no use of it. */
const code = (text: string): string =>
  text.replaceAll(/('(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*.*?\*\/|\/\/[^\n]*/gs, (_, literal?: string) =>
    literal === undefined ? '' : "''",
  );
const using = (pattern: RegExp): string[] =>
  worker
    .filter(({ text }) => pattern.test(code(text)))
    .map(({ name }) => name)
    .sort();

describe('imports', () => {
  it.each(files.map((file) => [file.name, file] as const))('of %s point only downwards', (_, file) => {
    const room = roomOf(file.name);
    expect(FLOORS.flat()).toContain(room);
    expect(importsOf(file).filter(({ to }) => !mayImport(room, roomOf(to)))).toEqual([]);
  });

  it('of the console bring nothing of the server into browsers but what finds ids and the list of languages; of the rest types', () => {
    const own = files.filter(({ name }) => name.startsWith('console/'));
    const brought = own.flatMap(({ name, text }) =>
      importsOf({ name, text: text.replaceAll(/^import type [^;]*;/gms, '') }).filter(
        ({ to }) => !to.startsWith('console/'),
      ),
    );
    expect(brought.filter(({ to }) => !to.startsWith('extract/') && to !== 'model/language.ts')).toEqual([]);
  });

  it('have no circles', () => {
    const graph = new Map(files.map((file) => [file.name, importsOf(file).map(({ to }) => to)]));
    const done = new Set<string>();
    const visit = (name: string, path: string[]): void => {
      expect(path, `circle: ${[...path, name].join(' → ')}`).not.toContain(name);
      if (done.has(name)) return;
      for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
      done.add(name);
    };
    for (const name of graph.keys()) visit(name, []);
  });
});

describe('outside things', () => {
  it('are fetched by net/fetch.ts alone', () => {
    expect(using(/(?<![.\w])fetch\(/)).toEqual(['net/fetch.ts']);
  });

  it('are stored by SQL in the stores of the ledger alone, which its object hands the storage', () => {
    expect(using(/\bsql\s*\.exec\b/)).toEqual([
      'ledger/store/clip-rows.ts',
      'ledger/store/database.ts',
      'ledger/store/event-rows.ts',
      'ledger/store/order-rows.ts',
      'ledger/store/task-rows.ts',
    ]);
  });

  it('are kept in R2 by bucket.ts alone', () => {
    expect(
      using(/\b(?:MEDIA|RECORDS|media|records|bucket)\.(?:get|put|head|list|delete|createMultipartUpload)\(/),
    ).toEqual(['archive/bucket.ts']);
  });

  it('are answered with a Response in http/ alone', () => {
    expect(using(/new Response\b/).filter((name) => !name.startsWith('http/'))).toEqual([]);
  });

  it('tell the time and chance at the edges alone', () => {
    expect(using(/Date\.now\(|Math\.random\(|new Date\(\)|randomUUID\(/)).toEqual([
      'app/platform.ts',
      'ledger/ledger.ts',
    ]);
  });
});

const everyFile = files.map(({ name, text }) => [name, text] as const);

describe('files', () => {
  it.each(everyFile)(
    '%s says in its first line, of at most 120 characters, whether it is pure, holds state, is an edge or a flow, and what for',
    (_, text) => {
      expect(text.slice(0, text.indexOf('\n'))).toMatch(/^\/\/ (?=.{20,117}$)(?:Pure|State|Edge|Flow): /);
    },
  );

  it.each(everyFile)('%s packs no lines by spreading a literal', (_, text) => {
    expect(code(text).match(/\.\.\.\{.*/g) ?? []).toEqual([]);
  });

  it.each(worker.map(({ name, text }) => [name, text] as const))('%s holds no mutable state of its own', (_, text) => {
    expect(code(text).match(/^(?:export )?(?:let|var) .*/gm) ?? []).toEqual([]);
    expect(
      code(text).match(
        /^(?:export )?const \w+(?:: [^=]+)? = new (?:Map|Set|WeakMap|WeakSet|Array)(?:<[^=]*>)?\(\)/gm,
      ) ?? [],
    ).toEqual([]);
  });
});

describe('comments', () => {
  /** A clone has none of these. */
  const ELSEWHERE = /\b(?:CONTRACT|UPSTREAM|DESIGN)\b|\bissue \d/;
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && name !== 'architecture.test.ts')
    .map((name) => [`test/${name}`, readFileSync(join(import.meta.dirname, name), 'utf8')] as const);

  it.each([...everyFile, ...tests])('of %s refer to what a reader can open', (_, text) => {
    expect(text.split('\n').filter((line) => ELSEWHERE.test(line))).toEqual([]);
  });
});
