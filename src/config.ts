// Pure: bindings and settings, checked once, all mistakes reported together (CONTRACT 2 and 3).
import * as v from 'valibot';
import { checkAddress } from './address.ts';
import { fail, ok, type Result } from './fault.ts';
import { DELAYS } from './limits.ts';
import type { Visibility } from './task.ts';

export interface Vendor {
  readonly id: string;
  /** Without a slash at its end. */
  readonly base_url: string;
  readonly key: string | null;
  readonly fetch_path: string;
  /** Null: the vendor has no batch route. */
  readonly batch_path: string | null;
  readonly submit_path: string;
  readonly media_hosts: readonly string[] | null;
  readonly retired: boolean;
}

export const SCOPES = ['read', 'track', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
export interface Token {
  readonly name: string;
  readonly scope: Scope;
  readonly secret: string;
}

export type Delays = (typeof DELAYS)[keyof typeof DELAYS];

export interface Settings {
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly default_vendor: string;
  readonly tokens: readonly Token[];
  readonly public_base_url: string | null;
  readonly media_base_url: string | null;
  readonly auto_track: boolean;
  readonly archive_video: boolean;
  readonly default_visibility: Visibility;
  readonly poll_interval_ms: number;
  readonly tick_ms: number;
  readonly fetch_budget: number;
  readonly mirror_lease_ms: number;
  readonly max_file_bytes: number;
  readonly delays: Delays;
  readonly ledger_keep_ms: number;
  readonly webhook_url: string | null;
  readonly webhook_secrets: readonly string[];
  readonly hook_secret: string | null;
  readonly allow_private_hosts: boolean;
  readonly cors_origins: readonly string[];
}

/** Path segments of our own routes: a vendor of that name would hide them (CONTRACT 1). */
export const RESERVED_IDS = ['v1', 'media', 's', 'embed', 'suno', 'hooks', 'console', 'metrics', 'health'];
const VENDOR_ID = /^[a-z0-9-]{1,32}$/;

const unset = (value: unknown): boolean => value === undefined || value === null || value === '';

const flag = v.pipe(
  v.union([v.boolean(), v.string()], 'must be true or false'),
  v.transform((value) => String(value).trim().toLowerCase()),
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((word) => word === 'true'),
);
const number = (least: number, most: number) =>
  v.pipe(
    v.union(
      [v.number(), v.pipe(v.string(), v.trim(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number))],
      'must be a number',
    ),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
const whole = (least: number, most: number) => v.pipe(number(least, most), v.integer('must be a whole number'));
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be a URL such as https://songs.example',
  ),
  v.check((text) => {
    const url = new URL(text);
    return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  }, 'must be an origin, without path or query'),
  v.transform((text) => new URL(text).origin),
);
const listed = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  ),
);
const path = (pattern: RegExp, rule: string) => v.pipe(v.string(), v.regex(pattern, rule));

const VendorInput = v.strictObject({
  base_url: v.string('is missing: the relay’s address, such as https://relay.example'),
  fetch_path: v.optional(path(/^\/[^?#]*\{id\}/, 'must begin with / and hold {id}'), '/suno/fetch/{id}'),
  batch_path: v.optional(
    path(/^(\/.*)?$/, 'must begin with /, or be "" where the vendor has no batch route'),
    '/suno/fetch',
  ),
  submit_path: v.optional(path(/^\/[^?#]*\{action\}/, 'must begin with / and hold {action}'), '/suno/submit/{action}'),
  media_hosts: v.optional(v.nullable(v.union([v.array(v.string()), listed]))),
  retired: v.optional(flag, false),
});

const SCALARS = {
  PUBLIC_BASE_URL: v.nullable(origin),
  MEDIA_BASE_URL: v.nullable(origin),
  AUTO_TRACK: flag,
  ARCHIVE_VIDEO: flag,
  DEFAULT_VISIBILITY: v.picklist(['unlisted', 'public'], 'must be unlisted or public'),
  POLL_INTERVAL_SECONDS: number(0.1, 3_600),
  TICK_SECONDS: number(0.1, 3_600),
  FETCH_BUDGET: whole(2, 1_000),
  MIRROR_LEASE_SECONDS: number(1, 86_400),
  MAX_FILE_BYTES: whole(1, 5_000_000_000),
  DELAYS: v.picklist(['normal', 'short'], 'must be normal or short'),
  LEDGER_KEEP_DAYS: number(0, 36_500),
  ALLOW_PRIVATE_HOSTS: flag,
  CORS_ORIGINS: v.pipe(listed, v.array(v.union([v.literal('*'), origin]))),
  HOOK_SECRET: v.nullable(
    v.pipe(
      v.string(),
      v.minLength(8, 'must have at least 8 characters'),
      v.regex(/^[\w.~-]+$/, 'may hold letters, digits and . _ ~ - only'),
    ),
  ),
} as const;

const DEFAULTS = {
  PUBLIC_BASE_URL: null,
  MEDIA_BASE_URL: null,
  AUTO_TRACK: true,
  ARCHIVE_VIDEO: false,
  DEFAULT_VISIBILITY: 'unlisted',
  POLL_INTERVAL_SECONDS: 15,
  TICK_SECONDS: 60,
  FETCH_BUDGET: 45,
  MIRROR_LEASE_SECONDS: 900,
  MAX_FILE_BYTES: 104_857_600,
  DELAYS: 'normal',
  LEDGER_KEEP_DAYS: 30,
  ALLOW_PRIVATE_HOSTS: false,
  CORS_ORIGINS: '',
  HOOK_SECRET: null,
} as const satisfies Record<keyof typeof SCALARS, unknown>;

type Scalars = { [Name in keyof typeof SCALARS]: v.InferOutput<(typeof SCALARS)[Name]> };

/** Name of the secret that holds a vendor's key: `open-ai` → `OPEN_AI_API_KEY`. */
export const keyName = (vendorId: string): string => `${vendorId.toUpperCase().replaceAll('-', '_')}_API_KEY`;

/** Checks everything and names every mistake, each as `NAME: what is wrong`. Values of secrets are never repeated. */
export function readSettings(env: Readonly<Record<string, unknown>>): Result<Settings, string[]> {
  const mistakes: string[] = [];
  const scalars = readScalars(env, mistakes);
  const vendors = readVendors(env, scalars.ALLOW_PRIVATE_HOSTS, mistakes);
  const tokens = readTokens(env['API_TOKENS'], mistakes);
  const webhook = readWebhook(env, scalars, mistakes);

  const [first] = [...vendors.values()].filter((vendor) => !vendor.retired);
  const default_vendor = unset(env['DEFAULT_VENDOR'])
    ? (first ?? [...vendors.values()][0])?.id
    : String(env['DEFAULT_VENDOR']);
  if (default_vendor !== undefined && !vendors.has(default_vendor)) {
    mistakes.push(
      `DEFAULT_VENDOR: "${default_vendor}" is not among VENDORS (${[...vendors.keys()].join(', ') || 'none'})`,
    );
  }
  if (mistakes.length > 0) return fail(mistakes);
  return ok({
    vendors,
    default_vendor: default_vendor ?? '',
    tokens,
    public_base_url: scalars.PUBLIC_BASE_URL,
    media_base_url: scalars.MEDIA_BASE_URL ?? scalars.PUBLIC_BASE_URL,
    auto_track: scalars.AUTO_TRACK,
    archive_video: scalars.ARCHIVE_VIDEO,
    default_visibility: scalars.DEFAULT_VISIBILITY,
    poll_interval_ms: scalars.POLL_INTERVAL_SECONDS * 1000,
    tick_ms: scalars.TICK_SECONDS * 1000,
    fetch_budget: scalars.FETCH_BUDGET,
    mirror_lease_ms: scalars.MIRROR_LEASE_SECONDS * 1000,
    max_file_bytes: scalars.MAX_FILE_BYTES,
    delays: DELAYS[scalars.DELAYS],
    ledger_keep_ms: scalars.LEDGER_KEEP_DAYS * 86_400_000,
    webhook_url: webhook.url,
    webhook_secrets: webhook.secrets,
    hook_secret: scalars.HOOK_SECRET,
    allow_private_hosts: scalars.ALLOW_PRIVATE_HOSTS,
    cors_origins: scalars.CORS_ORIGINS,
  });
}

function readScalars(env: Readonly<Record<string, unknown>>, mistakes: string[]): Scalars {
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(SCALARS)) {
    const fallback = DEFAULTS[name as keyof typeof DEFAULTS];
    const given = env[name];
    const result = v.safeParse(schema, unset(given) ? fallback : given, { abortEarly: true });
    if (!result.success) mistakes.push(`${name}: ${result.issues[0].message}`);
    read[name] = result.success ? result.output : v.parse(schema, fallback);
  }
  return read as Scalars;
}

function readVendors(
  env: Readonly<Record<string, unknown>>,
  allowPrivate: boolean,
  mistakes: string[],
): Map<string, Vendor> {
  const vendors = new Map<string, Vendor>();
  let given = env['VENDORS'];
  if (typeof given === 'string' && given !== '') {
    try {
      given = JSON.parse(given);
    } catch {
      mistakes.push('VENDORS: is no JSON; write {"<id>":{"base_url":"https://…"}}');
      return vendors;
    }
  }
  if (unset(given) || typeof given !== 'object' || Array.isArray(given) || Object.keys(given as object).length === 0) {
    mistakes.push('VENDORS: name at least one vendor: [vars.VENDORS.<id>] base_url = "https://…" in wrangler.toml');
    return vendors;
  }
  const secretNames = new Map<string, string>();
  for (const [id, value] of Object.entries(given as Record<string, unknown>)) {
    const at = `VENDORS.${id}`;
    if (!VENDOR_ID.test(id)) mistakes.push(`${at}: a vendor's id has 1 to 32 of a-z, 0-9 and -`);
    if (RESERVED_IDS.includes(id)) mistakes.push(`${at}: this id is taken by longplay's own routes; choose another`);
    const result = v.safeParse(VendorInput, value);
    if (!result.success) {
      for (const issue of result.issues) mistakes.push(`${at}${dotted(issue)}: ${issue.message}`);
      continue;
    }
    const { base_url, batch_path, media_hosts, ...rest } = result.output;
    const address = checkAddress(base_url, { allowPrivate, ownOrigins: [] });
    if (!address.ok) {
      mistakes.push(`${at}.base_url: ${address.fault}`);
      continue;
    }
    if (address.value.search !== '' || address.value.hash !== '')
      mistakes.push(`${at}.base_url: must be without ? and #`);
    const secret = keyName(id);
    const twin = secretNames.get(secret);
    if (twin !== undefined)
      mistakes.push(`${at}: its key would be ${secret}, which is vendor "${twin}"'s; choose another id`);
    secretNames.set(secret, id);
    const key = env[secret];
    if (!unset(key) && (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key)))
      mistakes.push(`${secret}: must be text without spaces or line ends`);
    vendors.set(id, {
      id,
      base_url: base_url.replace(/\/+$/, ''),
      key: typeof key === 'string' && key !== '' ? key : null,
      batch_path: batch_path === '' ? null : batch_path,
      media_hosts: media_hosts ?? null,
      ...rest,
    });
  }
  return vendors;
}

const dotted = (issue: { path?: readonly { key?: unknown }[] | undefined }): string =>
  (issue.path ?? []).map((part) => `.${String(part.key)}`).join('');

/** `token`, `name:token` or `name:scope:token`, comma-separated (CONTRACT 2). */
function readTokens(given: unknown, mistakes: string[]): Token[] {
  if (unset(given)) return [];
  const entries = String(given)
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const tokens: Token[] = [];
  entries.forEach((entry, index) => {
    const at = `API_TOKENS: entry ${index + 1}`;
    const parts = entry.split(':').map((part) => part.trim());
    const secret = parts.at(-1) ?? '';
    const scope = parts.length === 3 ? parts[1] : 'admin';
    if (parts.length > 3) mistakes.push(`${at} has more than two ":"; write name:scope:token, and no ":" in a token`);
    else if (parts.some((part) => part === ''))
      mistakes.push(`${at} has an empty part; write token, name:token or name:scope:token`);
    else if (parts.length === 2 && isScope(parts[0]))
      mistakes.push(`${at} begins with the scope word "${parts[0]}"; write name:${parts[0]}:token`);
    else if (!isScope(scope)) mistakes.push(`${at} has an unknown scope; it is one of ${SCOPES.join(', ')}`);
    else if (/\s/.test(secret)) mistakes.push(`${at} has a space inside its token`);
    else tokens.push({ name: parts.length > 1 ? (parts[0] ?? '') : `token ${index + 1}`, scope, secret });
  });
  return tokens;
}

const isScope = (word: unknown): word is Scope => SCOPES.includes(word as Scope);

/** Standard Webhooks secrets: `whsec_` + base64 of 24 to 64 bytes; two separated by a space sign both. */
function readWebhook(
  env: Readonly<Record<string, unknown>>,
  scalars: Scalars,
  mistakes: string[],
): { url: string | null; secrets: string[] } {
  const secrets = unset(env['WEBHOOK_SECRET']) ? [] : String(env['WEBHOOK_SECRET']).split(/\s+/).filter(Boolean);
  if (secrets.length > 2) mistakes.push('WEBHOOK_SECRET: at most two secrets, separated by a space');
  if (!secrets.every((secret) => /^whsec_[A-Za-z0-9+/]{16,128}={0,2}$/.test(secret)))
    mistakes.push('WEBHOOK_SECRET: must be whsec_ followed by base64');
  if (secrets.length > 0 && scalars.PUBLIC_BASE_URL === null)
    mistakes.push('PUBLIC_BASE_URL: is required where WEBHOOK_SECRET is set');
  const url = unset(env['WEBHOOK_URL']) ? null : String(env['WEBHOOK_URL']);
  if (url === null) return { url, secrets };
  const address = checkAddress(url, { allowPrivate: scalars.ALLOW_PRIVATE_HOSTS, ownOrigins: [] });
  if (!address.ok) mistakes.push(`WEBHOOK_URL: ${address.fault}`);
  if (secrets.length === 0) mistakes.push('WEBHOOK_SECRET: is required where WEBHOOK_URL is set');
  return { url, secrets };
}
