// Pure: the responses of operations as OpenAPI says them: what they answer, and what they fail with.
import type { ComponentName } from './components.ts';
import { byStatus, failure, failureName } from './failures.ts';
import { codesOf, type Operation, type ResponseDoc, wordingOf } from './operation.ts';
import { headerRefs } from './parameters.ts';
import { schemaRef, type Json } from './schemas.ts';

export const JSON_TYPE = 'application/json';

export function responses(operation: Operation): Json {
  const { answers } = operation;
  const all: Record<string, Json> = {};
  for (const [status, codes] of byStatus(codesOf(operation)))
    all[status] = { $ref: `#/components/responses/${failureName(codes, wordingOf(operation))}` };
  for (const [status, answer] of Object.entries(answers)) {
    const codes = byStatus(codesOf(operation)).get(Number(status));
    all[status] = codes ? both(response(answer), failure(codes, wordingOf(operation))) : response(answer);
  }
  return all;
}

/** The failures that operations point at; 405 belongs to paths, not to operations, and is told beside them. */
export function failureComponents(operations: readonly Operation[]): Record<string, Json> {
  const components: Record<string, Json> = { method_not_allowed: failure(['method_not_allowed'], 'problem') };
  for (const operation of operations) {
    const wording = wordingOf(operation);
    for (const [status, codes] of byStatus(codesOf(operation))) {
      if (!(status in operation.answers)) components[failureName(codes, wording)] = failure(codes, wording);
    }
  }
  return components;
}

function response({ description, schema, types, headers = [] }: ResponseDoc): Json {
  const kinds = types ?? (schema === undefined ? [] : [JSON_TYPE]);
  return {
    description,
    headers: headerRefs(headers),
    ...(kinds.length > 0 && { content: content(kinds, schema) }),
  };
}

/** A status of both: the descriptions one after the other, the media types side by side. */
function both(own: Json, failure: Json): Json {
  return {
    ...own,
    description: `${String(own['description'])} Or: ${String(failure['description'])}`,
    headers: { ...(failure['headers'] as Json), ...(own['headers'] as Json) },
    content: { ...(failure['content'] as Json), ...(own['content'] as Json) },
  };
}

/** Without a schema: text or bytes. Bytes need none in OpenAPI 3.1. */
export function content(types: readonly string[], schema: ComponentName | 'any' | undefined): Json {
  const media = (type: string): Json => {
    if (schema !== undefined) return { schema: schema === 'any' ? {} : schemaRef(schema) };
    return type.startsWith('text/') || type.includes('openmetrics') ? { schema: { type: 'string' } } : {};
  };
  return Object.fromEntries(types.map((type) => [type, media(type)]));
}
