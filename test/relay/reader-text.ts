// Edge: the reader and what compares its readings, as one text that can be changed and run: on Node.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { Sample } from './samples.ts';

export interface Reader {
  differences(sample: Sample, read: unknown): string[];
  readSample(sample: Sample): unknown;
  submittedIds(status: number, answer: unknown): string[] | null;
  parseJson(text: string): { ok: true; value: unknown } | { ok: false };
}

/** `change`: what one of the reader's files says instead. */
export async function readerText(change: (file: string, text: string) => string = (_, text) => text): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './samples.ts';
        export { submittedIds } from '../../src/relay/task-ids.ts';
        export { parseJson } from '../../src/lib/json.ts';`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [
      {
        name: 'change',
        setup: ({ onLoad }) =>
          onLoad({ filter: /src\/relay\/[\w-]+\.ts$/ }, async ({ path }) => ({
            contents: change(path.slice(path.lastIndexOf('src/')), await readFile(path, 'utf8')),
            loader: 'ts',
          })),
      },
    ],
  });
  return outputFiles[0]!.text;
}

export const readerOf = async (text: string): Promise<Reader> =>
  (await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Reader;
