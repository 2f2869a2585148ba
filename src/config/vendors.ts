// Pure: the setting VENDORS and the vendors' keys.
import * as v from 'valibot';
import { fail, ok, type Result } from '../model/fault.ts';
import { checkAddress } from '../net/address.ts';
import { type Checked, flag, listed, trimmed, unset } from './setting-values.ts';

/** Path segments of our own routes: a vendor of that name would hide them. */
export const RESERVED_IDS = ['v1', 'media', 's', 'embed', 'suno', 'hooks', 'console', 'metrics', 'health', 'mcp'];
export const VENDOR_ID = /^[a-z0-9-]{1,32}$/;

/** RFC 9110 5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const WORD_OR_NOTHING = /^[\w!#$%&'*+.^`|~-]*$/;
/** What each request has anyway: a key there would be lost, or break it. */
const OWN_HEADERS =
  /^(?:accept|accept-language|connection|content-(?:length|type)|host|transfer-encoding|user-agent)$/i;

const NO_ADDRESS = 'is missing: the relay’s address, such as https://relay.example';

const textLike = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule));

const vendorInput = (allowPrivate: boolean) =>
  v.strictObject({
    base_url: v.pipe(
      v.string(NO_ADDRESS),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const address = checkAddress(dataset.value, { allowPrivate, ownOrigins: [] });
        if (address.ok && address.value.search + address.value.hash === '')
          return address.value.href.replace(/\/+$/, '');
        addIssue({ message: address.ok ? 'must be without ? and #' : address.fault });
        return NEVER;
      }),
    ),
    fetch_path: v.optional(
      textLike(/^\/[^#]*\{id\}[^#]*$/, 'must begin with / and hold {id} in its path or query'),
      '/suno/fetch/{id}',
    ),
    auth_header: v.optional(
      v.pipe(
        textLike(TOKEN, 'must be the name of a header, such as x-api-key'),
        v.check((name) => !OWN_HEADERS.test(name), 'is a header that cannot carry a key'),
      ),
      'Authorization',
    ),
    auth_scheme: v.optional(textLike(WORD_OR_NOTHING, 'must be one word, or "" where the key stands alone'), 'Bearer'),
    batch_path: v.optional(
      textLike(/^(\/.*)?$/, 'must begin with /, or be "" where the vendor has no batch route'),
      '/suno/fetch',
    ),
    submit_path: v.optional(
      textLike(/^\/[^?#]*\{action\}/, 'must begin with / and hold {action}'),
      '/suno/submit/{action}',
    ),
    media_hosts: v.optional(
      v.nullable(
        v.pipe(
          listed('must be a list of host names'),
          v.rawTransform(({ dataset, addIssue, NEVER }) => {
            const hosts = dataset.value.map((entry) => mediaHost(entry, allowPrivate));
            for (const [index, host] of hosts.entries()) {
              if (host === null) addIssue({ message: notAHost(dataset.value[index] ?? '') });
            }
            return hosts.every((host) => host !== null) ? hosts : NEVER;
          }),
        ),
      ),
    ),
    retired: v.optional(flag, false),
  });

/** The names are the schema's own matter, all else has its words beside its rule. */
function explain({ type, expected, message }: v.BaseIssue<unknown>): string {
  if (type !== 'strict_object') return message;
  if (expected === 'Object') return 'must hold settings by their names, such as base_url';
  return expected === 'never' ? 'is no setting of a vendor' : NO_ADDRESS;
}

const notAHost = (entry: string): string =>
  `no file can come from ${JSON.stringify(entry)}; write a public host’s name or address, such as cdn.example, or *.cdn.example for all below it`;

/** RFC 1035 2.3.4; an IPv6 address is shorter. */
const LABEL_MAX_OCTETS = 63;

/** As `AddressRules.hosts` has it: `*.cdn.example` → `.cdn.example`. Null: no address that may be asked has this host. */
function mediaHost(entry: string, allowPrivate: boolean): string | null {
  const [, below, name = ''] = /^(\*\.)?([^/\\?#@*\s]+)$/.exec(entry) ?? [];
  const host = /^[\da-f.]*:[\da-f:.]*$/i.test(name) ? `[${name}]` : name;
  if (/:\d*$/.test(host) || host.startsWith('.')) return null;
  const address = checkAddress(`https://${below === undefined ? '' : 'x.'}${host}`, { allowPrivate, ownOrigins: [] });
  if (!address.ok) return null;
  const canonical = address.value.hostname.replace(/\.$/, '');
  if (canonical.split('.').some((label) => label === '' || label.length > LABEL_MAX_OCTETS)) return null;
  if (below === undefined) return canonical;
  return /\.\d+$|\]$/.test(canonical) ? null : canonical.slice('x'.length);
}

/** Name of the secret that holds a vendor's key: `open-ai` → `OPEN_AI_API_KEY`. */
export const keyName = (vendorId: string): string => `${vendorId.toUpperCase().replaceAll('-', '_')}_API_KEY`;

/** `ids`: of all that are named, whether they are right or not. */
export function readVendors(
  env: Readonly<Record<string, unknown>>,
  allowPrivate: boolean,
): Checked<{ vendors: Map<string, Vendor>; ids: readonly string[] }> {
  const vendors = new Map<string, Vendor>();
  const read = vendorsGiven(env['VENDORS']);
  const given = read.ok ? read.value : {};
  const mistakes = read.ok ? [] : [read.fault];
  const input = vendorInput(allowPrivate);
  const secretNames = new Map<string, string>();
  for (const [id, value] of Object.entries(given)) {
    const at = `VENDORS.${id}`;
    if (!VENDOR_ID.test(id)) mistakes.push(`${at}: a vendor's id has 1 to 32 of a-z, 0-9 and -`);
    if (RESERVED_IDS.includes(id)) mistakes.push(`${at}: this id is taken by longplay's own routes; choose another`);
    const secret = keyName(id);
    const twin = secretNames.get(secret);
    if (twin !== undefined)
      mistakes.push(`${at}: its key would be ${secret}, which is vendor "${twin}"'s; choose another id`);
    secretNames.set(secret, id);
    const result = v.safeParse(input, value);
    if (!result.success) for (const issue of result.issues) mistakes.push(`${at}${dotted(issue)}: ${explain(issue)}`);
    const key = bareKey(env[secret], result.success ? result.output.auth_scheme : '');
    if (key !== null && !/^[\x21-\x7e]+$/.test(key))
      mistakes.push(`${secret}: must be text without spaces or line ends`);
    if (!result.success) continue;
    const { batch_path, media_hosts, ...rest } = result.output;
    vendors.set(id, {
      id,
      key,
      batch_path: batch_path === '' ? null : batch_path,
      media_hosts: media_hosts?.length ? media_hosts : null,
      ...rest,
    });
  }
  return { value: { vendors, ids: Object.keys(given) }, mistakes };
}

function vendorsGiven(setting: unknown): Result<Record<string, unknown>, string> {
  let given = setting;
  if (typeof given === 'string' && given !== '') {
    try {
      given = JSON.parse(given);
    } catch {
      return fail('VENDORS: is no JSON; write {"<id>":{"base_url":"https://…"}}');
    }
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length > 0)
    return ok(trimmed(given) as Record<string, unknown>);
  return fail('VENDORS: name at least one vendor: [vars.VENDORS.<id>] base_url = "https://…" in wrangler.toml');
}

/** Vendors' documents show a key with `Bearer` before it, and so it is copied: `Bearer sk-…` → `sk-…`. */
function bareKey(given: unknown, scheme: string): string | null {
  if (unset(given)) return null;
  const key = String(given);
  const [, word = null, rest = ''] = /^(\S+)\s+(\S+)$/.exec(key) ?? [];
  return word !== null && ['bearer', scheme.toLowerCase()].includes(word.toLowerCase()) ? rest : key;
}

const dotted = (issue: { path?: readonly { key?: unknown }[] | undefined }): string =>
  (issue.path ?? []).map((part) => `.${String(part.key)}`).join('');

export interface Vendor {
  readonly id: string;
  /** Without a slash at its end. */
  readonly base_url: string;
  /** Without the scheme that it is sent with. */
  readonly key: string | null;
  /** The header that carries the key, after this word; `''`: the key alone. */
  readonly auth_header: string;
  readonly auth_scheme: string;
  /** `{id}` stands in its path or query. */
  readonly fetch_path: string;
  /** Null: the vendor has no batch route. */
  readonly batch_path: string | null;
  readonly submit_path: string;
  /** Null: any. */
  readonly media_hosts: readonly string[] | null;
  readonly retired: boolean;
}
