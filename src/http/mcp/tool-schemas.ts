// Pure: the tools as `tools/list` tells them: schemas of what goes in and comes out, each whole in itself.
import { COMPONENTS, type ComponentName } from '../openapi/components.ts';
import { componentSchemas, convert, type Json } from '../openapi/schemas.ts';
import type { Tool } from './tool.ts';

const ROOT = '#/$defs/';

export function describeTools(tools: readonly Tool[]): Json[] {
  const components = componentSchemas(ROOT);
  return tools.map(({ name, title, description, input, output, annotations }) => ({
    name,
    title,
    description,
    inputSchema: convert(input, ROOT),
    outputSchema: withDefinitions(outputSchema(output, components), components),
    annotations: { title, ...annotations },
  }));
}

/** A component's own schema, since clients want an object at the root and no reference. */
function outputSchema(output: Tool['output'], components: Record<string, Json>): Json {
  const [name] = Object.entries(COMPONENTS).find(([, schema]) => schema === output) ?? [];
  return (name === undefined ? undefined : components[name]) ?? convert(output, ROOT, COMPONENTS);
}

/** With all that it refers to, and what these refer to. */
function withDefinitions(schema: Json, components: Record<string, Json>): Json {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      visit(components[name]);
    }
  };
  visit(schema);
  const definitions = Object.fromEntries([...names].map((name) => [name, components[name as ComponentName]]));
  return { ...schema, ...(names.size > 0 && { $defs: definitions }) };
}
