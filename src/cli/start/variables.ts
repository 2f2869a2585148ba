// Pure: options and wrangler.toml's own variables → what the Worker gets, and what of it must never be printed.
import { trimmed } from '../../config/setting-values.ts';
import { keyName } from '../../config/vendors.ts';
import type { Options } from './options.ts';

export interface Relays {
  vendors: Record<string, string>;
  keys: Record<string, string>;
}

/** The demo runs where nobody named a relay on the command line. */
export const wantsDemo = (options: Options): boolean =>
  Object.keys(options.vendors).length === 0 && options.vars['VENDORS'] === undefined;

/** `demo`: the demo relay's vendors where it runs. `own`: the variables of wrangler.toml. */
export function localVariables(
  options: Options,
  url: string,
  demo: Relays | null,
  own: Record<string, unknown>,
): Record<string, unknown> {
  const relays = demo ?? { vendors: options.vendors, keys: options.vendor_keys };
  const fromOptions = Object.fromEntries(
    Object.entries(relays.vendors).map(([id, base_url]) => [id, { base_url }] as const),
  );
  const vars = given(options.vars);
  const VENDORS = { ...fromOptions, ...without(asObject(own['VENDORS']), Object.keys(fromOptions)) };
  const ids = Object.keys(asObject(vars['VENDORS'] ?? VENDORS));
  const keys = { ...only(options.environment_keys, ids), ...options.vendor_keys, ...relays.keys };
  return {
    ...own,
    VENDORS,
    ...Object.fromEntries(Object.entries(keys).map(([id, key]) => [keyName(id), key])),
    API_TOKENS: options.token,
    PUBLIC_BASE_URL: url,
    TICK_SECONDS: options.tick_seconds,
    MIRROR_LEASE_SECONDS: 60,
    DELAYS: 'short',
    ALLOW_PRIVATE_HOSTS: true,
    // The demo's songs are done within 15 s: looked at less often, none of their steps would be seen.
    ...(demo && { POLL_INTERVAL_SECONDS: 2 }),
    ...vars,
  };
}

/** Keys for relays that nobody named, which only a slip explains. */
export function strayKeys(options: Options, variables: Record<string, unknown>): string[] {
  // A vendor that --var VENDORS has replaced was named all the same.
  const known = [...Object.keys(asObject(variables['VENDORS'])), ...Object.keys(options.vendors)];
  return Object.keys(options.vendor_keys)
    .filter((id) => !known.includes(id))
    .map((id) => `--vendor-key ${id}=…: there is no vendor "${id}"; name it with --vendor ${id}=URL, or drop the key`);
}

/** Keys of the environment that nobody uses: perhaps a slip, perhaps left from another day. The demo has use for none. */
export function unusedKeys(options: Options, variables: Record<string, unknown>): string[] {
  if (wantsDemo(options)) return [];
  return Object.keys(without(options.environment_keys, Object.keys(asObject(variables['VENDORS'])))).map(
    (id) => `LONGPLAY_KEY_${id.toUpperCase().replaceAll('-', '_')}: there is no vendor "${id}", so it is not used`,
  );
}

/** Values that must show in no line of output: keys and secrets, given by option or by the configuration. */
export function secretsIn(variables: Record<string, unknown>): string[] {
  return Object.entries(variables)
    .filter(([name]) => /(_KEY|_SECRET)$/.test(name))
    .flatMap(([, value]) => (typeof value === 'string' ? value.split(/\s+/) : []))
    .filter((value) => value !== '');
}

/** A token the demo may track with, or null where the caller's own `API_TOKENS` has none. */
export function trackingToken(options: Options): string | null {
  const entries = (options.vars['API_TOKENS'] ?? options.token).split(',').map((entry) => entry.trim().split(':'));
  const entry = entries.find((parts) => parts.length < 3 || parts[1] !== 'read');
  return entry?.at(-1) || null;
}

function given(vars: Record<string, string>): Record<string, unknown> {
  const text = vars['VENDORS'];
  if (text === undefined) return vars;
  try {
    return { ...vars, VENDORS: trimmed(JSON.parse(text)) };
  } catch {
    // Not JSON: it goes on as text, and the check of all settings names it.
    return vars;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function without(from: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
}

function only(from: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
