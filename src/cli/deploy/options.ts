// Pure: the command line of `npm run deploy` → Options, or every mistake in it, in words.
import { fail, ok, type Result } from '../../model/fault.ts';
import { readCommandLine } from '../command-line.ts';

export interface Options {
  readonly dry_run: boolean;
  /** Null: none was named. */
  readonly secrets_file: string | null;
  readonly help: boolean;
}

export const HELP = `Puts longplay on Cloudflare: checks settings and secrets, makes the buckets and queues that are missing, deploys.

  npm run deploy -- [options]

  --dry-run            every check, and the bundle; needs no account, changes nothing
  --secrets-file FILE  secrets as NAME=value lines or as JSON; what it holds replaces what the account has
  --help               this text

Settings stand in wrangler.toml. Secrets come from --secrets-file, from the environment or from .dev.vars, in this order;
those of the environment and of .dev.vars are used only where the account has none of that name yet.
Log in with "npx wrangler login", or set CLOUDFLARE_API_TOKEN. With WRANGLER_PROGRAM another wrangler is run than the
project's own.`;

const NAMES = {
  'dry-run': { type: 'boolean' },
  'secrets-file': { type: 'string' },
  help: { type: 'boolean' },
} as const;

export function parseOptions(argv: readonly string[]): Result<Options, string[]> {
  const { values, flags, positionals, faults } = readCommandLine(argv, NAMES);
  if (positionals.length > 0) faults.push('an argument stands alone: every value follows its option');
  if (faults.length > 0) return fail(faults);
  const secrets_file = values['secrets-file'] ?? null;
  return ok({ dry_run: flags.has('dry-run'), secrets_file, help: flags.has('help') });
}
