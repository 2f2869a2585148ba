// Pure: all that a deployment is made of → what stands in its way, what its owner should know, and who its vendors are.
import { keyName } from '../../config/vendors.ts';
import { readSettings, type Settings } from '../../config/settings.ts';
import { unset } from '../../config/setting-values.ts';
import { FILE, isSecret, type Secrets } from './secrets.ts';

export interface Given {
  readonly vars: Readonly<Record<string, unknown>>;
  /** Those at hand. */
  readonly secrets: Secrets;
  /** Names of those that the account has already; nobody can read their values. */
  readonly onAccount: ReadonlySet<string>;
}

export interface Verdict {
  /** Each says what, where and what to do. */
  readonly refusals: string[];
  readonly warnings: string[];
  readonly settings: Settings | null;
}

/** In place of a value that only the account knows: it passes, and nobody else reads it. */
const UNREADABLE: Readonly<Record<string, unknown>> = {
  VENDORS: { 'on-the-account': { base_url: 'https://unread.example' } },
  WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`,
};
/** What examples hold where a secret belongs; `demo` is the token of `npm start`, which everybody knows. */
const PLACEHOLDER = /change[-_ ]?me|your[-_ ](?:token|key|secret)|^demo$/i;
/** A token that is shorter may be guessed. */
const TOKEN_MIN_CHARACTERS = 16;
/** Names that nobody can ever own (RFC 2606). */
const NOBODYS_HOST = /(?:^|\.)(?:example|invalid|test)$|(?:^|\.)example\.(?:com|net|org)$/;

export function check({ vars, secrets, onAccount }: Given): Verdict {
  const env = settingsEnv({ vars, secrets, onAccount });
  const allowsPrivate = String(vars['ALLOW_PRIVATE_HOSTS']).trim().toLowerCase() === 'true';
  // Refused below, so it excuses nothing else: all is named at once.
  const read = readSettings(allowsPrivate ? { ...env, ALLOW_PRIVATE_HOSTS: false } : env);
  const settings = read.ok ? read.value : null;
  const whereOf = (name: string): string => {
    if (!unset(vars[name])) return ' (wrangler.toml)';
    const from = secrets.get(name)?.from;
    return from === undefined ? '' : ` (${from})`;
  };
  const refusals = (read.ok ? [] : read.fault).map((mistake) => {
    const name = mistake.split(/[:.]/, 1)[0] ?? '';
    const hint =
      name === 'VENDORS' && unset(env['VENDORS']) ? '; or copy .dev.vars.example to .dev.vars and fill it in' : '';
    return `${mistake.replace(name, `${name}${whereOf(name)}`)}${hint}`;
  });
  if (unset(env['API_TOKENS']) && !onAccount.has('API_TOKENS')) {
    refusals.push(
      'API_TOKENS: no token is set, so nobody could call the API; put API_TOKENS=<a long random text> into .dev.vars, made for instance by: node -p "crypto.randomUUID()"',
    );
  }
  for (const [name, { value }] of secrets) {
    const parts =
      name === 'API_TOKENS' ? value.split(',').map((entry) => entry.split(':').at(-1)?.trim() ?? '') : [value];
    if (name !== 'VENDORS' && parts.some((part) => PLACEHOLDER.test(part)))
      refusals.push(`${name}${whereOf(name)}: is a placeholder that everybody knows; put a value of your own there`);
  }
  if (allowsPrivate) {
    refusals.push(
      'ALLOW_PRIVATE_HOSTS (wrangler.toml): is for work on one’s own computer only; take the line away, npm start sets it by itself',
    );
  }
  return { refusals, warnings: warningsOf({ vars, secrets, onAccount }, settings), settings };
}

/** What the Worker would be given, as far as it can be known here. */
function settingsEnv({ vars, secrets, onAccount }: Given): Record<string, unknown> {
  const given = Object.fromEntries([...secrets].map(([name, { value }]) => [name, value]));
  const unreadable = Object.entries(UNREADABLE).filter(([name]) => onAccount.has(name));
  // A wrong default can only be told by who knows the vendors.
  const blind = onAccount.has('VENDORS') && given['VENDORS'] === undefined && unset(vars['VENDORS']);
  return { ...Object.fromEntries(unreadable), ...given, ...vars, ...(blind && { DEFAULT_VENDOR: '' }) };
}

function warningsOf({ vars, secrets, onAccount }: Given, settings: Settings | null): string[] {
  const warnings: string[] = [];
  const warn = (applies: boolean, text: string): void => void (applies && warnings.push(text));
  const vendors = [...(settings?.vendors.values() ?? [])];
  const blind = vendors.some(({ id }) => id === 'on-the-account');
  warn(blind, 'VENDORS: is a secret on the account, which nobody can read here; GET /health says if it is wrong');
  for (const { id, base_url, key, retired } of blind ? [] : vendors) {
    const host = new URL(base_url).hostname;
    warn(
      !retired && key === null && !onAccount.has(keyName(id)),
      `${keyName(id)}: is not set, so vendor "${id}" is asked without a key; put it into .dev.vars where that vendor wants one`,
    );
    warn(
      NOBODYS_HOST.test(host),
      `VENDORS.${id}: ${host} is a placeholder where nobody answers; write your relay’s address`,
    );
  }
  warn(
    vendors.length > 0 && vendors.every(({ retired }) => retired),
    'VENDORS: all are retired, so nobody is asked; what is archived stays',
  );
  const keys = new Set(vendors.map(({ id }) => keyName(id)));
  for (const [name, { from }] of secrets) {
    const stray = settings !== null && !blind && name.endsWith('_API_KEY') && !keys.has(name);
    warn(stray, `${name} (${from}): no vendor has that key; name the vendor under VENDORS, or drop the line`);
    warn(!unset(vars[name]), `${name} (${from}): is left out, since wrangler.toml sets it too; keep one of the two`);
  }
  for (const name of Object.keys(vars).filter((name) => isSecret(name) && name !== 'VENDORS'))
    warn(
      true,
      `${name} (wrangler.toml): is a secret, and that file is read by all who see the code; move it to .dev.vars`,
    );
  warn(
    (settings?.tokens ?? []).some(({ secret }) => secret.length < TOKEN_MIN_CHARACTERS),
    `API_TOKENS: a token is shorter than ${TOKEN_MIN_CHARACTERS} characters and could be guessed; take a longer one`,
  );
  warn(
    vars['DELAYS'] === 'short',
    'DELAYS (wrangler.toml): short is for local work: files are given up within 90 s; take the line away',
  );
  warn(
    settings !== null && settings.public_base_url === null,
    'PUBLIC_BASE_URL: is not set, so pages and feed are not cached; write it under [vars] once the address is known',
  );
  return warnings;
}

/** Secrets that must not be sent: those which `vars` or no vendor speaks for. */
export function sendable({ vars, secrets }: Given, settings: Settings | null): Secrets {
  const blind = settings === null || settings.vendors.has('on-the-account');
  const keys = new Set([...(settings?.vendors.keys() ?? [])].map(keyName));
  return new Map(
    [...secrets].filter(([name, { from }]) => {
      if (!unset(vars[name])) return false;
      return from === FILE || blind || !name.endsWith('_API_KEY') || keys.has(name);
    }),
  );
}
