// Pure: bindings and settings, checked once, all mistakes reported together.
import * as v from 'valibot';
import { fail, ok, type Result } from '../model/fault.ts';
import { DELAYS, type Delays } from '../model/limits.ts';
import type { Visibility } from '../model/task.ts';
import { checkAddress } from '../net/address.ts';
import { readTokens, type Token } from './tokens.ts';
import { type Checked, flag, listed, unset } from './setting-values.ts';
import { readVendors, type Vendor } from './vendors.ts';

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

const number = (least: number, most: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/), v.transform(Number))], 'must be a number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
const whole = (least: number, most: number) => v.pipe(number(least, most), v.integer('must be a whole number'));
const OF_ORIGIN = 'must be a URL such as https://songs.example';
const OF_ORIGINS = 'must be origins such as https://app.example, parted by commas, or *';
const SECRET_LETTERS = 'may hold letters, digits and . _ ~ - only';
const origin = v.pipe(
  v.string(OF_ORIGIN),
  v.check((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), OF_ORIGIN),
  v.check((text) => {
    const url = new URL(text);
    return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  }, 'must be an origin, without path or query'),
  v.transform((text) => new URL(text).origin),
);
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
  CORS_ORIGINS: v.pipe(listed(OF_ORIGINS), v.array(v.union([v.literal('*'), origin], OF_ORIGINS))),
  HOOK_SECRET: v.nullable(v.pipe(v.string(SECRET_LETTERS), v.regex(/^[\w.~-]+$/, SECRET_LETTERS))),
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

/** Checks everything and names every mistake, each as `NAME: what is wrong`. Values of secrets are never repeated. */
export function readSettings(bindings: Readonly<Record<string, unknown>>): Result<Settings, string[]> {
  const env = textsTrimmed(bindings);
  const { value: scalars, mistakes: ofScalars } = readScalars(env);
  const { value: named, mistakes: ofVendors } = readVendors(env, scalars.ALLOW_PRIVATE_HOSTS);
  const { value: tokens, mistakes: ofTokens } = readTokens(env['API_TOKENS']);
  const { value: webhook, mistakes: ofWebhook } = readWebhook(env, scalars);
  const mistakes = [...ofScalars, ...ofHook(scalars), ...ofVendors, ...ofTokens, ...ofWebhook];

  const { vendors, ids } = named;
  const [first] = [...vendors.values()].filter((vendor) => !vendor.retired);
  const default_vendor = unset(env['DEFAULT_VENDOR'])
    ? (first ?? [...vendors.values()][0])?.id
    : String(env['DEFAULT_VENDOR']);
  if (default_vendor !== undefined && !ids.includes(default_vendor)) {
    mistakes.push(`DEFAULT_VENDOR: "${default_vendor}" is not among VENDORS (${ids.join(', ') || 'none'})`);
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

/** Of bindings only texts are settings; VENDORS is looked into where it is read. */
const textsTrimmed = (bindings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(bindings).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
  );

/** In the place of what is wrong stands its default, so that all else can be read. */
function readScalars(env: Readonly<Record<string, unknown>>): Checked<Scalars> {
  const read = Object.entries(SCALARS).map(([name, schema]) => {
    const fallback = DEFAULTS[name as keyof typeof DEFAULTS];
    const given = env[name];
    const result = v.safeParse(schema, unset(given) ? fallback : given, { abortEarly: true });
    if (result.success) return { name, value: result.output, mistake: null };
    return { name, value: v.parse(schema, fallback), mistake: `${name}: ${result.issues[0].message}` };
  });
  return {
    value: Object.fromEntries(read.map(({ name, value }) => [name, value])) as Scalars,
    mistakes: read.flatMap(({ mistake }) => mistake ?? []),
  };
}

const HOOK_SECRET_LEAST_CHARACTERS = 8;

/** It stands in a public address and must not be guessed; on one's own computer nobody else tries. */
const ofHook = ({ HOOK_SECRET, ALLOW_PRIVATE_HOSTS }: Scalars): string[] =>
  HOOK_SECRET === null || ALLOW_PRIVATE_HOSTS || HOOK_SECRET.length >= HOOK_SECRET_LEAST_CHARACTERS
    ? []
    : [`HOOK_SECRET: must have at least ${HOOK_SECRET_LEAST_CHARACTERS} characters`];

/** Standard Webhooks secrets: `whsec_` + base64, best of 24 to 64 bytes; two separated by a space sign both. */
function readWebhook(
  env: Readonly<Record<string, unknown>>,
  scalars: Scalars,
): Checked<{ url: string | null; secrets: string[] }> {
  const mistakes: string[] = [];
  const secrets = unset(env['WEBHOOK_SECRET']) ? [] : String(env['WEBHOOK_SECRET']).split(/\s+/).filter(Boolean);
  if (secrets.length > 2) mistakes.push('WEBHOOK_SECRET: at most two secrets, separated by a space');
  if (!secrets.every((secret) => /^whsec_[A-Za-z0-9+/]{2,128}={0,2}$/.test(secret)))
    mistakes.push('WEBHOOK_SECRET: must be whsec_ followed by base64');
  if (secrets.length > 0 && scalars.PUBLIC_BASE_URL === null)
    mistakes.push('PUBLIC_BASE_URL: is required where WEBHOOK_SECRET is set');
  const url = unset(env['WEBHOOK_URL']) ? null : String(env['WEBHOOK_URL']);
  if (url === null) return { value: { url, secrets }, mistakes };
  const address = checkAddress(url, { allowPrivate: scalars.ALLOW_PRIVATE_HOSTS, ownOrigins: [] });
  if (!address.ok) mistakes.push(`WEBHOOK_URL: ${address.fault}`);
  if (secrets.length === 0) mistakes.push('WEBHOOK_SECRET: is required where WEBHOOK_URL is set');
  return { value: { url, secrets }, mistakes };
}
