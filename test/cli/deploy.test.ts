// `npm run deploy` as its owner meets it: from a fresh clone to the address. Dry runs by the real wrangler; where an account would be needed, one is stood for.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../e2e/product.ts';
import { clearProjects, Project } from './project.ts';

afterAll(clearProjects);

const TOKEN = 'a-token-that-is-long-enough';
const KEY = 'sk-a-key-nobody-may-read';
const VENDOR = '[vars.VENDORS.main]\nbase_url = "https://relay.somewhere.com"';
const SECRETS = `API_TOKENS=${TOKEN}\nMAIN_API_KEY=${KEY}\n`;
const BUCKETS = ['longplay-media', 'longplay-records'];
const QUEUES = ['longplay-mirror', 'longplay-deliver'];

const configured = (): Project => new Project().configure(VENDOR).write('.dev.vars', SECRETS);
/** The lines of the list, of which each says what, where and what to do. */
const listOf = (errors: string): string[] => errors.split('\n').filter((line) => line.startsWith('  - '));
const exampleOf = ({ folder }: Project): string => readFileSync(`${folder}/.dev.vars.example`, 'utf8');

describe.concurrent('npm run deploy', () => {
  it('of a fresh clone refuses with one list: log-in, vendor and token, and what to do about each', async () => {
    const { code, output, errors } = await new Project().account({ accounts: null }).deploy();
    expect(code).toBe(1);
    expect(listOf(errors)).toEqual([
      expect.stringMatching(/Cloudflare: nobody is logged in.*npx wrangler login.*CLOUDFLARE_API_TOKEN.*Queues: Edit/),
      expect.stringMatching(/VENDORS: .*\[vars\.VENDORS\.<id>\].*wrangler\.toml.*\.dev\.vars\.example/),
      expect.stringMatching(/API_TOKENS: .*\.dev\.vars/),
    ]);
    expect(output).not.toContain('longplay is at');
  });

  it('of a fresh clone says the same of the log-in by the real wrangler', async () => {
    const { code, errors } = await new Project().deploy([], { WRANGLER_PROGRAM: '' });
    expect(code).toBe(1);
    expect(errors).toContain('nobody is logged in');
  });

  it('names all wrong settings together with all missing secrets', async () => {
    const project = new Project()
      .account()
      .configure(
        `[vars]\nDELAYS = "quick"\nALLOW_PRIVATE_HOSTS = "true"\nWEBHOOK_URL = "https://receiver.somewhere.com"\n${VENDOR}`,
      );
    const { code, errors } = await project.write('.dev.vars', 'API_TOKENS=change-me\nHOOK_SECRET=short\n').deploy();
    expect(code).toBe(1);
    expect(listOf(errors).map((line) => /- (\w+)(?: \(([^)]+)\))?/.exec(line)?.slice(1))).toEqual([
      ['DELAYS', 'wrangler.toml'],
      ['HOOK_SECRET', '.dev.vars'],
      ['WEBHOOK_SECRET', undefined],
      ['API_TOKENS', '.dev.vars'],
      ['ALLOW_PRIVATE_HOSTS', 'wrangler.toml'],
    ]);
    expect(project.world.calls).toEqual(['whoami --json', 'secret list --name longplay --format json']);
  });

  it('into an empty account makes buckets and queues, sends code and secrets together, and tells address and next step', async () => {
    const project = configured().account();
    const { code, output, errors } = await project.deploy();
    expect([code, errors]).toEqual([0, '']);
    const { buckets, queues, calls, sent } = project.world;
    expect({ buckets, queues, sent }).toEqual({
      ...{ buckets: BUCKETS, queues: QUEUES },
      sent: { API_TOKENS: TOKEN, MAIN_API_KEY: KEY },
    });
    expect(calls.at(-1)).toBe('deploy --secrets-file <file>');
    expect(output).toContain('longplay is at https://longplay.somebody.workers.dev\n');
    expect(output).toContain('npm run smoke -- https://longplay.somebody.workers.dev\n');
    expect(output).not.toContain('--token');
  });

  it('once more makes nothing anew and leaves the secrets of the account alone', async () => {
    const project = configured().account({ secrets: ['API_TOKENS', 'MAIN_API_KEY'], buckets: BUCKETS, queues: QUEUES });
    const { code, output } = await project.deploy();
    expect(code).toBe(0);
    const { calls, sent } = project.world;
    expect(calls.filter((call) => call.includes('create'))).toEqual([]);
    expect([calls.at(-1), sent]).toEqual(['deploy', {}]);
    expect(output).toContain('left as the account has them: API_TOKENS, MAIN_API_KEY');
  });

  it('needs no secret at hand that the account has', async () => {
    const project = new Project().configure(VENDOR).account({ secrets: ['API_TOKENS', 'MAIN_API_KEY'] });
    const { code, output } = await project.deploy();
    expect(code).toBe(0);
    expect(output).not.toContain('asked without a key');
  });

  it('--secrets-file replaces what the account has, as NAME=value lines or as JSON', async () => {
    const project = configured().account({ secrets: ['API_TOKENS'] });
    project.write('new.json', JSON.stringify({ API_TOKENS: 'another-token-of-good-length', AUTO_TRACK: 'true' }));
    const { code, output } = await project.deploy(['--secrets-file', `${project.folder}/new.json`]);
    expect(code).toBe(0);
    expect(project.world.sent).toEqual({ API_TOKENS: 'another-token-of-good-length', MAIN_API_KEY: KEY });
    expect(output).toContain('AUTO_TRACK (--secrets-file): is no secret and left out');
  });

  it('takes secrets from the environment, and of that only its own', async () => {
    const project = new Project().configure(VENDOR).account();
    const { code } = await project.deploy([], {
      API_TOKENS: TOKEN,
      MAIN_API_KEY: KEY,
      OTHER_API_KEY: 'of somebody else',
    });
    expect(code).toBe(0);
    expect(project.world.sent).toEqual({ API_TOKENS: TOKEN, MAIN_API_KEY: KEY });
  });

  it('takes VENDORS as a secret of JSON text, as the button sets it', async () => {
    const VENDORS = '{"main":{"base_url":"https://relay.somewhere.com"}}';
    const project = new Project().account().write('.dev.vars', `${SECRETS}VENDORS='${VENDORS}'\n`);
    expect((await project.deploy()).code).toBe(0);
    expect(project.world.sent).toEqual({ API_TOKENS: TOKEN, MAIN_API_KEY: KEY, VENDORS });
  });

  it('says what an account refuses, with the way to mend it, and deploys nothing', async () => {
    const refuses = 'Please enable R2 through the Cloudflare Dashboard. [code: 10042]';
    const project = configured().account({ refuses });
    const { code, errors } = await project.deploy();
    expect(code).toBe(1);
    expect(listOf(errors)).toHaveLength(4);
    expect(listOf(errors)[0]).toMatch(/bucket longplay-media: cannot be made: Please enable R2.*dash\.cloudflare\.com/);
    expect(project.world.sent).toBeNull();
  });

  it('asks which account is meant where there are several', async () => {
    const accounts = [{ id: 'a1', name: 'Mine' }, { id: 'a2', name: 'Work' }]; // prettier-ignore
    const project = configured().account({ accounts });
    const { code, errors } = await project.deploy();
    expect(code).toBe(1);
    expect(errors).toMatch(/CLOUDFLARE_ACCOUNT_ID: .*Mine: a1, Work: a2/);
    expect((await project.deploy([], { CLOUDFLARE_ACCOUNT_ID: 'a2' })).code).toBe(0);
  });

  it('ends with 1 where wrangler fails, and leaves no secrets behind', async () => {
    const project = configured().account({ deployFails: true });
    const TMPDIR = `${project.folder}/tmp`;
    mkdirSync(TMPDIR);
    const { code, output } = await project.deploy([], { TMPDIR });
    expect(code).toBe(1);
    expect(output).not.toContain('longplay is at');
    expect(project.world.sent).not.toBeNull();
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('longplay-'))).toEqual([]);
  });

  it.each([
    ['no report', ''],
    ['a line that is no JSON', '{"type":"deploy","targets":["https://longplay.somebody'],
    ['lines of another form', 'null\n7\n[]\n{"type":"deploy","targets":{}}\n{"type":"deploy","targets":[null,7]}\n'],
  ])('succeeds all the same where wrangler leaves %s', async (_, report) => {
    const { code, output, errors } = await configured().account({ report }).deploy();
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('longplay is at https://<the address that wrangler names above>');
  });

  it('takes the address from the lines of a report that can be read', async () => {
    const report = 'broken\n{"type":"deploy","targets":["https://songs.example",null]}\n{"type":';
    const { output } = await configured().account({ report }).deploy();
    expect(output).toContain('longplay is at https://songs.example\n');
  });

  it('in Workers Builds deploys all the same, with the list as a warning, and keeps what the dashboard has set', async () => {
    const project = new Project().account({ refuses: 'Authentication error [code: 10000]' });
    const { code, output } = await project.deploy([], { WORKERS_CI: '1' });
    expect(code).toBe(0);
    for (const said of ['VENDORS: ', 'API_TOKENS: ', 'queue longplay-mirror: cannot be made', 'Variables and Secrets'])
      expect(output).toContain(said);
    expect(project.world.calls.at(-1)).toBe('deploy --keep-vars');
  });

  it('prints no secret, whatever happens', async () => {
    const runs = await Promise.all([
      configured().account().deploy(),
      configured().account({ accounts: null }).deploy(),
      configured().deploy(['--dry-run']),
    ]);
    for (const { output, errors } of runs) {
      expect(output).toContain('API_TOKENS (.dev.vars)');
      expect(output + errors).not.toMatch(new RegExp(`${TOKEN}|${KEY}`));
    }
  });
});

describe('npm run deploy, ended in the middle of the upload', () => {
  it.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'by %s leaves no secrets behind',
    async (signal) => {
      const project = configured().account({ deployHangs: true });
      const TMPDIR = `${project.folder}/tmp`;
      mkdirSync(TMPDIR);
      const left = () => readdirSync(TMPDIR).filter((name) => name.startsWith('longplay-'));
      const deployment = project.begin([], { TMPDIR });
      await until('the upload', async () => project.world.sent);
      expect(left()).toHaveLength(1);
      deployment.kill(signal);
      await until('the end of the secrets', async () => left().length === 0);
      // Nobody was left to tell wrangler, which has read them.
      if (signal === 'SIGKILL') return void process.kill(project.world.pid);
      const { code, output, errors } = await deployment.ran;
      expect(output).not.toContain('longplay is at');
      expect(code).toBe(1);
      expect(errors).toContain(`ended by ${signal}`);
    },
  );
});

describe.concurrent('npm run deploy -- --dry-run, by the real wrangler', () => {
  it('bundles, names bindings and what would be made, and asks no account', async () => {
    const { code, output, errors } = await configured().deploy(['--dry-run']);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/bundle: [\d.]+ KiB \/ gzip: [\d.]+ KiB/);
    for (const name of ['env.LEDGER', 'env.MEDIA', 'env.DELIVER', ...BUCKETS, ...QUEUES])
      expect(output).toContain(name);
    expect(output).toContain('npm audit: the registry gave no answer');
  });

  it('passes with .dev.vars.example, filled in by one token: a relay without a key is only warned of', async () => {
    const project = new Project();
    const { code, output } = await project
      .write('.dev.vars', `${exampleOf(project)}\nAPI_TOKENS=${TOKEN}`)
      .deploy(['--dry-run']);
    expect(code).toBe(0);
    expect(output).toContain('MAIN_API_KEY: is not set');
    expect(output).toContain('relay.example is a placeholder');
  });

  it('refuses a fresh clone, and .dev.vars.example as it is', async () => {
    const project = new Project();
    expect((await project.deploy(['--dry-run'])).code).toBe(1);
    const { code, errors } = await project.write('.dev.vars', exampleOf(project)).deploy(['--dry-run']);
    expect(code).toBe(1);
    expect(listOf(errors)).toEqual([expect.stringContaining('API_TOKENS: no token is set')]);
  });

  it('says where a wrangler.toml is broken', async () => {
    const { code, errors } = await configured().configure('[[').deploy(['--dry-run']);
    expect(code).toBe(1);
    expect(listOf(errors)).toEqual([expect.stringContaining('wrangler.toml: ')]);
  });
});

describe.concurrent('the command line of npm run deploy', () => {
  it('--help names every option', async () => {
    const { code, output } = await new Project().deploy(['--help']);
    expect(code).toBe(0);
    for (const option of ['--dry-run', '--secrets-file', '--help']) expect(output).toContain(option);
  });

  it('a slip is named, with 2', async () => {
    const { code, errors } = await new Project().deploy(['--dry-rum', '--secrets-file']);
    expect(code).toBe(2);
    expect(errors).toContain('unknown option --dry-rum');
    expect(errors).toContain('--secrets-file needs');
  });
});
