// Pure: the command line of `npm run smoke` → Options, or every mistake in it, in words.
import { isLoopback } from '../../net/address.ts';
import { fail, ok, type Result } from '../../model/fault.ts';
import { readCommandLine } from '../command-line.ts';

export interface Options {
  /** Origin of the deployment. */
  readonly url: string;
  readonly token: string;
  /** Null: the deployment's default one. */
  readonly vendor: string | null;
  readonly task: string | null;
  /** A file at a public address, of which smoke makes a song of its own. */
  readonly audio: string | null;
  readonly take_down: boolean;
  /** How long a song may take. */
  readonly wait_ms: number;
}

export const HELP = `Proves a deployment from outside: health, tokens, import, track, archive, bytes, range, title, cache, takedown.

  LONGPLAY_TOKEN=… npm run smoke -- https://longplay.example [options]

  --token TOKEN    one of its API_TOKENS, of scope admin; better in LONGPLAY_TOKEN, which no list of processes shows
  --vendor ID      the vendor of --task or --audio, where it is not the default one
  --audio URL      makes a song of smoke's own from this public file (an mp3 proves most), and takes it down in the end
  --task ID        tracks this song of yours instead and waits for its files; a song that is tracked stays so
  --take-down      takes down the song of --task as well: for good, nothing brings it back
  --wait SECONDS   how long a song may take (600)
  --help           this text

On one's own computer (npm start) no option is needed: there smoke serves a file by itself. Without --audio and --task a
song that is archived already is read, and what cannot be proven with it is named. Only smoke's own song is changed; it
is unlisted, and taken down in every end, Ctrl-C included. Its events go to WEBHOOK_URL, and its record stays: taken down.
Ends with 0 where nothing failed, 1 where something did, 2 for a command line that cannot be understood, 128 and more
after a signal.`;

const NAMES = {
  token: { type: 'string' },
  vendor: { type: 'string' },
  task: { type: 'string' },
  audio: { type: 'string' },
  wait: { type: 'string' },
  'take-down': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const WAIT_SECONDS = 600;
const WAIT_MAX_SECONDS = 3_600;

export const isHere = (url: string): boolean => isLoopback(new URL(url).hostname);
export const asksForHelp = (argv: readonly string[]): boolean => argv.includes('--help');

export function parseOptions(
  argv: readonly string[],
  tokenOfEnvironment: string | undefined,
): Result<Options, string[]> {
  const { values, flags, positionals: urls, faults } = readCommandLine(argv, NAMES);
  const take_down = flags.has('take-down');
  const url = originOf(urls);
  if (!url.ok) faults.push(url.fault);
  const token = values.token ?? tokenOfEnvironment ?? '';
  if (token === '') faults.push('no token: give --token TOKEN, or set LONGPLAY_TOKEN');
  const seconds = Number(values.wait ?? WAIT_SECONDS);
  if (!(seconds > 0 && seconds <= WAIT_MAX_SECONDS)) faults.push(`--wait takes seconds, at most ${WAIT_MAX_SECONDS}`);
  if (values.audio !== undefined && !URL.canParse(values.audio)) faults.push('--audio takes the URL of a file');
  if (values.task !== undefined && values.audio !== undefined) faults.push('--task and --audio: give one of the two');
  if (take_down && values.task === undefined) faults.push('--take-down needs --task: it says whose song goes for good');
  if (faults.length > 0 || !url.ok) return fail(faults);
  const { vendor = null, task = null, audio = null } = values;
  return ok({ url: url.value, token, vendor, task, audio, take_down, wait_ms: seconds * 1_000 });
}

/** A token must not travel in the clear: http is for one's own computer alone. */
function originOf([text, ...others]: readonly string[]): Result<string, string> {
  if (text === undefined || others.length > 0) return fail('give one address, such as https://longplay.example');
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return fail('the address is no URL: write it with https:// in front');
  if (url.protocol === 'http:' && !isHere(text))
    return fail('the address is http: a token travels by https only, but to this computer');
  return ok(url.origin);
}
