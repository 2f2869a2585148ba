// What the "Deploy to Cloudflare" button reads: each secret with a comment, each binding with a description, names for all that is made.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import { describe, expect, it } from 'vitest';
import { keyName } from '../../src/config/vendors.ts';
import { readSettings } from '../../src/config/settings.ts';
import { SECRETS } from '../../src/cli/deploy/secrets.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const example = textOf('.dev.vars.example');
const { cloudflare, scripts } = JSON.parse(textOf('package.json')) as {
  cloudflare: { bindings: Record<string, { description: string }> };
  scripts: Record<string, string>;
};
const configuration = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });

/** Names that the settings' own code reads, and that are secrets by their names; keys are named after vendors. */
const secretsInCode = [
  ...new Set(
    readdirSync(join(ROOT, 'src/config')).flatMap(
      (name) => textOf(`src/config/${name}`).match(/\b[A-Z][A-Z_]*_(?:SECRET|TOKENS?|KEY)\b/g) ?? [],
    ),
  ),
].filter((name) => !name.endsWith('_API_KEY'));
/** `NAME=…`, or the same as a comment. */
const LINE = /^(?:# )?([A-Z_]+)=/;
const bindings = [
  ...configuration.r2_buckets.map(({ binding }: { binding: string }) => binding),
  ...(configuration.queues.producers ?? []).map(({ binding }: { binding: string }) => binding),
  ...configuration.durable_objects.bindings.map(({ name }: { name: string }) => name),
  ...(configuration.ratelimits ?? []).map(({ name }: { name: string }) => name),
];

describe('.dev.vars.example', () => {
  const lines = example.split('\n');
  const named = lines.flatMap((line) => LINE.exec(line)?.[1] ?? []);

  it('holds every secret of the settings, and VENDORS', () => {
    expect(secretsInCode.length).toBeGreaterThanOrEqual(3);
    for (const name of [...secretsInCode, ...SECRETS]) expect(named).toContain(name);
  });

  it('explains each line in the lines before it', () => {
    for (const [index, line] of lines.entries())
      if (LINE.test(line)) expect([line, lines[index - 1]]).toEqual([line, expect.stringMatching(/^# .{10,}/)]);
  });

  it('asks by the button for what is needed to begin, and pre-fills no token or key', () => {
    const asked = parseEnv(example);
    expect(Object.keys(asked).sort()).toEqual(['API_TOKENS', 'MAIN_API_KEY', 'VENDORS']);
    expect([asked['API_TOKENS'], asked['MAIN_API_KEY']]).toEqual(['', '']);
  });

  it('has a VENDORS that the settings take, and the key of its vendor', () => {
    const settings = readSettings(parseEnv(example));
    expect(settings).toMatchObject({ ok: true });
    const ids = settings.ok ? [...settings.value.vendors.keys()] : [];
    expect(named).toEqual(expect.arrayContaining(ids.map(keyName)));
  });
});

describe('package.json', () => {
  it.each([...SECRETS, 'MAIN_API_KEY', ...bindings])('describes %s to who comes by the button', (name) => {
    expect(cloudflare.bindings[name ?? '']?.description).toMatch(/^.{20,}/);
  });

  it('describes nothing that there is not', () => {
    expect(Object.keys(cloudflare.bindings).sort()).toEqual([...SECRETS, 'MAIN_API_KEY', ...bindings].sort());
  });

  it('has the script that the button runs, and the build before it is the one that every start and test makes', () => {
    expect(scripts['deploy']).toBe('node src/cli/deploy.ts');
    expect(scripts['build']).toBe('node src/cli/console-build.ts');
  });
});

describe('wrangler.toml', () => {
  it('names the Worker and all that the button makes', () => {
    const { name, r2_buckets, queues } = configuration;
    const made = [
      ...r2_buckets.map((one: { bucket_name?: unknown }) => one.bucket_name),
      ...(queues.producers ?? []).map((one: { queue?: unknown }) => one.queue),
    ];
    for (const one of [name, ...made]) expect(one).toMatch(/^longplay/);
  });

  it('names no vendor: whoever forgets theirs is told so', () => expect(configuration.vars).toEqual({}));
});
