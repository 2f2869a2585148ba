// Edge: archives of one task's songs, or of any. Bytes pass from the bucket to the caller, one file at a time.
import { chunks } from '../../lib/chunks.ts';
import type { CountedFile } from '../../model/files.ts';
import { RECORDS_AT_ONCE } from '../../model/limits.ts';
import { viewTask } from '../../views/task.ts';
import type { MemberCall } from '../context.ts';
import type { ClipsQuery } from '../input.ts';
import { faultProblem, Problem } from '../problem.ts';
import { viewFound } from '../routes/clips.ts';
import { type OfTask, outcomeOf, viewContext } from '../routes/tasks.ts';
import { type ArchiveSong, bundled, entriesOf, jsonEntry, newest, type Source } from './archive-entries.ts';
import { attachment } from './file-name.ts';
import { zipLength } from './zip-format.ts';
import { BrokenEntry, type Entry, withSums, writeZip } from './zip.ts';

/** Asks as a read of the task would, but begins to track nothing: what is not kept has no files. */
export async function taskZip(call: MemberCall & OfTask): Promise<Response> {
  const { vendor, id } = call.subject;
  const outcome = outcomeOf(await call.deps.readTasks(vendor, [id], { track: false }), id);
  if (!outcome.ok) throw faultProblem(outcome.fault);
  const task = viewTask(outcome.value, viewContext(call));
  const states = new Map(outcome.value.stored.clips.map((clip) => [clip.slug, clip]));
  const songs = bundled(
    task.clips.flatMap((view) => {
      const clip = states.get(view.slug);
      // A clip that an answer names twice is one song.
      states.delete(view.slug);
      return clip ? [{ clip, view }] : [];
    }),
  );
  const modified = newest(songs.map(({ clip }) => clip));
  return zipAnswer(call, songs, [jsonEntry('task.json', task, modified)]);
}

/** What is unknown, taken down or not archived is left out. */
export async function clipsZip(call: MemberCall & { query: ClipsQuery }): Promise<Response> {
  const context = viewContext(call);
  const songs: ArchiveSong[] = [];
  for (const some of chunks(call.query.ids, RECORDS_AT_ONCE)) {
    const found = await Promise.all(some.map((slug) => call.deps.flows.findClip(slug)));
    for (const one of found) if (one) songs.push({ clip: one.clip, view: viewFound(one, context) });
  }
  return zipAnswer(call, bundled(songs), []);
}

function zipAnswer(call: MemberCall, songs: ArchiveSong[], more: Entry[]): Response {
  const [first] = songs;
  if (first === undefined) throw new Problem('not_found', 'Nothing of it is archived');
  const { deps, request, context } = call;
  const counted: CountedFile[] = [];
  const source: Source = {
    open: async (key) => {
      const object = await deps.media.readMedia(key);
      return object?.body ? { body: object.body, size: object.size } : null;
    },
    counted: (file) => void counted.push(file),
  };
  const files = [...more, ...entriesOf(songs, source)];
  const entries = withSums(files, newest(songs.map(({ clip }) => clip)));
  const length = zipLength(entries);
  const title = songs.length === 1 || more.length > 0 ? first.view.title : `${songs.length} songs`;
  const headers = {
    'Content-Type': 'application/zip',
    'Content-Length': String(length),
    'Content-Disposition': attachment(title, first.clip.slug, 'zip'),
  };
  // HEAD opens nothing.
  if (request.method === 'HEAD') return new Response(null, { headers });
  // Of fixed length: what breaks off on the way is an error for the caller as well, never a short archive.
  const { readable, writable } = new FixedLengthStream(length);
  context.waitUntil(write(entries, writable, deps.log).then(() => deps.flows.keepChecksums(counted)));
  return new Response(readable, { headers });
}

const write = (entries: Entry[], writable: WritableStream, log: (entry: object) => void): Promise<void> =>
  writeZip(entries, writable).catch((error: unknown) => {
    // All else is a caller who went away.
    if (error instanceof BrokenEntry) log({ event: 'error', at: 'zip', message: error.message });
  });
