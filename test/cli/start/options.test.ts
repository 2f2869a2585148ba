import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../src/cli/start/options.ts';

const read = (...argv: string[]) => readWith({}, ...argv);
const readWith = (env: Record<string, string>, ...argv: string[]) => {
  const result = parseOptions(argv, env);
  if (!result.ok) throw new Error(result.fault.join('; '));
  return result.value;
};
const faults = (...argv: string[]) => {
  const result = parseOptions(argv, {});
  return result.ok ? [] : result.fault;
};

describe('parseOptions()', () => {
  it('gives the defaults without any option', () => {
    expect(read()).toEqual({
      port: 8787,
      data: '.wrangler/state',
      tick_seconds: 5,
      token: 'demo',
      token_is_hidden: false,
      vendors: {},
      vendor_keys: {},
      environment_keys: {},
      vars: {},
      help: false,
    });
  });

  it('reads every option, values after a space or an equals sign', () => {
    const argv = [
      '--port',
      '0',
      '--data=/tmp/x',
      '--tick',
      '0.5',
      '--token',
      't-1',
      '--vendor',
      'a=https://a.example/v?x=1',
    ];
    expect(read(...argv, '--vendor-key', 'a=sk-1=2', '--var', 'DELAYS=normal', '--var', 'WEBHOOK_URL=')).toMatchObject({
      port: 0,
      data: '/tmp/x',
      tick_seconds: 0.5,
      token: 't-1',
      vendors: { a: 'https://a.example/v?x=1' },
      vendor_keys: { a: 'sk-1=2' },
      vars: { DELAYS: 'normal', WEBHOOK_URL: '' },
    });
  });

  it('drops spaces around names and values, of the environment too', () => {
    const argv = ['--vendor', ' a = https://a.example ', '--vendor-key', ' a = sk-1 ', '--var', ' DELAYS = normal '];
    expect(readWith({ LONGPLAY_TOKEN: ' secret\n' }, ...argv)).toMatchObject({
      token: 'secret',
      vendors: { a: 'https://a.example' },
      vendor_keys: { a: 'sk-1' },
      vars: { DELAYS: 'normal' },
    });
    expect(read('--token', ' t-1 ').token).toBe('t-1');
    expect(faults('--vendor', ' = https://a.example')).toEqual(['--vendor needs ID=URL']);
  });

  it('takes --vendor, --vendor-key and --var several times', () => {
    const { vendors, vars } = read('--vendor', 'a=u', '--vendor', 'b=v', '--var', 'A=1', '--var', 'B={"c":"d=e"}');
    expect(vendors).toEqual({ a: 'u', b: 'v' });
    expect(vars).toEqual({ A: '1', B: '{"c":"d=e"}' });
  });

  it('takes the token and each vendor’s key from the environment', () => {
    const env = {
      LONGPLAY_TOKEN: 'secret',
      LONGPLAY_KEY_MAIN: 'sk-1',
      LONGPLAY_KEY_MY_RELAY: 'sk-2=',
      MAIN_API_KEY: 'x',
    };
    expect(readWith(env)).toMatchObject({
      token: 'secret',
      token_is_hidden: true,
      vendor_keys: {},
      environment_keys: { main: 'sk-1', 'my-relay': 'sk-2=' },
    });
  });

  it('lets --token win over the environment, in which a variable that is set to nothing is none', () => {
    expect(readWith({ LONGPLAY_TOKEN: 'secret' }, '--token', 't-1')).toMatchObject({
      token: 't-1',
      token_is_hidden: false,
    });
    expect(readWith({ LONGPLAY_TOKEN: '', LONGPLAY_KEY_A: '' })).toMatchObject({ token: 'demo', environment_keys: {} });
  });

  it('names LONGPLAY_TOKEN where it is no token, without repeating it', () => {
    const result = parseOptions([], { LONGPLAY_TOKEN: 'name:secret' });
    expect(result).toEqual({ ok: false, fault: [expect.stringMatching(/^LONGPLAY_TOKEN holds (?!.*secret)/)] });
  });

  it('names every mistake, not only the first', () => {
    expect(faults('--port', 'x', '--tick', '0', '--nonsense', '--vendor', 'a')).toEqual([
      'unknown option --nonsense: see --help',
      '--port x: a port is a whole number from 0 to 65535',
      '--tick 0: give seconds, above 0 and at most 3600',
      '--vendor needs ID=URL',
    ]);
  });

  it.each([
    [['--port'], '--port needs a value'],
    [['--data', '--tick', '5'], '--data needs a value'],
    [['--port', '65536'], '--port 65536'],
    [['--tick', '1e9'], '--tick 1e9'],
    [['--token', 'a:b'], '--token holds'],
    [['--vendor', '=https://a.example'], '--vendor needs ID=URL'],
    [['--vendor', 'a=u', '--vendor', 'a=v'], '--vendor a is given twice'],
    [['--var', 'delays=short'], '--var needs NAME=VALUE'],
    [['--var', 'DELAYS'], '--var needs NAME=VALUE'],
    [['--help=yes', '-x'], 'unknown option -x'],
    [['stray'], 'an argument stands alone'],
  ])('refuses %j', (argv, words) => expect(faults(...argv).join('; ')).toContain(words));

  it('never repeats what may be a key', () => {
    const said = faults(
      '--vendor-key',
      'sk-secret',
      '--vendor-keys',
      'a=sk-secret',
      '--var',
      'sk-secret',
      '--vendor-key=sk-secret',
    );
    expect(said.length).toBeGreaterThan(3);
    expect(said.join()).not.toContain('sk-secret');
  });
});
