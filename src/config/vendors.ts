// Pure, ground floor: the setting VENDORS and the vendors' keys (CONTRACT 1 and 3).
import * as v from 'valibot';
import { checkAddress } from '../net/address.ts';
import { flag, listed, unset } from './values.ts';

/** Path segments of our own routes: a vendor of that name would hide them (CONTRACT 1). */
export const RESERVED_IDS = ['v1', 'media', 's', 'embed', 'suno', 'hooks', 'console', 'metrics', 'health', 'mcp'];
const VENDOR_ID = /^[a-z0-9-]{1,32}$/;

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

/** Name of the secret that holds a vendor's key: `open-ai` → `OPEN_AI_API_KEY`. */
export const keyName = (vendorId: string): string => `${vendorId.toUpperCase().replaceAll('-', '_')}_API_KEY`;

export function readVendors(
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
