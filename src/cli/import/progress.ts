// Edge: what was confirmed so far, noted beside the file, so that a run that is cut off goes on where it ended.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { bodyOf, type Plan, type Refused } from '../../extract/import-requests.ts';
import type { Options } from './options.ts';

export interface Done {
  /** Requests of the plan that were confirmed, from its beginning. */
  pieces: number;
  ids: { created: number; known: number };
  answers: { created: number; known: number };
  refused: (Refused & { kind: 'ids' | 'answers' })[];
  /** Tasks that the answers told of. */
  imported: string[];
  finished_at: string | null;
}

export const nothingDone = (): Done => ({
  pieces: 0,
  ids: { created: 0, known: 0 },
  answers: { created: 0, known: 0 },
  refused: [],
  imported: [],
  finished_at: null,
});

/** One file may go to several longplays or vendors: each has its entry. */
interface Notes {
  about: string;
  runs: Record<string, Done>;
}
const ABOUT = 'What `npm run import` has sent from the file beside this one. Delete it to begin anew.';

/** Changes with everything that is sent, and with where it is sent. */
export function keyOf({ requests }: Plan, target: Pick<Options, 'url' | 'vendor' | 'visibility'>): string {
  const { url, vendor, visibility } = target;
  const hash = createHash('sha256').update(JSON.stringify([url, vendor, visibility]));
  for (const request of requests) hash.update(bodyOf(request, target));
  return hash.digest('hex');
}

export const notesPathOf = (path: string): string => `${path}.longplay-import.json`;

export async function readNotes(path: string | null, key: string): Promise<Done | null> {
  if (path === null) return null;
  return (await read(path)).runs[key] ?? null;
}

/** Written anew and moved into place: a run killed in between leaves the notes before. */
export async function writeNotes(path: string | null, key: string, done: Done): Promise<void> {
  if (path === null) return;
  const notes = await read(path);
  notes.runs[key] = done;
  const fresh = `${path}.${process.pid}.tmp`;
  await writeFile(fresh, `${JSON.stringify(notes)}\n`);
  await rename(fresh, path);
}

async function read(path: string): Promise<Notes> {
  try {
    const { runs } = JSON.parse(await readFile(path, 'utf8')) as Partial<Notes>;
    return { about: ABOUT, runs: typeof runs === 'object' && runs !== null ? runs : {} };
  } catch {
    // No notes yet, or notes that cannot be read: sending again changes nothing.
    return { about: ABOUT, runs: {} };
  }
}
