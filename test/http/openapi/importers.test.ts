// What makers of tools demand of an API's document, beyond OpenAPI: it is imported as it is, without edits.
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/http/openapi/document.ts';
import { BASE } from '../fixtures.ts';

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  summary: string;
  parameters?: Json[];
  requestBody?: { content: Record<string, { schema?: Json }> };
}
const document = openApiDocument(BASE) as unknown as {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Json; schemas: Record<string, Json> };
};
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

const resolved = (schema: Json): Json => {
  const name = String(schema['$ref'] ?? '').replace('#/components/schemas/', '');
  return document.components.schemas[name] ?? schema;
};
/** As langgenius/dify reads a type (api/core/tools/utils/parser.py): its own or its schema's, looked up in a set of texts. */
const typeOf = (field: Json): unknown => field['type'] ?? (field['schema'] as Json | undefined)?.['type'];

describe('Dify', () => {
  it('finds the server, and where the token goes', () => {
    expect(document.servers).toEqual([{ url: BASE }]);
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
  });

  it('names each tool by an operation id that models take, and finds words for it', () => {
    for (const { operationId, summary } of operations) {
      expect(operationId).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(summary).toMatch(/\w/);
    }
  });

  it('finds every parameter whole, none behind a reference', () => {
    for (const { operationId, parameters = [] } of operations)
      for (const parameter of parameters)
        expect([operationId, typeof parameter['name'], parameter]).toEqual([operationId, 'string', parameter]);
  });

  it('reads one type at most of each parameter and of each field of a body', () => {
    for (const { operationId, parameters = [], requestBody } of operations) {
      const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => resolved(schema ?? {}));
      const fields = bodies.flatMap((body) => Object.entries((body['properties'] ?? {}) as Record<string, Json>));
      for (const [name, field] of [...parameters.map((one) => [String(one['name']), one] as const), ...fields])
        expect([operationId, name, Array.isArray(typeOf(field))]).toEqual([operationId, name, false]);
    }
  });
});

describe('makers of function calls', () => {
  it('meet no type that is a list anywhere: a field that may be null says so as a choice', () => {
    expect(JSON.stringify(document)).not.toMatch(/"type":\[/);
  });
});
