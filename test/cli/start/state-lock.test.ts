// The lock of the state: one process at a time, whatever ended the one before.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lockState } from '../../../src/cli/start/state-lock.ts';

const MODULE = join(import.meta.dirname, '../../../src/cli/start/state-lock.ts');
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longplay-lock-'));
  folders.push(folder);
  return folder;
}

/** Another process that holds the state of `folder`. */
async function another(folder: string) {
  const script = `const { lockState } = await import(${JSON.stringify(MODULE)});
    globalThis.lock = await lockState(${JSON.stringify(folder)});
    console.log(lock.ok); setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(told)).toBe('true\n');
  return { kill: async () => (child.kill('SIGKILL'), once(child, 'close')) };
}

describe('lockState()', () => {
  it('makes the folder, and holds it against other processes, whatever path leads there', async () => {
    const folder = join(newFolder(), 'deep/state');
    const first = await another(folder);
    const link = join(newFolder(), 'link');
    symlinkSync(folder, link);
    for (const path of [folder, link])
      expect(await lockState(path)).toEqual({
        ok: false,
        fault: expect.stringContaining(`${path} is in use by another`),
      });
    await first.kill();
  });

  it('is let go of by kill -9: the next one has it at once', async () => {
    const folder = newFolder();
    const first = await another(folder);
    await first.kill();
    const next = await lockState(folder);
    expect(next.ok).toBe(true);
    if (next.ok) next.value.close();
  });

  it('waits for one that is just ending', async () => {
    const folder = newFolder();
    const first = await another(folder);
    const next = lockState(folder);
    await first.kill();
    const held = await next;
    expect(held.ok).toBe(true);
    if (held.ok) held.value.close();
  });

  it('says what is wrong with a folder that cannot be one', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(await lockState(file)).toEqual({
      ok: false,
      fault: expect.stringMatching(/cannot be used \(.+\).*--data DIR/),
    });
  });
});
