// Edge: what the account says of itself, through wrangler: who is logged in, and which secrets the Worker has.
import * as v from 'valibot';
import { complaintOf, runWrangler } from '../../cli/deploy/wrangler.ts';

export interface Account {
  /** Null: nobody is logged in, or it cannot be told. */
  readonly name: string | null;
  readonly secrets: ReadonlySet<string>;
  readonly refusals: string[];
  readonly warnings: string[];
}

const WhoAmI = v.object({
  loggedIn: v.boolean(),
  accounts: v.optional(v.array(v.object({ id: v.string(), name: v.string() })), []),
});
const SecretList = v.array(v.object({ name: v.string() }));

const LOG_IN =
  'Cloudflare: nobody is logged in; run "npx wrangler login", or set CLOUDFLARE_API_TOKEN to a token made at https://dash.cloudflare.com/profile/api-tokens with the account permissions Workers Scripts: Edit, Workers R2 Storage: Edit, Queues: Edit, Account Settings: Read, and the user permissions User Details: Read, Memberships: Read';

/** `chosen`: the account that wrangler.toml or CLOUDFLARE_ACCOUNT_ID names. */
export async function askAccount(worker: string, chosen: string | null): Promise<Account> {
  const nothing = { name: null, secrets: new Set<string>(), warnings: [] };
  const who = await runWrangler(['whoami', '--json']);
  const said = jsonOf(who.stdout, WhoAmI);
  if (said === null)
    return { ...nothing, refusals: [`Cloudflare: cannot be asked who is logged in: ${complaintOf(who)}`] };
  if (!said.loggedIn) return { ...nothing, refusals: [LOG_IN] };
  if (chosen === null && said.accounts.length > 1) {
    const list = said.accounts.map(({ id, name }) => `${name}: ${id}`).join(', ');
    return {
      ...nothing,
      refusals: [`CLOUDFLARE_ACCOUNT_ID: you have several accounts (${list}); set it to one of them`],
    };
  }
  const account = said.accounts.find(({ id }) => chosen === null || id === chosen);
  const name = account?.name ?? chosen ?? 'the account of the token';
  const list = await runWrangler(['secret', 'list', '--name', worker, '--format', 'json']);
  const secrets = jsonOf(list.stdout, SecretList);
  if (secrets !== null) return { ...nothing, name, secrets: new Set(secrets.map((one) => one.name)), refusals: [] };
  // The first deployment: there is no Worker yet, so it has no secrets.
  const isNew = /not found|does not exist|10007/i.test(complaintOf(list));
  const warnings = isNew ? [] : [`Secrets: those of the account cannot be listed: ${complaintOf(list)}`];
  return { ...nothing, name, refusals: [], warnings };
}

/** Wrangler may say more before the JSON that was asked for. */
function jsonOf<T>(text: string, schema: v.GenericSchema<unknown, T>): T | null {
  const from = text.search(/^[[{]/m);
  if (from < 0) return null;
  try {
    const read = v.safeParse(schema, JSON.parse(text.slice(from)));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
