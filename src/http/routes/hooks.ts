// Edge: vendors' callbacks, always answered by 204. A body only names tasks, which are asked for; it is never believed.
import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../../config/settings.ts';
import type { Vendor } from '../../config/vendors.ts';
import { parseJson } from '../../lib/json.ts';
import { redact, withoutKey } from '../../net/redact.ts';
import { submittedIds, taskIdsIn } from '../../relay/task-ids.ts';
import { sha256 } from '../auth.ts';
import { readBytes } from '../body.ts';
import type { Call } from '../context.ts';

/** One batch: a callback is about one task, seldom a few. */
const IDS_MAX = 50;

export async function hook(call: Call): Promise<Response> {
  const { deps, params, context, request } = call;
  const settings = deps.settings.ok ? deps.settings.value : null;
  const vendor = settings?.vendors.get(params['vendor'] ?? '');
  if (settings !== null && vendor !== undefined && isSecret(params['secret'] ?? '', settings)) {
    const ids = await namedIn(request, vendor);
    if (ids.length > 0) context.waitUntil(ask(vendor, ids, settings, call));
  }
  return new Response(null, { status: 204 });
}

/** Hashes are of one length: time tells nothing of the secret. Its characters need no percent-encoding, but may have it. */
function isSecret(segment: string, { hook_secret }: Settings): boolean {
  const equal = timingSafeEqual(sha256(decoded(segment)), sha256(hook_secret ?? ''));
  return hook_secret !== null && equal;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // URIError: no secret of ours.
    return segment;
  }
}

async function namedIn(request: Request, { key }: Vendor): Promise<string[]> {
  let text: string;
  try {
    text = withoutKey(new TextDecoder().decode(await readBytes(request)), key);
  } catch {
    // Larger than any callback, or the caller left.
    return [];
  }
  const parsed = parseJson(text);
  const ids = taskIdsIn(parsed.ok ? parsed.value : formOf(text));
  // A body with nothing of a task but its id names it as an answer to a submit does.
  const named = ids.length === 0 && parsed.ok ? (submittedIds(200, parsed.value) ?? []) : ids;
  return named.slice(0, IDS_MAX);
}

/** A form, and each of its values by itself: `payload=<JSON>` is all there is, and not what a song was made from. */
function formOf(text: string): unknown[] {
  const form = new URLSearchParams(text);
  return [Object.fromEntries(form), ...form.values()];
}

async function ask(vendor: Vendor, ids: string[], settings: Settings, { deps }: Call): Promise<void> {
  try {
    await deps.askCalled(vendor, ids, { track: settings.auto_track });
  } catch (error) {
    deps.log({ event: 'error', at: 'hooks', message: redact(String(error), vendor.key) });
  }
}
