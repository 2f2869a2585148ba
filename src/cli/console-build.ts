// Edge: src/console → one module of texts under hashed names, which the Worker imports as `#console`.
import { build, type BuildResult, type Plugin } from 'esbuild';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = join(ROOT, 'src/console');
/** As `imports` of package.json has it. */
const TARGET = join(ROOT, '.wrangler/console/files.js');

interface ConsoleFile {
  readonly type: string;
  readonly text: string;
}

/** The same for `npm start`, tests, `wrangler deploy` and the deploy button, which run this file as wrangler's `[build]`. */
export async function buildConsole(): Promise<void> {
  const result = await build({
    entryPoints: { console: join(SOURCE, 'main.tsx'), style: join(SOURCE, 'style.css') },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    minify: true,
    write: false,
    metafile: true,
    outdir: join(ROOT, '.wrangler/console'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutNode],
    charset: 'utf8',
    logLevel: 'silent',
    absWorkingDir: ROOT,
  });
  const files = Object.fromEntries(
    result.outputFiles.map(({ path, text }) => [
      basename(path),
      { type: path.endsWith('.css') ? 'text/css' : 'text/javascript', text },
    ]),
  );
  await save({ page: await pageOf(result), files });
}

/** What is not used of a module must not bring Node into the browser. */
const withoutNode: Plugin = {
  name: 'without-node',
  setup(builder) {
    builder.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

/** The page names what is needed at once, so that nothing waits for another file to name it. */
async function pageOf({ metafile }: BuildResult<{ metafile: true; write: false }>): Promise<string> {
  const page = await readFile(join(SOURCE, 'index.html'), 'utf8');
  const outputs = Object.entries(metafile.outputs);
  const named = (name: string): [path: string, output: (typeof outputs)[number][1]] => {
    const found = outputs.find(
      ([path]) => basename(path).startsWith(`${name}-`) && path.endsWith(name === 'style' ? '.css' : '.js'),
    );
    if (found === undefined) throw new Error(`Cannot build the console: esbuild gave no ${name}`);
    return found;
  };
  const [script, { imports }] = named('console');
  const [style] = named('style');
  const early = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  const address = (path: string): string => `/console/${basename(path)}`;
  const preloads = early.map((path) => `<link rel="modulepreload" href="${address(path)}" />`).join('');
  return page
    .replaceAll(/\n\s*/g, '\n')
    .replace('/console/style.css', address(style))
    .replace('/console/main.tsx', address(script))
    .replace('<!--preloads-->', preloads);
}

/** Written anew and moved into place: several tests may build at the same time. */
async function save({ page, files }: { page: string; files: Record<string, ConsoleFile> }): Promise<void> {
  const tag = createHash('sha256').update(page).digest('hex').slice(0, 16);
  const text = [
    `export const PAGE = ${JSON.stringify({ text: page, tag })};`,
    `export const FILES = ${JSON.stringify(files)};`,
    '',
  ].join('\n');
  await mkdir(join(TARGET, '..'), { recursive: true });
  const fresh = `${TARGET}.${randomUUID()}.tmp`;
  await writeFile(fresh, text);
  await rename(fresh, TARGET);
}

if (import.meta.filename === process.argv[1]) await buildConsole();
