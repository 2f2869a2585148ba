// What src/http/integrations.md offers to be copied, and what llms.txt tells a program, each done as it says, against the demo.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../src/model/task.ts';
import { runWorkflow, type Workflow } from './n8n.ts';
import { callers, Product, stopAll, until } from './product.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../src/http/integrations.md'), 'utf8');
const TOKEN = callers()[0] ?? '';

let product: Product;
beforeAll(async () => {
  product = await Product.start({});
});
afterAll(stopAll);

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, kind, block]) =>
    kind === language ? [block ?? ''] : [],
  );

async function expectFile(link: unknown): Promise<void> {
  expect(link).toMatch(/\/media\/[\da-f-]{36}\/audio\.mp3$/);
  const answer = await fetch(String(link));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
}

describe.concurrent('the n8n workflow', () => {
  const workflow = blocks(PAGE, 'json')
    .map((block): unknown => JSON.parse(block))
    .find((value) => (value as Workflow).nodes) as Workflow;

  it('has the form of an export: nodes of distinct names and ids, connections between them', () => {
    const names = workflow.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(workflow.nodes.map(({ id }) => id)).size).toBe(names.length);
    for (const { position, typeVersion } of workflow.nodes)
      expect([position.length, typeof typeVersion]).toEqual([2, 'number']);
    for (const [from, { main }] of Object.entries(workflow.connections)) {
      expect(names).toContain(from);
      for (const to of main.flat()) expect([names.includes(to.node), to.type, to.index]).toEqual([true, 'main', 0]);
    }
  });

  it('ends with a permanent link', async () => {
    const { link, page } = await runWorkflow(workflow, product.url, TOKEN);
    await expectFile(link);
    expect((await fetch(String(page))).status).toBe(200);
  });
});

describe.concurrent('a program that knows only llms.txt', () => {
  /** The commands as the page has them, with what the page says to put in. */
  async function run(command: string, put: Record<string, string>): Promise<unknown> {
    const text = Object.entries({ $TOKEN: TOKEN, ...put }).reduce(
      (all, [name, value]) => all.replaceAll(name, value),
      command,
    );
    const url = /^curl (\S+)/.exec(text)?.[1] ?? '';
    const body = /-d '([^']*)'/.exec(text)?.[1];
    const headers = [...text.matchAll(/-H "([^:"]+): ([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [
      name,
      value,
    ]);
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body }),
    });
    return answer.json();
  }
  const commands = async (): Promise<[string[], string[]]> => {
    const page = await (await fetch(`${product.url}/llms.txt`)).text();
    const [tools = [], routes = []] = blocks(page, 'sh').map((block) =>
      block
        .replaceAll(/\\\n\s*/g, '')
        .split('\n')
        .filter((line) => line.startsWith('curl ')),
    );
    return [tools, routes];
  };

  it('makes a song by tools, waits for it and gives its link on', async () => {
    const [[make = '', wait = '']] = await commands();
    const made = (await run(make, {})) as { result: { structuredContent: { id: string; vendor: string } } };
    const { id, vendor } = made.result.structuredContent;
    const isOver = async (): Promise<Task | null> => {
      const { result } = (await run(wait, { '<task id>': id, '<vendor>': vendor })) as {
        result: { structuredContent: Task };
      };
      return result.structuredContent.tracking.state === 'settled' ? result.structuredContent : null;
    };
    const task = await until('the end of the song', isOver);
    await expectFile(task.clips[0]?.audio?.url);
  });

  it('does the same with the relay’s own routes', async () => {
    const [, [submit = '', read = '']] = await commands();
    const { data } = (await run(submit, {})) as { data: string };
    const isOver = async (): Promise<Task | null> => {
      const task = (await run(read, { '<task id>': data })) as Task;
      return task.tracking.state === 'settled' ? task : null;
    };
    const task = await until('the end of the song', isOver);
    await expectFile(task.clips[0]?.audio?.url);
  });
});
