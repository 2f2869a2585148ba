// Four projects: what runs on workerd is tested on workerd, what runs on Node on Node; each with its slow part apart.
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { buildConsole } from '../src/cli/console-build.ts';
import { WAITED_MAX_MS } from './support/waiting.ts';

const root = new URL('..', import.meta.url).pathname;

// The Worker's code imports it.
await buildConsole();

/** What the ledger in tests knows of vendors; where they are, each test says for itself (support/space.ts). */
const LEDGER_SETTINGS = {
  API_TOKENS: 'test',
  ALLOW_PRIVATE_HOSTS: 'true',
  DELAYS: 'short',
  PUBLIC_BASE_URL: 'https://songs.example',
  // No WEBHOOK_URL: only tasks that name a receiver have one.
  WEBHOOK_SECRET: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  VENDORS: {
    alpha: { base_url: 'https://alpha.example' },
    beta: { base_url: 'https://beta.example' },
    single: { base_url: 'https://single.example', batch_path: '' },
  },
};

const workers = () => [
  cloudflareTest({
    wrangler: { configPath: './wrangler.toml' },
    miniflare: { bindings: LEDGER_SETTINGS },
  }),
];

/** Starting processes and browsers, and waiting for them: seconds each, and more on a busy machine. */
const PATIENT = { testTimeout: 300_000, hookTimeout: 300_000 };

/** What takes minutes: faults, crashes and limits of the whole system, and megabytes. `npm test` runs it, `npm run check` does not. */
const SYSTEM = ['test/{e2e,browser,readme}/**/*.test.ts', 'test/cli/*.test.ts'];
const STRICT = ['test/strict/**/*.test.ts', 'test/**/hostile.test.ts', 'test/archive/{mirror-file,put}.test.ts'];
/** What is tested on Node because it runs there, or in a browser, or asks the project's own files. */
const NODE = [
  'test/{cli/start,cli/demo,console,extract,openapi}/**/*.test.ts',
  'test/{architecture,readme/documents}.test.ts',
  'test/relay/{mutation,readme}.test.ts',
];

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        plugins: workers(),
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: [...NODE, ...SYSTEM, ...STRICT],
          globalSetup: ['test/support/global-setup.ts'],
          // Properties over hundreds of inputs take seconds on a busy machine.
          testTimeout: 30_000,
          maxWorkers: 2,
          // Files share a runtime, which takes a second to start, and each begins with empty storage.
          isolate: false,
          setupFiles: ['test/support/fresh.ts'],
        },
      },
      {
        root,
        plugins: workers(),
        test: {
          name: 'strict',
          include: STRICT,
          globalSetup: ['test/support/global-setup.ts'],
          ...PATIENT,
          maxWorkers: 2,
          // By itself: some of it has a bound on its time, and the rest keeps both cores busy.
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: { name: 'node', environment: 'node', include: NODE, ...PATIENT, maxWorkers: 2 },
      },
      {
        root,
        test: {
          name: 'system',
          environment: 'node',
          include: SYSTEM,
          exclude: NODE,
          ...PATIENT,
          expect: { poll: { timeout: WAITED_MAX_MS } },
          // Tests of the whole system wait more than they work.
          maxConcurrency: 32,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
