// Edge: the routes of clips: the archive's list, and one song read, changed or taken down.
import { isSlug } from '../../archive/keys.ts';
import type { Settings } from '../../config/settings.ts';
import type { ClipFound, ClipQuery } from '../../ledger/api.ts';
import { slugOf } from '../../model/id.ts';
import type { Clip } from '../../model/task.ts';
import { viewClip, type ViewContext } from '../../views/task.ts';
import type { MemberCall } from '../context.ts';
import { forget } from '../edge-cache.ts';
import * as input from '../input.ts';
import { Problem } from '../problem.ts';
import { json, type List, listAnswer, listOf } from '../respond.ts';
import { viewContext } from './tasks.ts';

export async function listClips(call: MemberCall & { query: input.ClipQuery }): Promise<Response> {
  const { visibility = null, q, parent, cursor = null, limit } = call.query;
  const parents = parent === undefined ? {} : { parents: slugsOf(parent, call.settings) };
  const page = await clipsPage(call, { visibility, q: q || null, before: cursor, limit, ...parents });
  return listAnswer(call, page, JSON.stringify(page.rows));
}

/** A slug, or an id that means something else at each vendor; some vendors' ids look like slugs. */
const slugsOf = (name: string, { vendors }: Settings): string[] => [
  ...new Set([...(isSlug(name) ? [name] : []), ...[...vendors.keys()].map((vendor) => slugOf(vendor, name))]),
];

export async function clipsPage(call: MemberCall, query: ClipQuery): Promise<List<Clip>> {
  const { clips, more } = await call.deps.ledger.clips(query);
  const { rows, next_cursor } = listOf(clips, more, cursorOf);
  const context = viewContext(call);
  return { rows: rows.map((row) => viewFound(row, context)), next_cursor };
}

export const getClip = async (call: MemberCall & OfClip): Promise<Response> => json(await readClip(call, call.subject));

export async function readClip(call: MemberCall, slug: string): Promise<Clip> {
  const found = isSlug(slug) ? await call.deps.flows.findClip(slug) : null;
  return viewFound(present(found), viewContext(call));
}

export async function changeClip(call: MemberCall & OfClip & { body: input.ClipBody }): Promise<Response> {
  const slug = call.subject;
  const found = present(await call.deps.flows.changeClip(slug, call.body));
  // The change is made: what caches hold of the song before it ends by itself within minutes.
  await forget(call, slug).catch((error: unknown) =>
    call.deps.log({ event: 'error', at: 'cache', slug, message: String(error) }),
  );
  return json(viewFound(found, viewContext(call)));
}

/** Also of a clip that is taken down already: a first attempt may have failed halfway, and this one ends it. */
export async function deleteClip(call: MemberCall & OfClip): Promise<Response> {
  const slug = call.subject;
  const before = await call.deps.flows.findClip(slug);
  const purge = () => forget(call, slug);
  if (before === null || (await call.deps.flows.takeDown(slug, purge)) === null) throw unknown();
  present(before);
  return new Response(null, { status: 204 });
}

/** Its slug, as the path names it. */
export interface OfClip {
  readonly subject: string;
}

export function clipSubject({ params }: MemberCall): string {
  const slug = params['slug'] ?? '';
  if (!isSlug(slug)) throw unknown();
  return slug;
}

export function present(found: ClipFound | null): ClipFound {
  if (found === null) throw unknown();
  if (found.clip.taken_down_at !== null) throw new Problem('gone', 'The song was taken down');
  return found;
}

const unknown = (): Problem => new Problem('not_found', 'There is no such clip');

/** A clip is known by a task that is tracked, or was. */
export const viewFound = ({ clip, reading, over }: ClipFound, context: ViewContext): Clip =>
  viewClip(reading, clip, { vendor: clip.vendor, task_id: clip.task_id, tracked: true, over }, context);

export function cursorOf({ clip, seq }: ClipFound): string {
  if (seq === null) throw new Error(`Cannot page after clip ${clip.slug}: it has no place in the list`);
  return input.encodeCursor(seq);
}
