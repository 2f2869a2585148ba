// Pure: the schemas that check input and describe output → JSON Schema 2020-12, the dialect of OpenAPI 3.1.
import { toJsonSchema, toJsonSchemaDefs, type ConversionConfig, type JsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { ID_MAX_CODE_POINTS, UNFIT_CHARACTERS } from '../../model/id.ts';
import { COMPONENTS, type ComponentName } from './components.ts';
import { WORDS } from './descriptions.ts';

export type Json = Record<string, unknown>;

export const schemaRef = (name: ComponentName): Json => ({ $ref: `#/components/schemas/${name}` });

/** What these check by code, which no conversion can read. A test holds each against what the code takes. */
const CHECKED_BY_CODE: Partial<Record<ComponentName, JsonSchema>> = {
  Id: { minLength: 1, maxLength: ID_MAX_CODE_POINTS, pattern: `^(?!\\.{1,2}$)[^${UNFIT_CHARACTERS}/\\\\]+$` },
  ClipBody: { minProperties: 1 },
  DropInFetchBody: {
    properties: {
      ids: {
        anyOf: [
          {
            type: 'array',
            maxItems: 500,
            items: { anyOf: [{ $ref: '#/components/schemas/Id' }, { type: 'integer' }] },
          },
          { type: 'null' },
        ],
      },
    },
  },
};
/** Of all that comes as text in a query this one is a number. */
export const LIMIT: JsonSchema = { type: 'integer', minimum: 1, maximum: 100, default: 20 };

const COMPONENTS_ROOT = '#/components/schemas/';

const conversion = (root: string): ConversionConfig => ({
  target: 'draft-2020-12',
  // What callers send, before it is transformed.
  typeMode: 'input',
  // Checks by code are told above and in words.
  errorMode: 'ignore',
  overrideRef: ({ referenceId }) => root + referenceId,
});

/** `root`: where references to them lead. */
export function componentSchemas(root = COMPONENTS_ROOT): Record<string, Json> {
  const definitions = toJsonSchemaDefs(COMPONENTS as never, conversion(root)) as Record<ComponentName, JsonSchema>;
  return Object.fromEntries(
    (Object.keys(COMPONENTS) as ComponentName[]).map((name) => [
      name,
      described({ ...definitions[name], ...CHECKED_BY_CODE[name] }, WORDS[name]),
    ]),
  );
}

interface Wording {
  readonly about: string;
  readonly fields?: Readonly<Record<string, string>>;
}

function described(schema: JsonSchema, { about, fields = {} }: Wording): Json {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    { ...(property as JsonSchema), description: fields[name] },
  ]);
  return {
    ...schema,
    description: about,
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
  };
}

/** One parameter of a query. */
export function parameterSchema(name: string, schema: GenericSchema): Json {
  if (name === 'limit') return { ...LIMIT };
  return convert(schema);
}

/** `definitions`: what it refers to by name. */
export function convert(schema: GenericSchema, root = COMPONENTS_ROOT, definitions = {}): Json {
  const { $schema: _, $defs: __, ...converted } = toJsonSchema(schema, { ...conversion(root), definitions });
  return converted;
}
