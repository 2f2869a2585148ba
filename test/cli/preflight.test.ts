import { describe, expect, it } from 'vitest';
import { readAudit } from '../../src/cli/deploy/inventory.ts';
import { check, type Given, sendable } from '../../src/cli/deploy/preflight.ts';
import { addressesIn } from '../../src/cli/deploy/release.ts';
import {
  ENVIRONMENT,
  FILE,
  gatherSecrets,
  LOCAL,
  parseSecrets,
  type Secret,
  toSend,
} from '../../src/cli/deploy/secrets.ts';
import { complaintOf } from '../../src/cli/deploy/wrangler.ts';

const VENDORS = { main: { base_url: 'https://relay.somewhere.com' } };
const local = (values: Record<string, string>): Map<string, Secret> =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value, from: LOCAL }]));
const given = (changes: Partial<Given> = {}): Given => ({
  vars: { VENDORS, PUBLIC_BASE_URL: 'https://songs.somewhere.com' },
  secrets: local({ API_TOKENS: 'a-token-that-is-long-enough', MAIN_API_KEY: 'sk-1' }),
  onAccount: new Set(),
  ...changes,
});
const withVars = (vars: Record<string, unknown>): Given => given({ vars: { ...given().vars, ...vars } });
const withSecrets = (values: Record<string, string>): Given => {
  const { secrets } = given();
  return given({ secrets: new Map([...secrets, ...local(values)]) });
};

describe('check()', () => {
  it('finds nothing where all is well', () => expect(check(given())).toMatchObject({ refusals: [], warnings: [] }));

  it.each([
    ['no vendor', withVars({ VENDORS: undefined }), /^VENDORS: name at least one/],
    [
      'a wrong vendor',
      withVars({ VENDORS: { main: { base_url: 'ftp://a.com' } } }),
      /^VENDORS \(wrangler\.toml\)\.main\.base_url: Scheme/,
    ],
    ['no token', given({ secrets: local({ MAIN_API_KEY: 'sk-1' }) }), /^API_TOKENS: no token is set/],
    [
      'a placeholder as token',
      withSecrets({ API_TOKENS: 'me:admin:change-me-please' }),
      /^API_TOKENS \(\.dev\.vars\): is a placeholder/,
    ],
    ['the token of npm start', withSecrets({ API_TOKENS: 'demo' }), /^API_TOKENS \(\.dev\.vars\): is a placeholder/],
    [
      'a placeholder as key',
      withSecrets({ MAIN_API_KEY: 'your-key' }),
      /^MAIN_API_KEY \(\.dev\.vars\): is a placeholder/,
    ],
    [
      'private hosts',
      withVars({ ALLOW_PRIVATE_HOSTS: true }),
      /^ALLOW_PRIVATE_HOSTS \(wrangler\.toml\): .*take the line away/,
    ],
    ['a webhook without its secret', withVars({ WEBHOOK_URL: 'https://a.com' }), /^WEBHOOK_SECRET: is required/],
    [
      'a webhook’s secret without an origin',
      given({ vars: { VENDORS }, secrets: withSecrets({ WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }).secrets }),
      /^PUBLIC_BASE_URL: is required/,
    ],
  ])('refuses %s', (_, wrong, said) => expect(check(wrong).refusals).toEqual([expect.stringMatching(said)]));

  it.each([
    [
      'a vendor without key',
      given({ secrets: local({ API_TOKENS: 'a-token-that-is-long-enough' }) }),
      /^MAIN_API_KEY: is not set, so vendor "main"/,
    ],
    [
      'a host that is nobody’s',
      withVars({ VENDORS: { main: { base_url: 'https://relay.example' } } }),
      /^VENDORS\.main: relay\.example is a placeholder/,
    ],
    [
      'vendors that are all retired',
      withVars({ VENDORS: { main: { ...VENDORS.main, retired: true } } }),
      /^VENDORS: all are retired/,
    ],
    [
      'a key of no vendor',
      withSecrets({ MIAN_API_KEY: 'sk-2' }),
      /^MIAN_API_KEY \(\.dev\.vars\): no vendor has that key/,
    ],
    ['a short token', withSecrets({ API_TOKENS: 'tiny' }), /^API_TOKENS: a token is shorter than 16/],
    ['short delays', withVars({ DELAYS: 'short' }), /^DELAYS \(wrangler\.toml\): short is for local work/],
    ['no origin of links', given({ vars: { VENDORS } }), /^PUBLIC_BASE_URL: is not set/],
    [
      'a secret that everybody reads',
      withVars({ HOOK_SECRET: 'long-enough' }),
      /^HOOK_SECRET \(wrangler\.toml\): is a secret/,
    ],
    ['what two places set', withSecrets({ VENDORS: '{}' }), /^VENDORS \(\.dev\.vars\): is left out/],
  ])('warns of %s, and refuses nothing', (_, doubtful, said) => {
    expect(check(doubtful)).toMatchObject({ refusals: [], warnings: [expect.stringMatching(said)] });
  });

  it('trusts what only the account knows, and says so of VENDORS', () => {
    const onAccount = new Set(['VENDORS', 'API_TOKENS', 'WEBHOOK_SECRET']);
    const vars = {
      PUBLIC_BASE_URL: 'https://songs.somewhere.com',
      WEBHOOK_URL: 'https://a.com',
      DEFAULT_VENDOR: 'main',
    };
    const verdict = check(given({ vars, secrets: new Map(), onAccount }));
    expect(verdict).toMatchObject({ refusals: [], warnings: [expect.stringContaining('nobody can read here')] });
  });
});

describe('secrets', () => {
  it('come from the file before the environment before .dev.vars; others’ names in the environment are left alone', () => {
    const sources = [
      [FILE, { API_TOKENS: 'file' }],
      [ENVIRONMENT, { API_TOKENS: 'env', HOOK_SECRET: 'env', AWS_API_KEY: 'env', PATH: '/bin' }],
      [LOCAL, { HOOK_SECRET: 'local', MAIN_API_KEY: 'local', WEBHOOK_SECRET: '', AUTO_TRACK: 'true' }],
    ] as const;
    const wanted = new Set(['API_TOKENS', 'HOOK_SECRET', 'MAIN_API_KEY']);
    expect([...gatherSecrets(sources, wanted)]).toEqual([
      ['API_TOKENS', { value: 'file', from: FILE }],
      ['HOOK_SECRET', { value: 'env', from: ENVIRONMENT }],
      ['MAIN_API_KEY', { value: 'local', from: LOCAL }],
    ]);
  });

  it('go up where the account has none, or where a file was named for it', () => {
    const secrets = new Map<string, Secret>([
      ['API_TOKENS', { value: 'a', from: FILE }],
      ['HOOK_SECRET', { value: 'b', from: LOCAL }],
      ['MAIN_API_KEY', { value: 'c', from: LOCAL }],
    ]);
    expect(toSend(secrets, new Set(['API_TOKENS', 'HOOK_SECRET']))).toEqual({ API_TOKENS: 'a', MAIN_API_KEY: 'c' });
  });

  it('that nothing speaks for stay at home: keys of no vendor, and what wrangler.toml sets', () => {
    const stray = withSecrets({ MIAN_API_KEY: 'sk-2', VENDORS: '{}' });
    expect([...sendable(stray, check(stray).settings).keys()]).toEqual(['API_TOKENS', 'MAIN_API_KEY']);
  });

  it.each([
    ['lines', 'A="x y" # why\n\n# B=no\nC=\'{"d":1}\'\n', { A: 'x y', C: '{"d":1}' }],
    ['JSON', '{"A":"x","C":{"d":1}}', { A: 'x', C: '{"d":1}' }],
    ['broken JSON', '{"A":', null],
  ])('are read from %s', (_, text, values) => expect(parseSecrets(text)).toEqual(values));
});

describe('readAudit()', () => {
  const report = (severity: string) =>
    JSON.stringify({ vulnerabilities: { hono: { severity, via: [{ title: 'Reads too much' }, 'other'] } } });
  it.each(['high', 'critical'])('warns of %s findings, with their titles', (severity) =>
    expect(readAudit(report(severity))).toEqual([
      `npm audit: hono (${severity}): Reads too much; through other; run npm audit fix`,
    ]),
  );
  it.each(['low', 'moderate'])('keeps still about %s ones', (severity) =>
    expect(readAudit(report(severity))).toEqual([]),
  );
  it.each(['', '{"message":"405 Method Not Allowed"}', 'no JSON'])(
    'says in one line that nobody can tell (%s)',
    (stdout) => expect(readAudit(stdout)).toEqual([expect.stringContaining('no answer')]),
  );
});

describe('what wrangler says', () => {
  it('of an error is told in one line, without frame and colours', () => {
    const stderr =
      '\u001B[31m✘ [ERROR]\u001B[0m A request to the API failed.\n  Authentication error [code: 10000]\n\n  If you think this is a bug\n';
    expect(complaintOf({ code: 1, stdout: '', stderr })).toBe(
      'A request to the API failed. Authentication error [code: 10000]',
    );
  });

  it('of a deployment are the addresses among its targets', () => {
    const lines = [
      '{"type":"wrangler-session"}',
      '{"type":"deploy","targets":["https://a.workers.dev","schedule: * * * * *","https://songs.a.com"]}',
      '',
    ];
    expect(addressesIn(lines.join('\n'))).toEqual(['https://a.workers.dev', 'https://songs.a.com']);
    expect(addressesIn('')).toEqual([]);
  });
});
