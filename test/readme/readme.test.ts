// The README is true: its tour runs, its receiver verifies, its example reads as it says, and its tables leave nothing out.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/http/problem.ts';
import { FILE_REASONS } from '../../src/model/task.ts';
import { newFolder, Program, stopAll, until } from '../e2e/product.ts';
import { blocksUnder } from './blocks.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const DEFAULT_URL = 'http://127.0.0.1:8787';
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const folders: string[] = [];
const children: ReturnType<typeof spawn>[] = [];
afterAll(async () => {
  for (const child of children) child.kill();
  await stopAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Where the project's packages are found by what is written there. */
function folderInside(): string {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.readme-'));
  folders.push(folder);
  return folder;
}

describe('A tour with curl', () => {
  it('runs as it is written, on the demo', async () => {
    const program = await Program.start(['--port', '0', '--data', newFolder()]);
    const url = await program.ready();
    // The link of the tour is the first one that the demo prints.
    await until('the end of the demo', async () => program.output.includes('longplay keeps serving'), 90_000);
    const tour = blocksUnder('A tour with curl', README).map(({ text }) => text);
    const script = ['set -euo pipefail', ...tour.map((text) => `${text}\necho; echo ====`)].join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-c', script.replaceAll(DEFAULT_URL, url)], {
      cwd: newFolder(),
    });
    const [track, wait, link, change, dropIn] = stdout.split('====');
    expect(track).toMatch(/"results":\[\{"id":"[0-9a-f-]{36}","created":false\}\]/);
    expect(wait).toContain('"state":"settled"');
    expect(link).toMatch(/^HTTP\/1\.1 206 Partial Content/m);
    expect(link).toMatch(/^content-length: 100\r?$/im);
    expect(change).toContain('"title":"Lantern"');
    expect(change).toContain('<rss');
    expect(change).toContain('Lantern');
    expect(dropIn).toContain('"status":"SUCCESS"');
    expect(dropIn).toContain('/media/c1d5e0a4-27b9-4f6c-8e13-90ab54d7f201/audio.mp3');
  });
});

describe('Webhooks', () => {
  it('the receiver verifies what longplay sends, and refuses what it did not', async () => {
    const [receiver] = blocksUnder('Webhooks', README).filter(({ language }) => language === 'js');
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
    const port = await until('the receiver', async () => /^port (\d+)$/m.exec(heard)?.[1], 10_000);
    const receiverUrl = `http://127.0.0.1:${port}/`;

    const program = await Program.start([
      ...['--port', '0', '--data', newFolder()],
      ...['--var', `WEBHOOK_URL=${receiverUrl}`, '--var', `WEBHOOK_SECRET=${SECRET}`],
    ]);
    await program.ready();
    const ends = async () => (heard.match(/^task\.settled /gm) ?? []).length === 3;
    await until('three settled tasks', ends, 90_000);
    expect(heard).toMatch(/^clip\.archived Lantern on the Water$/m);

    const forged = await fetch(receiverUrl, {
      method: 'POST',
      headers: { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' },
      body: '{}',
    });
    expect(forged.status).toBe(401);
  });
});

describe('Troubleshooting', () => {
  it.each(Object.keys(PROBLEMS))('tells what to do about the problem %s', (code) => {
    expect(section('Troubleshooting')).toContain(`\`${code}\``);
  });
  it.each(FILE_REASONS)('tells what to do about a file that is %s', (reason) => {
    expect(section('Troubleshooting')).toContain(`\`${reason}\``);
  });
});

describe('every file and anchor it names', () => {
  it('is there', () => {
    const paths = [...README.matchAll(/`((?:src|test)\/[\w./-]+)`|\]\((?!https?:|#)([^)]+)\)/g)].map(
      ([, a, b]) => a ?? b ?? '',
    );
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !path.includes('99-') && !existsSync(join(ROOT, path.replace(/#.*/, ''))))).toEqual(
      [],
    );
    const anchors = [...README.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...README.matchAll(/^#{2,3} (.+)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(' ', '-'),
    );
    expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
  it('are the scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function section(title: string): string {
  return README.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
}
