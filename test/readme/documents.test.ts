// The documents say what there is: every path, anchor, command, setting, option, code, reason and event, and nothing that is not there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HELP } from '../../src/cli/start/options.ts';
import { readSettings } from '../../src/config/settings.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { EVENT_TYPES } from '../../src/model/event.ts';
import { FILE_REASONS } from '../../src/model/task.ts';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const FILES = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => !name.includes('node_modules'));
/** Beside them stand results that a program writes. */
const DOCUMENTS = FILES.filter((name) =>
  name.startsWith('src') ? name.endsWith('.md') : basename(name) === 'README.md',
)
  .concat('README.md')
  .sort();
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** What a document names outside its blocks: code in lines, and where its links lead. */
const prose = (text: string): string => text.replaceAll(/^ *```.*?^ *```$/gms, '');
const spans = (text: string): string[] => [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
const links = (text: string): string[] =>
  [...prose(text).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, to = '']) => to);

/** `relay/status.ts`, `views/pages`, `wrangler.toml`; not `/v1/tasks`, which is a route. */
const PATH = /^(?:[\w.-]+\/)+[\w.-]+$|^[\w.-]+\.(?:ts|md|toml)$/;
/** What the reader is told to make, and what a start makes. */
const TO_BE_MADE = /99-rendered|^\.wrangler\//;
const isThere = (path: string, document: string): boolean =>
  [dirname(join(ROOT, document)), ROOT, SRC].some((folder) => existsSync(resolve(folder, path)));

/** As GitHub makes anchors of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names paths that are there', () => {
    const paths = spans(text).filter((span) => PATH.test(span) && !TO_BE_MADE.test(span));
    expect(paths.filter((path) => !isThere(path, document))).toEqual([]);
  });

  it('links to files and headings that are there', () => {
    const broken = links(text).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : relative(ROOT, resolve(dirname(join(ROOT, document)), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('has tables without padding', () => {
    expect(text.split('\n').filter((line) => /^\s*\|.*(?: {2,}\||-{4,})/.test(line))).toEqual([]);
  });

  it('shows no secret in a command line', () => expect(text).not.toMatch(/npm .*--(?:token|vendor-key)[ =]/));
});

describe('README.md', () => {
  it('is read in a few minutes, and leads who reads Chinese to a manual in its first line', () => {
    const lines = read('README.md').split('\n');
    expect(lines.length).toBeLessThanOrEqual(200);
    expect(lines[0]).toContain('(src/cli/README.zh-CN.md)');
  });

  it('leads to every other document', () => {
    const to = links(read('README.md'));
    expect(DOCUMENTS.filter((name) => name !== 'README.md' && !to.includes(name))).toEqual([]);
  });
});

/** Those that have a form: told by the check of all settings, each with a value that is none. */
function settingNames(): string[] {
  const wrong = Object.fromEntries(
    [...read('src/config/settings.ts').matchAll(/\b([A-Z]{2,}(?:_[A-Z]+)+|VENDORS|DELAYS)\b/g)].map(([name]) => [
      name,
      '?',
    ]),
  );
  const settings = readSettings(wrong);
  return settings.ok ? [] : settings.fault.map((fault) => /^[A-Z_]+/.exec(fault)?.[0] ?? '');
}

describe.each(['README.md', 'src/cli/README.zh-CN.md'])('the settings in %s', (document) => {
  it('are all of them', () => {
    const names = settingNames();
    expect(names.length).toBeGreaterThan(12);
    const always = ['VENDORS', '<ID>_API_KEY', 'DEFAULT_VENDOR', 'API_TOKENS', 'WEBHOOK_URL', 'WEBHOOK_SECRET'];
    expect([...names, ...always].filter((name) => !spans(read(document)).includes(name))).toEqual([]);
  });
});

describe('src/cli/README.md', () => {
  const text = read('src/cli/README.md');
  it.each(
    [...HELP.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option = '']) => option).filter((option) => option !== '--help'),
  )('tells of the option %s', (option) => expect(text).toContain(`\`${option} `));
  it.each(FILE_REASONS)('tells what to do about a file that is %s', (reason) => expect(spans(text)).toContain(reason));
});

describe('src/http/README.md', () => {
  const named = spans(read('src/http/README.md'));
  it.each(Object.keys(PROBLEMS))('tells what to do about the problem %s', (code) => expect(named).toContain(code));
  it.each(EVENT_TYPES)('names the event %s', (type) => expect(named).toContain(type));

  const routes = [...read('src/http/route-table.ts').matchAll(/'(?:GET|POST|PATCH|DELETE) (\/v1\/[^']+)'/g)];
  const paths = new Set(routes.map(([, path = '']) => path.replaceAll(/:(\w+)/g, '{$1}')));
  it.each([...paths])('tells of the route %s', (path) =>
    expect(named.filter((span) => span.split(/[ ?]/).includes(path))).not.toEqual([]),
  );
});

describe('src/README.md', () => {
  it('has every folder of src in its table of floors', () => {
    const rows = [...read('src/README.md').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name);
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !rows.includes(name))).toEqual([]);
  });

  it('names functions and constants that are there', () => {
    const code = FILES.filter((name) => /^src.*\.tsx?$/.test(name))
      .map(read)
      .join('\n');
    const names = spans(read('src/README.md')).filter((span) => /^[a-z]+[A-Z]\w*$|^[A-Z]+(?:_[A-Z]+)*$/.test(span));
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});
