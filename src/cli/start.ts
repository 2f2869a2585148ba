// Edge: `npm start`: from options to a runtime with its demo; each step is one call, the first mistake ends it.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readSettings } from '../config/settings.ts';
import { runDemo } from './demo/demo.ts';
import { startRelay } from './demo/relay.ts';
import { endWithUs } from './last-will.ts';
import { HELP, type Options, parseOptions } from './start/options.ts';
import { HOST, settlePort, Stopper } from './start/process.ts';
import { lockState } from './start/state-lock.ts';
import { bundleWorker, startRuntime, startTicks, waitUntilAnswered } from './start/runtime.ts';
import { openTerminal } from './start/terminal.ts';
import { localVariables, secretsIn, strayKeys, trackingToken, unusedKeys, wantsDemo } from './start/variables.ts';
import { readRuntimeConfiguration } from './wrangler-config.ts';

const EXIT_WRONG_SETTINGS = 1;
const EXIT_USAGE = 2;
const SIGNAL_LAG_MS = 50;

const project = (path: string): string => join(import.meta.dirname, '../..', path);

const terminal = openTerminal();
const stopper = new Stopper();
const parsed = parseOptions(process.argv.slice(2), process.env);
if (!parsed.ok) refuse(parsed.fault, EXIT_USAGE);
else if (parsed.value.help) terminal.say(HELP);
else await start(parsed.value).catch(giveUp);

async function start(options: Options): Promise<void> {
  terminal.hide([...Object.values(options.vendor_keys), ...Object.values(options.environment_keys)]);
  // Bundling runs in a process of its own, while this one loads wrangler.
  const bundling = bundleWorker(project('src/cli/start/worker.ts'));
  const [script, configuration, lock] = await Promise.all([
    bundling,
    readRuntimeConfiguration(project('wrangler.toml')),
    lockState(options.data),
  ]);
  if (!lock.ok) return refuse([lock.fault], EXIT_WRONG_SETTINGS);

  // As late as can be: until the runtime listens on it, a free port may be taken by anyone.
  const port = await settlePort(options.port);
  if (!port.ok) return refuse([port.fault], EXIT_WRONG_SETTINGS);
  const url = `http://${HOST}:${port.value}`;

  const demo = wantsDemo(options) ? await startRelay(randomUUID()) : null;
  if (demo) stopper.add(demo.close);

  const variables = localVariables(options, url, demo, configuration.variables);
  terminal.hide(secretsIn(variables));
  const settings = readSettings(variables);
  const mistakes = [...strayKeys(options, variables), ...(settings.ok ? [] : settings.fault)];
  if (mistakes.length > 0 || !settings.ok) return refuse(mistakes, EXIT_WRONG_SETTINGS);

  for (const unused of unusedKeys(options, variables)) terminal.complain(unused);

  endWithUs(/workerd/);
  const runtime = startRuntime({
    port: port.value,
    data: options.data,
    script,
    bindings: configuration.bindings,
    variables,
    local_network: settings.value.allow_private_hosts,
    onLog: terminal.log,
  });
  // The lock is named here so that it lives, and is held, for as long as the runtime does.
  stopper.add(() => runtime.stop().finally(() => lock));
  stopper.own();
  await runtime.ready;
  stopper.add(
    startTicks(runtime.tick, options.tick_seconds, (error) => terminal.complain(`a tick failed: ${sayError(error)}`)),
  );

  await waitUntilAnswered(url);
  terminal.say(readyLine(options, url));

  const token = trackingToken(options);
  if (demo && token !== null)
    await runDemo(url, token, terminal, () => stopper.stopping).catch((error: unknown) => {
      if (!stopper.stopping) terminal.complain(`the demo ended early: ${sayError(error)}`);
    });
}

function readyLine({ vars, token, token_is_hidden }: Options, url: string): string {
  const shown = token_is_hidden ? '$LONGPLAY_TOKEN' : token;
  return `longplay is ready on ${url} (token: ${vars['API_TOKENS'] === undefined ? shown : 'as set in API_TOKENS'})`;
}

/**
 * What was under way when a signal came fails in many ways, some before the signal itself is seen:
 * children in our process group get it too. Its own end is the right one, so it is waited for.
 */
async function giveUp(error: unknown): Promise<void> {
  await setTimeout(SIGNAL_LAG_MS);
  if (!stopper.stopping) refuse([sayError(error)], EXIT_WRONG_SETTINGS);
}

/** Names every mistake and leaves. */
function refuse(mistakes: string[], code: number): never {
  const [only] = mistakes;
  if (mistakes.length === 1) terminal.complain(`longplay cannot start: ${only}`);
  else terminal.complain(['longplay cannot start:', ...mistakes.map((mistake) => `  - ${mistake}`)].join('\n'));
  process.exit(code);
}

function sayError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
