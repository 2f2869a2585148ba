// Edge: `npm run import`: read, gather, send what was not sent yet, tell what became of it, follow if wanted.
import { gatherPlaced } from '../console/gather.js';
import { type Client, follow, openClient } from './import/client.ts';
import { pathOf, readSource } from './import/input.ts';
import { HELP, type Options, parseOptions } from './import/options.ts';
import { openScreen, type Screen } from './import/output.ts';
import { makePlan, type Piece, type Plan } from './import/plan.ts';
import { type Done, notesPathOf, nothingDone, readNotes, writeNotes } from './import/progress.ts';
import { count, dryRun, foundLine, howItGoesOn, report } from './import/report.ts';

const EXIT = { all_sent: 0, not_all_sent: 1, usage: 2 } as const;

/** How an answer's refusal begins: its place in the request. */
const PLACE = /^answers\.(\d+) /;

interface Result {
  id: string;
  created: boolean;
  error?: { detail?: string | null; title?: string };
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (!options.ok) {
    const { complain } = openScreen([]);
    complain(['This cannot be run:', ...options.fault.map((fault) => `  - ${fault}`)].join('\n'));
    complain('See npm run import -- --help');
    return EXIT.usage;
  }
  if (options.value === null) {
    openScreen([]).say(HELP);
    return EXIT.all_sent;
  }
  return run(options.value, openScreen([options.value.token]));
}

async function run(options: Options, screen: Screen): Promise<number> {
  const path = options.file === '-' ? null : pathOf(options.file, process.env);
  const source = await readSource(path);
  if (!source.ok) {
    screen.complain(source.fault);
    return EXIT.usage;
  }
  const gathered = gatherPlaced(source.value, options.column === null ? {} : { column: options.column });
  screen.say(foundLine(gathered, path === null ? 'Standard input' : options.file));
  const plan = makePlan(gathered, options);
  if (options.dry_run) {
    for (const line of dryRun(gathered, plan.pieces.length, plan.too_large, options)) screen.say(line);
    return EXIT.all_sent;
  }
  if (plan.pieces.length === 0) {
    for (const line of report(gathered, nothingDone(), plan.too_large, options).slice(0, -2)) screen.say(line);
    screen.complain('Nothing to send: no task id and no saved answer was found.');
    return EXIT.not_all_sent;
  }

  const notesPath = path === null ? null : notesPathOf(path);
  const done = (options.again ? null : await readNotes(notesPath, plan.key)) ?? nothingDone();
  const client = openClient(options, (text) => screen.complain(text));
  if (done.finished_at !== null) {
    screen.say(
      `All of this was sent already, at ${done.finished_at}. To send it anew, add --again. What became of it:`,
    );
  } else {
    if (done.pieces > 0)
      screen.say(
        `An earlier run was cut off: ${done.pieces} of ${count(plan.pieces.length, 'request')} are done already.`,
      );
    const onInterrupt = (): void => {
      screen.complain(
        `Stopped after ${done.pieces} of ${count(plan.pieces.length, 'request')}; the same command goes on.`,
      );
      process.exit(EXIT.not_all_sent);
    };
    process.once('SIGINT', onInterrupt);
    const stopped = await sendAll(plan, done, notesPath, client, options, screen);
    process.off('SIGINT', onInterrupt);
    if (stopped !== null) return stopped;
  }
  for (const line of report(gathered, done, plan.too_large, options)) screen.say(line);
  if (options.wait) {
    const followed = await watch(client, new Set([...done.imported, ...gathered.ids]), options, screen);
    if (followed !== null) return followed;
  }
  return done.refused.length + plan.too_large.length === 0 ? EXIT.all_sent : EXIT.not_all_sent;
}

/** Answers an exit code where it had to stop. */
async function sendAll(
  plan: Plan,
  done: Done,
  notesPath: string | null,
  client: Client,
  options: Options,
  screen: Screen,
): Promise<number | null> {
  const vendor = options.vendor === null ? '' : `&vendor=${encodeURIComponent(options.vendor)}`;
  const first = await client.call('GET', `/v1/tasks?limit=1${vendor}`);
  if (!first.ok) return giveUp(first.fault.reason);
  let notesWork = true;
  for (const piece of plan.pieces.slice(done.pieces)) {
    const answer = await client.call('POST', piece.kind === 'ids' ? '/v1/tasks' : '/v1/tasks/import', piece.body);
    if (!answer.ok) return giveUp(answer.fault.reason);
    const { results } = answer.value as { results?: Result[] };
    if (!Array.isArray(results))
      return giveUp(`${options.url} does not answer as longplay does: is the address right?`);
    take(done, piece, results);
    done.pieces++;
    if (done.pieces === plan.pieces.length) done.finished_at = new Date().toISOString();
    await writeNotes(notesPath, plan.key, done).catch((error: Error) => {
      if (notesWork) screen.complain(`${notesPath} cannot be written (${error.message}): a run cut off begins anew`);
      notesWork = false;
    });
    screen.progress(`sent ${done.pieces} of ${count(plan.pieces.length, 'request')}`);
  }
  return null;

  function giveUp(reason: string): number {
    screen.complain(`Stopped after ${done.pieces} of ${count(plan.pieces.length, 'request')}: ${reason}.`);
    if (notesPath !== null && done.pieces > 0) screen.complain('The same command goes on where this one ended.');
    return EXIT.not_all_sent;
  }
}

function take(done: Done, piece: Piece, results: readonly Result[]): void {
  const tally = done[piece.kind];
  for (const { id, created, error } of results) {
    if (error !== undefined) {
      const detail = error.detail ?? error.title ?? 'was refused';
      const line = piece.lines[Number(PLACE.exec(detail)?.[1] ?? -1)] ?? piece.lines[0] ?? 0;
      done.refused.push({ line, reason: detail.replace(PLACE, '') });
      continue;
    }
    if (created) tally.created++;
    else tally.known++;
    if (piece.kind === 'answers') done.imported.push(id);
  }
}

/** Answers an exit code where it could not see the end. */
async function watch(
  client: Client,
  ids: ReadonlySet<string>,
  options: Options,
  screen: Screen,
): Promise<number | null> {
  process.once('SIGINT', () => {
    screen.say('');
    for (const line of ['Stopped looking; everything was sent.', ...howItGoesOn(options)]) screen.say(line);
    process.exit(EXIT.all_sent);
  });
  const end = await follow(client, options.vendor, ids, screen);
  if (end.ok) screen.say(`Nothing is on its way any more: ${end.value}`);
  else screen.complain(`Stopped looking: ${end.fault.reason}. Everything was sent.`);
  return end.ok ? null : EXIT.not_all_sent;
}
