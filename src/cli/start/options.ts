// Pure: the command line of `npm start` → Options, or every mistake in it, in words.
import { parseArgs } from 'node:util';

export interface Options {
  port: number;
  data: string;
  tick_seconds: number;
  token: string;
  /** `LONGPLAY_TOKEN` stands for `--token`, and is not printed. */
  token_is_hidden: boolean;
  /** `--vendor ID=URL` */
  vendors: Record<string, string>;
  /** `--vendor-key ID=KEY` */
  vendor_keys: Record<string, string>;
  /** `LONGPLAY_KEY_<ID>`: used where there is such a vendor. */
  environment_keys: Record<string, string>;
  /** `--var NAME=VALUE` */
  vars: Record<string, string>;
  help: boolean;
}

export type OptionsResult = { ok: true; value: Options } | { ok: false; fault: string[] };

export const HELP = `longplay on your own computer: the whole system on the local runtime.

  npm start -- [options]
  LONGPLAY_KEY_MAIN=sk-… npm start -- --vendor main=https://relay.example

  --port N              port to listen on (8787); 0 picks a free one
  --data DIR            where the state is kept (.wrangler/state)
  --tick SECONDS        time between two cron ticks (5)
  --vendor ID=URL       a relay to ask, instead of the demo; may be repeated
  --vendor-key ID=KEY   that relay's key; may be repeated
  --token TOKEN         the token callers send (demo)
  --var NAME=VALUE      any setting, wins over the other options; may be repeated; VENDORS as JSON text
  --help                this text

A command line is seen by others, in lists of processes and in npm's logs: better put the token into LONGPLAY_TOKEN and
each key into LONGPLAY_KEY_<ID> (the id in upper case, - as _) in the environment, and other secrets into .dev.vars.

Without --vendor a small demo relay is started and three of its songs are tracked.`;

const NAMES = {
  port: { type: 'string' },
  data: { type: 'string' },
  tick: { type: 'string' },
  vendor: { type: 'string' },
  'vendor-key': { type: 'string' },
  token: { type: 'string' },
  var: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const isName = (name: string): name is keyof typeof NAMES => Object.hasOwn(NAMES, name);

/** An hour, as for the setting TICK_SECONDS: a longer tick is a slip of the unit. */
const TICK_MAX_SECONDS = 3_600;
const VARIABLE = /^[A-Z][A-Z0-9_]*$/;

/** A vendor's id as an environment variable has it: `LONGPLAY_KEY_MY_RELAY` is of `my-relay`. */
const KEY_VARIABLE = /^LONGPLAY_KEY_([A-Z0-9_]{1,32})$/;
const idOf = (name: string): string => name.toLowerCase().replaceAll('_', '-');

export function parseOptions(argv: string[], env: Readonly<Record<string, string | undefined>>): OptionsResult {
  const options: Options = {
    port: 8787,
    data: '.wrangler/state',
    tick_seconds: 5,
    token: 'demo',
    token_is_hidden: false,
    vendors: {},
    vendor_keys: {},
    environment_keys: keysOf(env),
    vars: {},
    help: false,
  };
  const token = env['LONGPLAY_TOKEN']?.trim();
  const ofToken = token ? readToken(options, 'LONGPLAY_TOKEN', token) : null;
  const { named, mistakes } = given(argv);
  const ofOptions = named.map(([name, value]) => readOption(options, name, value));
  const faults = [ofToken, ...mistakes, ...ofOptions].filter((mistake) => mistake !== null);
  return faults.length === 0 ? { ok: true, value: options } : { ok: false, fault: faults };
}

/** The options as they were written, in order, and what is none. Values of unknown ones are not repeated: they may be keys. */
function given(argv: string[]): { named: [keyof typeof NAMES, string][]; mistakes: string[] } {
  const { tokens } = parseArgs({ args: argv, options: NAMES, strict: false, allowPositionals: true, tokens: true });
  const named: [keyof typeof NAMES, string][] = [];
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional')
      mistakes.push(`an argument stands alone: every value follows its option (see --help)`);
    if (token.kind !== 'option') continue;
    if (!isName(token.name)) mistakes.push(`unknown option ${token.rawName}: see --help`);
    else if (token.name === 'help') named.push(['help', '']);
    else if (!token.value || (!token.inlineValue && token.value.startsWith('--')))
      mistakes.push(`--${token.name} needs a value (see --help)`);
    else named.push([token.name, token.value]);
  }
  return { named, mistakes };
}

/** Puts it among the options; answers what is wrong with it. */
function readOption(options: Options, name: keyof typeof NAMES, value: string): string | null {
  switch (name) {
    case 'help':
      options.help = true;
      return null;
    case 'data':
      options.data = value;
      return null;
    case 'port':
      options.port = Number(value);
      if (/^\d{1,5}$/.test(value) && options.port <= 65_535) return null;
      return `--port ${value}: a port is a whole number from 0 to 65535`;
    case 'tick':
      options.tick_seconds = Number(value);
      if (/^\d+(\.\d+)?$/.test(value) && options.tick_seconds > 0 && options.tick_seconds <= TICK_MAX_SECONDS)
        return null;
      return `--tick ${value}: give seconds, above 0 and at most ${TICK_MAX_SECONDS}`;
    case 'token':
      return readToken(options, '--token', value.trim());
    case 'vendor':
      return readPair(options.vendors, value, '--vendor', 'ID=URL');
    case 'vendor-key':
      return readPair(options.vendor_keys, value, '--vendor-key', 'ID=KEY');
    case 'var':
      return VARIABLE.test((value.split('=', 1)[0] ?? '').trim())
        ? readPair(options.vars, value, '--var')
        : '--var needs NAME=VALUE, the name in capitals as in the table of settings';
  }
}

function readToken(options: Options, source: '--token' | 'LONGPLAY_TOKEN', value: string): string | null {
  options.token = value;
  options.token_is_hidden = source === 'LONGPLAY_TOKEN';
  if (/^[^\s,:]+$/.test(value)) return null;
  return `${source} holds a space, a comma or a colon: several tokens or scopes go as --var API_TOKENS=…`;
}

/** The key of each vendor that the environment names; a variable that is set to nothing is none. */
function keysOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const id = KEY_VARIABLE.exec(name)?.[1];
      return id === undefined || !value ? [] : [[idOf(id), value]];
    }),
  );
}

/** `a=b=c` → a: `b=c`. The value is never repeated in what is wrong: it may be a key. `form`: of a value that may not be empty. */
function readPair(pairs: Record<string, string>, pair: string, option: string, form?: string): string | null {
  const at = pair.indexOf('=');
  const name = at < 0 ? '' : pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  if (name === '' || (value === '' && form !== undefined)) return `${option} needs ${form ?? 'NAME=VALUE'}`;
  if (Object.hasOwn(pairs, name)) return `${option} ${name} is given twice`;
  pairs[name] = value;
  return null;
}
