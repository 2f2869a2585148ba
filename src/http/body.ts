// Edge: reads a request's body as JSON, within its limit. Whatever is wrong with it is a Problem.
import { REQUEST_BODY_MAX_BYTES } from '../model/limits.ts';
import { parseJson } from '../lib/json.ts';
import { Problem } from './problem.ts';
import type { BodyRule } from './route.ts';

const JSON_TYPE = /^application\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i;

export interface JsonBody {
  readonly value: unknown;
  readonly text: string;
}

/** Numbers keep their digits (lib/json.ts). */
export async function readBody(request: Request, form: BodyRule['form']): Promise<JsonBody> {
  if (form === 'json') checkType(request);
  const bytes = await readBytes(request);
  if (form === 'optional') {
    if (bytes.length === 0) return { value: {}, text: '' };
    checkType(request);
  }
  return parsed(bytes);
}

function checkType(request: Request): void {
  const type = request.headers.get('content-type')?.trim() ?? '';
  if (JSON_TYPE.test(type)) return;
  throw new Problem(
    'unsupported_media_type',
    `Send Content-Type: application/json, not ${type === '' ? 'none' : type}`,
  );
}

function parsed(bytes: Uint8Array): JsonBody {
  const text = decode(bytes);
  const result = parseJson(text);
  if (!result.ok) throw unreadable(bytes.length === 0 ? 'is empty' : 'is not valid JSON');
  return { value: result.value, text };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    // TypeError: no UTF-8.
    throw unreadable('is not UTF-8', cause);
  }
}

const unreadable = (what: string, cause?: unknown): Problem =>
  new Problem('invalid_request', `The body ${what}`, { errors: [{ path: 'body', message: what }], cause });

/** Counted while reading: a length may be missing or wrong. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > REQUEST_BODY_MAX_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the rest.
    if (size > REQUEST_BODY_MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const tooLarge = (): Problem => new Problem('payload_too_large', `A body has at most ${REQUEST_BODY_MAX_BYTES} bytes`);
