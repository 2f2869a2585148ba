// The documents are true: what can be run of them is run, as it is written.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployConfiguration } from '../../src/cli/wrangler-config.ts';
import { readSettings } from '../../src/config/settings.ts';
import { newFolder, Program, stopAll, until } from '../e2e/product.ts';
import { blocksUnder } from './blocks.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const [README, CHINESE, HTTP] = [read('README.md'), read('src/cli/README.zh-CN.md'), read('src/http/README.md')];
const DEFAULT_URL = 'http://127.0.0.1:8787';
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const SLUG = 'c1d5e0a4-27b9-4f6c-8e13-90ab54d7f201';

const folders: string[] = [];
const children: ReturnType<typeof spawn>[] = [];
afterAll(async () => {
  for (const child of children) child.kill();
  await stopAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderAt(prefix: string): string {
  const folder = mkdtempSync(prefix);
  folders.push(folder);
  return folder;
}
/** Where the project's packages are found by what is written there. */
const folderInside = (): string => folderAt(join(ROOT, 'node_modules/.readme-'));

const runnable = (heading: string, document: string): string[] =>
  blocksUnder(heading, document)
    .filter(({ language, text }) => language === 'sh' && text.includes('curl'))
    .map(({ text }) => text);

/** What each block prints, on the demo at its end. */
async function run(blocks: readonly string[], url: string): Promise<string[]> {
  const script = ['set -euo pipefail', ...blocks.map((text) => `${text}\necho; echo ====`)].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', script.replaceAll(DEFAULT_URL, url)], {
    cwd: newFolder(),
  });
  return stdout.split('====');
}

describe('beside the demo', () => {
  let url = '';
  beforeAll(async () => {
    const program = await Program.start(['--port', '0', '--data', newFolder()]);
    url = await program.ready();
    // The link of the tour is the first one that the demo prints.
    await until('the end of the demo', async () => program.output.includes('longplay keeps serving'));
  });

  it.each([
    ['A tour of three calls', README],
    ['三个请求', CHINESE],
  ])('“%s” runs as it is written', async (heading, document) => {
    const [track, wait, link] = await run(runnable(heading, document), url);
    expect(track).toMatch(/"results":\[\{"id":"[0-9a-f-]{36}","created":false\}\]/);
    expect(wait).toContain('"state":"settled"');
    expect(link).toMatch(/^HTTP\/1\.1 206 Partial Content/m);
    expect(link).toMatch(/^content-length: 100\r?$/im);
  });

  it('three lines lead an agent to its tools', async () => {
    const [{ text } = { text: '' }] = blocksUnder('For an agent', README).filter(({ language }) => language === 'json');
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    const { longplay } = (
      JSON.parse(text) as { mcpServers: Record<string, { url: string; headers: Record<string, string> }> }
    ).mcpServers;
    const answer = await fetch(longplay?.url.replace(DEFAULT_URL, url) ?? '', {
      method: 'POST',
      headers: { ...longplay?.headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(JSON.stringify(await answer.json())).toContain('"make_song"');
  });

  it('what longplay answers is answered so', async () => {
    const headings = ['Drop-in for a relay', 'Links', 'Programs that talk'];
    const [dropIn, twice, change, programs] = await run(
      headings.flatMap((heading) => runnable(heading, HTTP)),
      url,
    );
    expect(dropIn).toContain('"status":"SUCCESS"');
    expect(dropIn).toContain(`/media/${SLUG}/audio.mp3`);
    const ordered = [...(twice ?? '').matchAll(/^\{"code":"success",.*"data":"([^"]+)"\}/gm)].map(([, id]) => id);
    expect([ordered.length, new Set(ordered).size]).toEqual([2, 1]);
    expect(twice?.match(/^idempotent-replayed: true\r?$/gim)).toHaveLength(1);
    expect(change).toContain('"title":"Lantern"');
    expect(change).toContain('<rss');
    expect(change).toContain('Lantern');
    expect(programs).toMatch(new RegExp(`"jsonrpc":"2\\.0".*/s/${SLUG}`, 's'));
  });
});

describe('Webhooks', () => {
  it('the receiver verifies what longplay sends, and refuses what it did not', async () => {
    const [receiver] = blocksUnder('Webhooks', HTTP).filter(({ language }) => language === 'js');
    const file = join(folderInside(), 'receiver.mjs');
    // A port of the system's choice, told by the receiver itself.
    writeFileSync(
      file,
      `${receiver?.text.replace(/;\s*$/, '')}\n  .on('listening', function () { console.log('port', this.address().port); });\n`,
    );
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, WEBHOOK_SECRET: SECRET, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let heard = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const port = await until('the receiver', async () => /^port (\d+)$/m.exec(heard)?.[1]);
    const receiverUrl = `http://127.0.0.1:${port}/`;

    const program = await Program.start([
      ...['--port', '0', '--data', newFolder()],
      ...['--var', `WEBHOOK_URL=${receiverUrl}`, '--var', `WEBHOOK_SECRET=${SECRET}`],
    ]);
    await program.ready();
    const ends = async () => (heard.match(/^task\.settled /gm) ?? []).length === 3;
    await until('three settled tasks', ends);
    expect(heard).toMatch(/^clip\.archived Lantern on the Water$/m);

    const forged = await fetch(receiverUrl, {
      method: 'POST',
      headers: { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' },
      body: '{}',
    });
    expect(forged.status).toBe(401);
  });
});

describe('a real relay in place of the demo', () => {
  it.each([
    ['On your own computer', read('src/cli/README.md')],
    ['三个请求', CHINESE],
  ])('“%s” starts as it is written', async (heading, document) => {
    const block = blocksUnder(heading, document).find(({ text }) => text.includes('npm start -- --vendor'))?.text ?? '';
    const env = Object.fromEntries(
      [...block.matchAll(/(LONGPLAY_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const args = /npm start -- (.*)$/m.exec(block)?.[1]?.split(' ') ?? [];
    const program = await Program.start([...args, '--port', '0', '--data', newFolder()], { env });
    const url = await program.ready();
    const headers = { authorization: `Bearer ${env['LONGPLAY_TOKEN']}` };
    const { vendors } = (await (await fetch(`${url}/v1/stats`, { headers })).json()) as { vendors: object };
    expect(Object.keys(vendors)).toEqual(['main']);
    expect(await program.stop()).toBe(0);
  });
});

describe('Settings', () => {
  it.each([
    ['Settings', README],
    ['设置', CHINESE],
  ])('“%s” shows a vendor that the settings take', async (heading, document) => {
    const toml = blocksUnder(heading, document).find(({ language }) => language === 'toml')?.text ?? '';
    const path = join(folderAt(join(tmpdir(), 'longplay-readme-')), 'wrangler.toml');
    writeFileSync(path, `name = "longplay"\nmain = "index.ts"\ncompatibility_date = "2026-10-15"\n${toml}`);
    const configuration = await readDeployConfiguration(path);
    const settings = readSettings(configuration.ok ? configuration.value.vars : {});
    expect(settings).toMatchObject({ ok: true, value: { default_vendor: 'main' } });
  });
});

/** Where a line of an example goes: behind what stands there, or at the end. */
const BEHIND: Readonly<Record<string, string>> = {
  'src/http/route-table.ts': 'export const ROUTES = [\n',
  'src/archive/formats/formats.ts': '  audio: {\n',
  'src/model/event.ts': 'export const EVENT_TYPES = [\n',
  'src/model/event.ts, eventsOf': '  const { status } = after.reading;\n',
  'src/http/routes/admin.ts': '',
};

describe.each(['A route', 'A file format', 'An event'])('%s', (heading) => {
  it('is missed by the compiler in just the files that are shown', async () => {
    const blocks = blocksUnder(heading, read('src/README.md'));
    const shown = blocks.find(({ language }) => language === 'text')?.text ?? '';
    const folder = folderAt(join(tmpdir(), 'longplay-readme-'));
    for (const name of ['src', 'tsconfig.json', 'package.json'])
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const { text } of blocks.filter(({ language }) => language === 'ts')) {
      const [, place = '', file = ''] = /^\/\/ ((src\/[^\s,]+).*)\n/.exec(text) ?? [];
      const before = readFileSync(join(folder, file), 'utf8');
      const line = BEHIND[place] ?? 'nowhere';
      const found = before.indexOf(line);
      expect(found, `${place}: ${line}`).toBeGreaterThanOrEqual(0);
      const at = line === '' ? before.length : found + line.length;
      writeFileSync(join(folder, file), `${before.slice(0, at)}${text}\n${before.slice(at)}`);
    }
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const check = (...args: string[]): Promise<string> =>
      promisify(execFile)(tsc, ['--pretty', 'false', ...args], { cwd: folder }).then(
        ({ stdout }) => stdout,
        ({ stdout }: { stdout: string }) => stdout,
      );
    const said = (await check()) + (await check('-p', 'src/console'));
    const named = new Set([...said.matchAll(/^(src\/\S+?)\(/gm)].map(([, file]) => file));
    expect([...named].sort(), said).toEqual([...shown.matchAll(/^src\/\S+/gm)].map(([file]) => file).sort());
  });
});
