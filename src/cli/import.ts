// Edge: `npm run import`: read, gather, send what was not sent yet, tell what became of it, follow if wanted.
import { extract } from '../extract/extract.ts';
import { bodyOf, handOver, type ImportRequest, type Plan, planImport } from '../extract/import-requests.ts';
import { type Client, follow, openClient } from './import/api-client.ts';
import { pathOf, readSource } from './import/read-source.ts';
import { HELP, type Options, parseOptions } from './import/options.ts';
import { openScreen, type Screen } from './import/screen.ts';
import { type Done, keyOf, notesPathOf, nothingDone, readNotes, writeNotes } from './import/progress.ts';
import { count, dryRun, foundLine, howItGoesOn, readAs, report } from './import/report.ts';

const EXIT = { all_sent: 0, not_all_sent: 1, usage: 2 } as const;

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
  const { text, ...reading } = source.value;
  const found = extract(text, { column: options.column });
  for (const line of readAs(reading)) screen.say(line);
  screen.say(foundLine(found, path === null ? 'Standard input' : options.file));
  const plan = planImport(found);
  const lost = plan.too_large.length + found.unsent.length;
  if (options.dry_run) {
    for (const line of dryRun(found, plan, options)) screen.say(line);
    return lost === 0 ? EXIT.all_sent : EXIT.not_all_sent;
  }
  if (plan.requests.length === 0) {
    for (const line of report(found, nothingDone(), plan, options).slice(0, -2)) screen.say(line);
    screen.complain('Nothing to send: no task id and no saved answer was found.');
    return EXIT.not_all_sent;
  }

  const key = keyOf(plan, options);
  const notesPath = path === null ? null : notesPathOf(path);
  const done = (options.again ? null : await readNotes(notesPath, key)) ?? nothingDone();
  const client = openClient(options, (text) => screen.complain(text));
  const run = { client, options, screen };
  if (done.finished_at !== null) {
    screen.say(
      `All of this was sent already, at ${done.finished_at}. To send it anew, add --again. What became of it:`,
    );
  } else {
    if (done.pieces > 0)
      screen.say(
        `An earlier run was cut off: ${done.pieces} of ${count(plan.requests.length, 'request')} are done already.`,
      );
    const onInterrupt = (): void => {
      screen.complain(
        `Stopped after ${done.pieces} of ${count(plan.requests.length, 'request')}; the same command goes on.`,
      );
      process.exit(EXIT.not_all_sent);
    };
    process.once('SIGINT', onInterrupt);
    const stopped = await sendAll(plan, done, { path: notesPath, key }, run);
    process.off('SIGINT', onInterrupt);
    if (stopped !== null) return stopped;
  }
  for (const line of report(found, done, plan, options)) screen.say(line);
  if (options.wait) {
    const followed = await watch(new Set([...done.imported, ...found.ids]), run);
    if (followed !== null) return followed;
  }
  return done.refused.length + lost === 0 ? EXIT.all_sent : EXIT.not_all_sent;
}

/** What all steps of one command use. */
interface Run {
  readonly client: Client;
  readonly options: Options;
  readonly screen: Screen;
}

/** Answers an exit code where it had to stop. */
async function sendAll(
  plan: Plan,
  done: Done,
  notes: { path: string | null; key: string },
  { client, options, screen }: Run,
): Promise<number | null> {
  const vendor = options.vendor === null ? '' : `&vendor=${encodeURIComponent(options.vendor)}`;
  const first = await client.call('GET', `/v1/tasks?limit=1${vendor}`);
  if (!first.ok) return giveUp(first.fault.reason);
  let notesWork = true;
  for (const request of plan.requests.slice(done.pieces)) {
    const reason = await send(client, request, done, options);
    if (reason !== null) return giveUp(reason);
    done.pieces++;
    if (done.pieces === plan.requests.length) done.finished_at = new Date().toISOString();
    await writeNotes(notes.path, notes.key, done).catch((error: Error) => {
      if (notesWork) screen.complain(`${notes.path} cannot be written (${error.message}): a run cut off begins anew`);
      notesWork = false;
    });
    screen.progress(`sent ${done.pieces} of ${count(plan.requests.length, 'request')}`);
  }
  return null;

  function giveUp(reason: string): number {
    screen.complain(`Stopped after ${done.pieces} of ${count(plan.requests.length, 'request')}: ${reason}.`);
    if (notes.path !== null && done.pieces > 0) screen.complain('The same command goes on where this one ended.');
    return EXIT.not_all_sent;
  }
}

/** Answers why nothing more can be sent. */
async function send(client: Client, request: ImportRequest, done: Done, options: Options): Promise<string | null> {
  const { kind } = request;
  const post = (rest: ImportRequest) => client.call('POST', rest.path, bodyOf(rest, options));
  const reason = `${options.url} does not answer as longplay does: is the address right?`;
  const { outcome, untaken } = await handOver(request, post, { reason });
  done[kind].created += outcome.created;
  done[kind].known += outcome.known;
  done.refused.push(...outcome.refused.map((one) => ({ ...one, kind })));
  if (kind === 'answers') done.imported.push(...outcome.tasks);
  return untaken[0]?.fault.reason ?? null;
}

/** Answers an exit code where it could not see the end. */
async function watch(ids: ReadonlySet<string>, { client, options, screen }: Run): Promise<number | null> {
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
