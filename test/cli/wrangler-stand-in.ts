// Edge: stands in for wrangler where an account would be needed: remembers in a file what the account has, and every call.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { World } from './project.ts';

const path = process.env['WRANGLER_WORLD'] ?? '';
const world = JSON.parse(readFileSync(path, 'utf8')) as World;
const args = process.argv.slice(2);
world.calls.push(args.map((arg) => (arg.endsWith('secrets.json') ? '<file>' : arg)).join(' '));
world.pid = process.pid;
const { code, out = '', error = '' } = answer(args);
// In one step: a test may be reading it.
writeFileSync(`${path}.new`, JSON.stringify(world));
renameSync(`${path}.new`, path);
if (out !== '') process.stdout.write(`${out}\n`);
if (world.deployHangs && args[0] === 'deploy') setInterval(() => undefined, 1_000);
if (error !== '') process.stderr.write(`✘ [ERROR] ${error}\n\n`);
process.exitCode = code;

interface Answer {
  code: number;
  out?: string;
  error?: string;
}

function answer([first = '', ...rest]: string[]): Answer {
  if (first === 'whoami') {
    const { accounts } = world;
    return { code: accounts ? 0 : 1, out: JSON.stringify({ loggedIn: accounts !== null, accounts: accounts ?? [] }) };
  }
  if (first === 'secret') {
    if (world.secrets === null) return { code: 1, error: 'Worker "longplay" not found.' };
    return { code: 0, out: JSON.stringify(world.secrets.map((name) => ({ name, type: 'secret_text' }))) };
  }
  if (first === 'r2') return resource(world.buckets, rest[1], rest[2]);
  if (first === 'queues') return resource(world.queues, rest[0], rest[1]);
  return deploy(rest);
}

function resource(there: string[], verb: string | undefined, name = ''): Answer {
  if (world.refuses !== null) return { code: 1, error: world.refuses };
  if (verb === 'info') return there.includes(name) ? { code: 0 } : { code: 1, error: `"${name}" does not exist.` };
  there.push(name);
  return { code: 0 };
}

function deploy(rest: string[]): Answer {
  const file = rest[rest.indexOf('--secrets-file') + 1];
  world.sent = rest.includes('--secrets-file') ? JSON.parse(readFileSync(file ?? '', 'utf8')) : {};
  if (world.deployFails) return { code: 1, error: 'The upload failed.' };
  const targets = ['https://longplay.somebody.workers.dev', 'schedule: * * * * *', 'Producer for longplay-mirror'];
  const lines = [{ type: 'wrangler-session' }, { type: 'deploy', version: 1, targets }];
  writeFileSync(
    process.env['WRANGLER_OUTPUT_FILE_PATH'] ?? '',
    world.report ?? lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return { code: 0 };
}
