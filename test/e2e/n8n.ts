// Edge: an n8n workflow run as n8n runs it, as far as the nodes of ours need: expressions, HTTP, a branch, fields at the end.

interface Node {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  // Each type of node has parameters of its own; run() reads those of four.
  parameters: any;
}
export interface Workflow {
  name: string;
  nodes: Node[];
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
}
type Item = Record<string, unknown>;

/** More would be a loop without end. */
const STEPS_MAX = 30;

/** From its trigger to the node that leads nowhere; answers what that one gives. `base` stands for the example's address. */
export async function runWorkflow({ nodes, connections }: Workflow, base: string, token: string): Promise<Item> {
  const given = new Map<string, Item>();
  let item: Item = {};
  let node = nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
  for (let step = 0; step < STEPS_MAX; step++) {
    if (!node) throw new Error('A connection leads to no node');
    const { name } = node;
    const { output, value } = await runNode(node, item, given, base, token);
    given.set(name, value);
    item = value;
    const next = connections[name]?.main[output]?.[0];
    if (next === undefined) return item;
    node = nodes.find((one) => one.name === next.node);
  }
  throw new Error('The workflow does not end');
}

async function runNode(
  { type, parameters }: Node,
  item: Item,
  given: ReadonlyMap<string, Item>,
  base: string,
  token: string,
): Promise<{ output: number; value: Item }> {
  const evaluate = (text: string): unknown => expression(text, item, given);
  switch (type) {
    case 'n8n-nodes-base.manualTrigger':
      return { output: 0, value: {} };
    case 'n8n-nodes-base.httpRequest': {
      const { method, url, headerParameters, jsonBody, authentication, genericAuthType } = parameters;
      if (authentication !== 'genericCredentialType' || genericAuthType !== 'httpBearerAuth')
        throw new Error('No bearer credential');
      const named: [string, string][] = (headerParameters?.parameters ?? []).map(
        ({ name, value }: { name: string; value: string }) => [name, value],
      );
      const answer = await fetch(String(evaluate(url)).replace('https://songs.example', base), {
        method,
        headers: { ...Object.fromEntries(named), authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(jsonBody !== undefined && { body: String(evaluate(jsonBody)) }),
      });
      if (!answer.ok) throw new Error(`n8n stops at ${answer.status}: ${await answer.text()}`);
      return { output: 0, value: (await answer.json()) as Item };
    }
    case 'n8n-nodes-base.if': {
      const [{ leftValue }] = parameters.conditions.conditions;
      return { output: evaluate(leftValue) === true ? 0 : 1, value: item };
    }
    case 'n8n-nodes-base.set': {
      const { assignments } = parameters.assignments as { assignments: { name: string; value: string }[] };
      return { output: 0, value: Object.fromEntries(assignments.map(({ name, value }) => [name, evaluate(value)])) };
    }
    default:
      throw new Error(`There is no node ${type} here`);
  }
}

/** `=a{{ $json.b }}`: text with JavaScript in it; without `=` in front it is text. */
function expression(text: string, item: Item, given: ReadonlyMap<string, Item>): unknown {
  if (!text.startsWith('=')) return text;
  const node = (name: string) => ({ first: () => ({ json: given.get(name) }) });
  const run = (code: string): unknown => new Function('$json', '$', `return (${code})`)(item, node);
  const [, only] = /^=\{\{([^]*)\}\}$/.exec(text) ?? [];
  if (only !== undefined && !only.includes('{{')) return run(only);
  return text.slice(1).replaceAll(/\{\{([^]*?)\}\}/g, (_, code: string) => String(run(code)));
}
