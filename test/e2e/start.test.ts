// `npm start` as a newcomer meets it: help, mistakes in words, the demo, a clean end.
import { spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startStandIn } from '../support/stand-in.ts';
import { newRelay } from './world.ts';
import { newFolder, Program, stopAll, until } from './product.ts';

afterAll(stopAll);

const ROOT = join(import.meta.dirname, '../..');
const READY = /longplay is ready on/;

async function run(...args: string[]): Promise<{ code: number | string; output: string }> {
  const program = await Program.start(['--port', '0', '--data', newFolder(), ...args]);
  const code = await program.ended();
  return { code, output: program.output };
}

describe.concurrent('npm start', () => {
  it('--help names every option and ends with 0', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    for (const option of ['--port', '--data', '--tick', '--vendor', '--vendor-key', '--token', '--var', '--help'])
      expect(output).toContain(option);
    expect(output).not.toMatch(READY);
  });

  it('an unknown option is named, and nothing starts', async () => {
    const { code, output } = await run('--vendors', 'a=http://127.0.0.1:1');
    expect(code).not.toBe(0);
    expect(output).toContain('--vendors');
    expect(output).not.toMatch(READY);
  });

  it('wrong settings are named all together, without the values of secrets, and nothing starts', async () => {
    const { code, output } = await run(
      ...[
        '--vendor',
        'relay=ftp://relay.example',
        '--vendor-key',
        'relay=sk-with space-secret',
        '--vendor',
        'media=https://relay.example',
      ],
      ...[
        '--var',
        'POLL_INTERVAL_SECONDS=0',
        '--var',
        'DELAYS=quick',
        '--var',
        'DEFAULT_VENDOR=nobody',
        '--var',
        'API_TOKENS=read:topsecret',
      ],
      ...['--var', 'WEBHOOK_URL=https://receiver.example'],
    );
    expect(code).not.toBe(0);
    for (const name of [
      'VENDORS.relay',
      'VENDORS.media',
      'POLL_INTERVAL_SECONDS',
      'DELAYS',
      'DEFAULT_VENDOR',
      'API_TOKENS',
      'WEBHOOK_SECRET',
    ]) {
      expect(output).toContain(name);
    }
    expect(output).not.toMatch(READY);
    expect(output).not.toMatch(/topsecret|space-secret/);
  });

  it('a port that is taken is said so', async () => {
    const first = await Program.start(['--port', '0', '--data', newFolder(), '--vendor', 'relay=http://127.0.0.1:9']);
    const url = await first.ready();
    const second = await Program.start([
      '--port',
      new URL(url).port,
      '--data',
      newFolder(),
      '--vendor',
      'relay=http://127.0.0.1:9',
    ]);
    expect(await second.ended()).not.toBe(0);
    expect(second.output).toContain(new URL(url).port);
    expect(second.output).not.toMatch(READY);
    await first.stop();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends it with 0 and leaves no process behind',
    async (signal) => {
      const program = await Program.start([
        '--port',
        '0',
        '--data',
        newFolder(),
        '--vendor',
        'relay=http://127.0.0.1:9',
      ]);
      await program.ready();
      expect(await program.stop(signal)).toBe(0);
      expect(program.output.trim().split('\n')).toHaveLength(1);
    },
  );

  it('on a state that another one is using is refused, whatever path leads there, and the other goes on', async () => {
    const data = newFolder();
    const link = join(newFolder(), 'link');
    symlinkSync(data, link);
    const first = await Program.start(['--port', '0', '--data', data, '--vendor', 'relay=http://127.0.0.1:9']);
    const url = await first.ready();
    const second = await Program.start(['--port', '0', '--data', link, '--vendor', 'relay=http://127.0.0.1:9']);
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(`${link} is in use by another npm start`);
    expect(second.output).not.toMatch(READY);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await first.stop();
  });

  it('after kill -9 of its process alone leaves no runtime behind, and the next one takes state and port', async () => {
    const args = ['--data', newFolder(), '--vendor', 'relay=http://127.0.0.1:9'];
    const first = await Program.start(['--port', '0', ...args]);
    const { port } = new URL(await first.ready());
    expect(await first.stop('SIGKILL')).toBe('SIGKILL');
    const second = await Program.start(['--port', port, ...args]);
    expect(new URL(await second.ready()).port).toBe(port);
    await second.stop();
  });

  it('takes token and keys from the environment, and prints neither', async () => {
    const standIn = await startStandIn();
    const [relay, other] = [newRelay(standIn.url), newRelay(standIn.url)];
    const program = await Program.start(
      ['--port', '0', '--data', newFolder(), '--vendor', `my-relay=${relay.url}`, '--vendor', `other=${other.url}`],
      {
        env: {
          LONGPLAY_TOKEN: 'token-0123456789',
          LONGPLAY_KEY_MY_RELAY: 'key-0123456789',
          LONGPLAY_KEY_GONE: 'sk-gone-0123',
        },
      },
    );
    const url = await program.ready();
    const read = (vendor: string, token: string) =>
      fetch(`${url}/v1/tasks/x?vendor=${vendor}`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read('my-relay', 'demo')).status).toBe(401);
    for (const vendor of ['my-relay', 'other']) expect((await read(vendor, 'token-0123456789')).status).not.toBe(401);
    const keysOf = async (space: typeof relay) => (await space.log()).map(({ headers }) => headers['authorization']);
    expect(new Set(await keysOf(relay))).toEqual(new Set(['Bearer key-0123456789']));
    expect(new Set(await keysOf(other))).toEqual(new Set([undefined]));
    expect(await program.stop()).toBe(0);
    expect(program.output).toContain('(token: $LONGPLAY_TOKEN)');
    expect(program.output).toContain('LONGPLAY_KEY_GONE: there is no vendor "gone"');
    expect(program.output).not.toMatch(/0123/);
    await standIn.close();
  });

  it('ends when npm, which started it, is told to end', async () => {
    const args = ['start', '--', '--port', '0', '--data', newFolder(), '--vendor', 'relay=http://127.0.0.1:9'];
    const npm = spawn('npm', args, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      let output = '';
      npm.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      const url = await until('the ready line', async () => /ready on (\S+)/.exec(output)?.[1]);
      npm.kill('SIGTERM');
      const isGone = async () =>
        fetch(`${url}/health`).then(
          () => false,
          () => true,
        );
      await until('the end of what npm started', isGone);
    } finally {
      endGroup(npm.pid);
    }
  });

  it('the demo: three songs come to their end, every link printed answers, the console is named', async () => {
    const program = await Program.start(['--port', '0', '--data', newFolder()]);
    const url = await program.ready();
    expect(program.output).toMatch(/longplay is ready on http:\/\/127\.0\.0\.1:\d+ \(token: demo\)/);
    await until('the line with the console', async () => program.output.includes('/console'));
    const last = program.output.slice(program.output.lastIndexOf('/media/'));
    expect(last).toContain(`longplay keeps serving, with the console at ${url}/console`);
    const links = new Set(program.output.match(/http:\/\/[^\s()]+\/media\/[^\s()]+/g));
    expect(links.size).toBeGreaterThanOrEqual(5);
    for (const link of links) {
      const answer = await fetch(link);
      expect([link, answer.status, (await answer.arrayBuffer()).byteLength > 1_000]).toEqual([link, 200, true]);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
    const list = await fetch(`${url}/v1/tasks`, { headers: { authorization: 'Bearer demo' } });
    const { data } = (await list.json()) as {
      data: { status: string; partial: boolean; tracking: { state: string } }[];
    };
    expect(data.map(({ tracking }) => tracking.state)).toEqual(['settled', 'settled', 'settled']);
    expect(data.filter(({ partial }) => partial)).toHaveLength(1);
    expect(await program.stop()).toBe(0);
  });
});

/** Whatever of it is left. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody is.
  }
}
