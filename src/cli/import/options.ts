// Pure: the command line of `npm run import` → Options, or every mistake in it, in words.
import { isLoopback } from '../../net/address.ts';
import { fail, ok, type Result } from '../../model/fault.ts';
import { Visibility } from '../../model/task.ts';
import { readCommandLine } from '../command-line.ts';

export interface Options {
  /** A path, or `-` for standard input. */
  file: string;
  url: string;
  token: string;
  vendor: string | null;
  visibility: string | null;
  column: string | null;
  dry_run: boolean;
  wait: boolean;
  again: boolean;
}

const LOCAL_URL = 'http://127.0.0.1:8787';
/** What `npm start` takes unless it is told otherwise. */
const LOCAL_TOKEN = 'demo';

export const HELP = `Hands old task ids and saved answers of a relay to a running longplay, which archives their songs.

  npm run import -- FILE [options]

  FILE                  a log, a list, CSV, JSON or JSON Lines, in any mixture; - reads standard input
  --url URL             where longplay runs (LONGPLAY_URL, else ${LOCAL_URL})
  --token TOKEN         a token with the scope track (better as LONGPLAY_TOKEN: commands are remembered by shells;
                        with the local default address: ${LOCAL_TOKEN})
  --vendor ID           the relay whose tasks these are (longplay's default vendor)
  --visibility WHICH    public or unlisted, for the ids that are tracked (longplay's default)
  --column NAME         the column of a table that holds the ids, where its name does not say so
  --dry-run             only say what would be sent
  --wait                then follow until every task is settled or expired; Ctrl-C only ends the looking
  --again               send everything anew, also what an earlier run has sent
  --help                this text

What was confirmed is noted in FILE.longplay-import.json: a run that was cut off goes on where it ended.
Exit codes: 0 all sent, 1 something was refused or not reachable, 2 a mistake in the command.`;

const NAMES = {
  url: { type: 'string' },
  token: { type: 'string' },
  vendor: { type: 'string' },
  visibility: { type: 'string' },
  column: { type: 'string' },
  'dry-run': { type: 'boolean' },
  wait: { type: 'boolean' },
  again: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** `null`: help is wanted. */
export function parseOptions(
  argv: string[],
  env: Record<string, string | undefined>,
): Result<Options | null, string[]> {
  const { values, flags, positionals, faults } = readCommandLine(argv, NAMES);
  if (flags.has('help')) return ok(null);
  if (faults.length > 0) return fail(faults);
  const { vendor = null, visibility = null, column = null } = values;

  const [file, ...others] = positionals;
  if (file === undefined) faults.push('no FILE is given: name a file, or - for standard input');
  if (others.length > 0) faults.push('more than one FILE is given: run the command once for each');
  if (visibility !== null && !(Visibility.options as readonly string[]).includes(visibility))
    faults.push(`--visibility ${visibility}: must be ${Visibility.options.join(' or ')}`);
  const read = readUrl(values.url ?? (env['LONGPLAY_URL'] || LOCAL_URL));
  if (!read.ok) faults.push(read.fault);
  const url = read.ok ? read.value : '';
  const token = values.token ?? (env['LONGPLAY_TOKEN'] || (url === LOCAL_URL ? LOCAL_TOKEN : null));
  if (token === null) faults.push('no token is given: set LONGPLAY_TOKEN, or give --token');
  else if (!/^[\x21-\x7e]+$/.test(token)) faults.push('the token holds a space or a letter that no token has');
  if (faults.length > 0 || file === undefined || token === null) return fail(faults);

  const choices = { vendor, visibility, column };
  return ok({
    file,
    url,
    token,
    ...choices,
    dry_run: flags.has('dry-run'),
    wait: flags.has('wait'),
    again: flags.has('again'),
  });
}

/** Never repeats an address that holds a password. */
function readUrl(given: string): Result<string, string> {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol))
    return fail('the address of longplay must be a URL such as https://longplay.example');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return fail('the address of longplay must hold no user, password, query or fragment');
  if (url.protocol === 'http:' && !isHere(url.hostname))
    return fail(
      `${url.origin} is not on this computer: over http the token would travel there for everybody to read. Use https`,
    );
  return ok((url.origin + url.pathname).replace(/\/+$/, ''));
}

/** Names below localhost are this computer's by RFC 6761 6.3. */
const isHere = (host: string): boolean => isLoopback(host) || host.endsWith('.localhost');
