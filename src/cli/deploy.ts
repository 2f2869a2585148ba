// Edge: `npm run deploy`: what is given and what is there → one verdict → buckets, queues, deployment → its address.
import { join } from 'node:path';
import { audit, gather } from './deploy/inventory.ts';
import { HELP, type Options, parseOptions } from './deploy/options.ts';
import { check, type Given, sendable } from './deploy/preflight.ts';
import { provision, publish, rehearse, resourcesOf } from './deploy/release.ts';
import { FILE, LOCAL, toSend } from './deploy/secrets.ts';
import type { Account } from './deploy/wrangler.ts';
import { type DeployConfiguration, readDeployConfiguration } from './wrangler-config.ts';

const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
const ROOT = join(import.meta.dirname, '../..');

/** Cloudflare builds for who came by the button: a build that refuses would leave no Worker whose settings could be mended. */
const inWorkersBuilds = process.env['WORKERS_CI'] === '1';
const MEND_LATER =
  'Deploying all the same: mend these in the dashboard (the Worker → Settings → Variables and Secrets); until then it answers 503 and names them';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);
const listed = (lines: readonly string[]): string => lines.map((line) => `  - ${line}`).join('\n');

const options = parseOptions(process.argv.slice(2));
if (!options.ok) {
  complain(`npm run deploy does not understand this:\n${listed(options.fault)}\n\n${HELP}`);
  process.exitCode = EXIT_USAGE;
} else if (options.value.help) say(HELP);
else process.exitCode = await deploy(options.value);

async function deploy(options: Options): Promise<number> {
  const { dry_run } = options;
  say(dry_run ? 'Deploying longplay (dry run: nothing is changed, no account is needed)' : 'Deploying longplay');
  const auditing = audit();
  const configuration = await readDeployConfiguration(join(ROOT, 'wrangler.toml'));
  if (!configuration.ok) return refuse([configuration.fault]);
  const { given, account, ...gathered } = await gather(configuration.value, options, ROOT);
  const verdict = check(given);
  tell(given, account);
  warn([...gathered.warnings, ...verdict.warnings, ...(await auditing)]);
  const refusals = [...gathered.refusals, ...verdict.refusals];
  if (refusals.length > 0 && (dry_run || !inWorkersBuilds)) return refuse(refusals);
  if (refusals.length > 0) warn([...refusals, MEND_LATER]);
  if (dry_run) return finishRehearsal(configuration.value);
  return goLive(configuration.value, toSend(sendable(given, verdict.settings), given.onAccount));
}

async function finishRehearsal(configuration: DeployConfiguration): Promise<number> {
  const bundle = await rehearse();
  if (!bundle.ok) return refuse([bundle.fault]);
  say(`  bundle: ${bundle.value.size}`);
  for (const binding of bundle.value.bindings) say(`    ${binding}`);
  say('  would be made where it is missing:');
  for (const [{ noun }, name] of resourcesOf(configuration)) say(`    ${noun} ${name}`);
  say('\nThe dry run found nothing in the way. Next: npx wrangler login, then npm run deploy');
  return 0;
}

async function goLive(configuration: DeployConfiguration, secrets: Record<string, string>): Promise<number> {
  const { lines, refusals } = await provision(configuration);
  for (const line of lines) say(`  ${line}`);
  // The button's own set-up may have made them, though the build's token may not look.
  if (refusals.length > 0 && !inWorkersBuilds) return refuse(refusals);
  warn(refusals);
  if (Object.keys(secrets).length > 0) say(`  secrets that go up with it: ${Object.keys(secrets).join(', ')}`);
  const addresses = await publish(secrets, { keepVars: inWorkersBuilds });
  if (!addresses.ok) return refuse([addresses.fault]);
  const [url = 'https://<the address that wrangler names above>', ...others] = addresses.value;
  say(`\nlongplay is at ${[url, ...others].join(' and ')}`);
  say(`
Next, after  export LONGPLAY_TOKEN=<one of your API_TOKENS>:
  prove it from outside   npm run smoke -- ${url}
  look at it              ${url}/console
  track a first song      curl -H "Authorization: Bearer $LONGPLAY_TOKEN" -H 'Content-Type: application/json' -d '{"ids":["<task id>"]}' ${url}/v1/tasks`);
  return 0;
}

/** What was found, without any value of a secret. */
function tell({ vars, secrets, onAccount }: Given, account: Account | null): void {
  say(`  settings in wrangler.toml: ${Object.keys(vars).join(', ') || 'none'}`);
  say(`  secrets at hand: ${[...secrets].map(([name, { from }]) => `${name} (${from})`).join(', ') || 'none'}`);
  if (!account?.name) return;
  say(`  account: ${account.name}; its secrets: ${[...onAccount].join(', ') || 'none'}`);
  const kept = [...secrets].filter(([name, { from }]) => from !== FILE && onAccount.has(name)).map(([name]) => name);
  if (kept.length > 0)
    say(`  left as the account has them: ${kept.join(', ')} (to replace them: npm run deploy -- ${FILE} ${LOCAL})`);
}

function warn(lines: readonly string[]): void {
  if (lines.length > 0) say(`\nWorth knowing:\n${listed(lines)}\n`);
}

function refuse(lines: readonly string[]): number {
  const count = lines.length === 1 ? 'One thing is' : `${lines.length} things are`;
  complain(`\nNot deployed. ${count} in the way:\n${listed(lines)}`);
  return EXIT_REFUSED;
}
