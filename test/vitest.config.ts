// Two projects: what runs on workerd is tested on workerd; what runs on Node (npm start, the whole system from outside) on Node.
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

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

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: LEDGER_SETTINGS },
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{local,commands,console,e2e,browser,openapi}/**', 'test/architecture.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        root,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'test/{local,commands,console}/**/*.test.ts',
            'test/e2e/**/*.test.ts',
            'test/browser/*.test.ts',
            'test/openapi/*.test.ts',
            'test/architecture.test.ts',
          ],
          testTimeout: 120_000,
          // A process that starts waits for its turn on a busy machine.
          hookTimeout: 60_000,
          // Tests of the whole system wait more than they work.
          maxConcurrency: 32,
          maxWorkers: 2,
        },
      },
    ],
  },
});
