// Edge: the text that is to be imported, from a file or standard input.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Decoded, decodeText } from '../../extract/decode.ts';
import { fail, ok, type Result } from '../../model/fault.ts';

/** A text in memory is at most 512 MB long, and what is found in it stands beside it. */
const MAX_BYTES = 400_000_000;

/** npm runs a command in the project's folder; INIT_CWD is where its caller is. */
export const pathOf = (file: string, env: Record<string, string | undefined>): string =>
  resolve(env['INIT_CWD'] ?? '.', file);

export async function readSource(path: string | null): Promise<Result<Decoded, string>> {
  try {
    if (path !== null && (await stat(path)).size > MAX_BYTES)
      return fail(`${path} is larger than ${MAX_BYTES / 1_000_000} MB: split it, and import the parts one by one`);
    const decoded = decodeText(path === null ? await buffer(process.stdin) : await readFile(path));
    if (decoded !== null) return ok(decoded);
    return fail(
      `${path ?? 'standard input'} is no text: give a log, a list, CSV or JSON, unpacked where it is compressed`,
    );
  } catch (error) {
    const { code } = error as { code?: string };
    return fail(`${path ?? 'standard input'} cannot be read: ${(code && WORDS[code]) ?? (error as Error).message}`);
  }
}

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};
