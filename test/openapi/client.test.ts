// The API's document as others use it: checked by a linter's recommended rules, made into a client's types, and those held against live answers.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newFolder, Product, stopAll } from '../e2e/product.ts';
import { makeSong, newRelay } from '../e2e/world.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { clientTypes } from './generator/generate.ts';

const COMPILER = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const COMPILER_OPTIONS = {
  ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
  ...{ target: 'es2022', lib: ['es2022'], module: 'esnext', moduleResolution: 'bundler', types: [] },
};

let standIn: StandIn;
let product: Product;
let folder: string;
let document: string;

beforeAll(async () => {
  standIn = await startStandIn();
  const relay = newRelay(standIn.url);
  product = await Product.start({ vendors: { relay: relay.url }, keys: { relay: 'sk-openapi-test-0123456789' } });
  await makeSong(relay, 'song');
  await makeSong(relay, 'endless', { endless: true });
  await product.track('relay', ['song', 'endless']);
  await product.settled('relay', 'song');
  document = (await product.get('/openapi.json', { token: null })).text;
  folder = newFolder();
  writeFileSync(join(folder, 'api.ts'), await clientTypes(document));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['use.ts'] }),
  );
});
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

interface Live {
  method: string;
  template: string;
  status: number;
  type: string;
  json: unknown;
}

async function live(method: string, template: string, path: string, body?: object, token?: null): Promise<Live> {
  const answer = await product.call(method, path, {
    ...(body !== undefined && { body }),
    ...(token !== undefined && { token }),
  });
  const type = answer.headers.get('content-type')?.replace('; charset=utf-8', '') ?? '';
  return { method: method.toLowerCase(), template, status: answer.status, type, json: answer.json };
}

/** Each answer as a literal of the type that the client has for it: what is too much, missing or of another type does not compile. */
const literals = (answers: readonly Live[]): string =>
  [
    "import type { paths } from './api';",
    ...answers.map(({ method, template, status, type, json }, index) => {
      const of = [template, method, 'responses', status, 'content', type].map((key) => `[${JSON.stringify(key)}]`);
      return `export const answer${index}: paths${of.join('')} = ${JSON.stringify(json)};`;
    }),
  ].join('\n');

async function compile(program: string): Promise<{ code: number; output: string }> {
  writeFileSync(join(folder, 'use.ts'), program);
  return new Promise((resolve) => {
    execFile(process.execPath, [COMPILER, '-p', '.'], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}

describe('the document', () => {
  it('keeps the recommended rules', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: document, absoluteRef: 'openapi.json', config });
    expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
  });

  it('is found wanting by the same rules when a summary is missing and a reference leads nowhere', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const source = document
      .replace('"summary":"Read one task",', '')
      .replace('#/components/schemas/TaskPage', '#/components/schemas/Nothing');
    const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
    const rules = problems.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId);
    expect(rules).toEqual(expect.arrayContaining(['operation-summary', 'no-unresolved-refs']));
  });
});

describe('a client made from it', () => {
  let answers: Live[];
  beforeAll(async () => {
    answers = [
      await live('GET', '/v1/tasks/{id}', '/v1/tasks/song'),
      await live('GET', '/v1/tasks/{id}', '/v1/tasks/endless'),
      await live('GET', '/v1/tasks/{id}', '/v1/tasks/unknown'),
      await live('GET', '/v1/tasks/{id}', '/v1/tasks/song?colour=1'),
      await live('GET', '/v1/tasks/{id}', '/v1/tasks/song', undefined, null),
      await live('GET', '/v1/tasks', '/v1/tasks?limit=1'),
      await live('GET', '/v1/tasks', '/v1/tasks'),
      await live('POST', '/v1/tasks', '/v1/tasks', { ids: ['song'] }),
      await live('POST', '/v1/tasks/fetch', '/v1/tasks/fetch', { ids: ['song', 'unknown'] }),
      await live('POST', '/v1/tasks/{id}/retry', '/v1/tasks/song/retry'),
      await live('POST', '/suno/fetch', '/suno/fetch', { ids: ['song'] }),
      await live('GET', '/suno/fetch/{id}', '/suno/fetch/unknown'),
      await live('GET', '/health', '/health'),
      await live('GET', '/health', '/health', undefined, null),
      await live('GET', '/v1/stats', '/v1/stats'),
      await live('GET', '/v1/clips', '/v1/clips'),
      await live('GET', '/v1/events', '/v1/events'),
    ];
  });

  it('has the types of live answers', async () => {
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 404, 400, 401, 200, 200, 200, 200, 202, 200, 400, 200, 200, 200, 200, 200,
    ]);
    expect(await compile(literals(answers))).toEqual({ code: 0, output: '' });
  });

  it('tells of a field that is too much, of one that is missing and of a word that is none', async () => {
    const [song] = answers as [Live & { json: { archive: object } }];
    const { archive, ...without } = song.json;
    const wrong = [
      { ...song.json, surprise: 1 },
      { ...song.json, archive: { ...archive, surprise: 1 } },
      without,
      { ...song.json, status: 'done' },
    ];
    const { code, output } = await compile(literals(wrong.map((json) => ({ ...song, json }))));
    expect(code).toBe(1);
    const lines = [...output.matchAll(/^use\.ts\((\d+),/gm)].map(([, line]) => Number(line) - 2);
    expect([...new Set(lines)]).toEqual([0, 1, 2, 3]);
  });
});
