// Edge: `npm run smoke`: one visit to a deployment; each step says how it went. Exit 0 where nothing failed.
import { constants } from 'node:os';
import { heedSignals } from './signals.ts';
import { caller, Failed } from './smoke/caller.ts';
import { putAway, takedown, title } from './smoke/edits.ts';
import { bytes, cache, range } from './smoke/files.ts';
import { asksForHelp, HELP, type Options, parseOptions } from './smoke/options.ts';
import { health, openapi, tokens } from './smoke/service.ts';
import { archive, bringIn, track } from './smoke/song.ts';
import type { Step, Visit } from './smoke/visit.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As shells have it: 130 after SIGINT. */
const SIGNALLED = 128;
const SECRET_MIN_LENGTH = 8;

const STEPS: readonly Step[] = [
  { name: 'health', run: health },
  { name: 'tokens', run: tokens },
  { name: 'openapi', run: openapi },
  { name: 'bring in', run: bringIn },
  { name: 'track', run: track },
  { name: 'archive', run: archive },
  { name: 'bytes', run: bytes },
  { name: 'range', run: range },
  { name: 'title', run: title },
  { name: 'cache', run: cache },
  { name: 'takedown', run: takedown },
];
type Ending = 'ok' | 'FAILED' | 'not proven';

const argv = process.argv.slice(2);
const options = parseOptions(argv, process.env['LONGPLAY_TOKEN']);
if (asksForHelp(argv)) process.stdout.write(`${HELP}\n`);
else if (!options.ok) {
  const list = options.fault.map((fault) => `  - ${fault}`).join('\n');
  process.stderr.write(`npm run smoke does not understand this:\n${list}\n\n${HELP}\n`);
  process.exitCode = EXIT_USAGE;
} else process.exitCode = await heedSignals((asked) => smoke(options.value, asked));

async function smoke(options: Options, asked: AbortSignal): Promise<number> {
  const { url, token } = options;
  // Whatever an answer repeats: the token is not printed. A short one would blot out ordinary words.
  const blot = (line: string): string => (token.length < SECRET_MIN_LENGTH ? line : line.replaceAll(token, '<token>'));
  const say = (line: string): void => void process.stdout.write(`${blot(line)}\n`);
  // A reader that has gone (a closed pipe or terminal) must not keep anything from being put away.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const visit: Visit = { call: caller(url, token, asked), options, tracked: null, song: null, own: null };
  say(`Proving ${url} from outside`);
  const startedAt = performance.now();
  const endings: Ending[] = [];
  try {
    for (const step of STEPS) {
      const began = performance.now();
      const { ending, text } = await endOf(step, visit);
      if (asked.aborted) break;
      const milliseconds = Math.round(performance.now() - began);
      say(`  ${ending.padEnd(10)}  ${step.name.padEnd(9)} ${String(milliseconds).padStart(6)} ms  ${text}`);
      endings.push(ending);
    }
  } finally {
    if (asked.aborted) say(`Ended by ${asked.reason}${visit.own ? ': putting away what was brought in' : ''}`);
    if (!(await isPutAway(visit, say))) endings.push('FAILED');
  }
  if (asked.aborted) return SIGNALLED + constants.signals[asked.reason as NodeJS.Signals];
  const count = (wanted: Ending): number => endings.filter((ending) => ending === wanted).length;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say(`${count('ok')} proven, ${count('FAILED')} failed, ${count('not proven')} not proven, in ${seconds} s`);
  return count('FAILED') > 0 ? EXIT_FAILED : 0;
}

/** In every end: what smoke has made must not stay. */
async function isPutAway(visit: Visit, say: (line: string) => void): Promise<boolean> {
  const { own, options } = visit;
  try {
    await putAway(visit, caller(options.url, options.token, null));
    return true;
  } catch (error) {
    say(`The song that smoke brought in may still be there: DELETE /v1/clips/${own?.slug} (${sayError(error)})`);
    return false;
  } finally {
    own?.close();
  }
}

const sayError = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function endOf(step: Step, visit: Visit): Promise<{ ending: Ending; text: string }> {
  try {
    const outcome = await step.run(visit);
    return outcome.proven ? { ending: 'ok', text: outcome.detail } : { ending: 'not proven', text: outcome.why };
  } catch (error) {
    if (error instanceof Failed) return { ending: 'FAILED', text: error.message };
    throw error;
  }
}
