// The Model Context Protocol as its official client speaks it, against the demo: find songs, make one, wait, give its link on.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clip, Task } from '../../src/model/task.ts';
import { callers, Product, stopAll, until } from './product.ts';

/** The demo's own songs take 15 s. */

let product: Product;
const clients: Client[] = [];

beforeAll(async () => {
  product = await Product.start({ vars: { API_TOKENS: [...callers(), 'reader:read:only-reading'].join(',') } });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await stopAll();
});

async function connect(token = callers()[0]): Promise<Client> {
  const client = new Client({ name: 'an-agent', version: '1.0.0' });
  clients.push(client);
  const headers = { Authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', product.url), { requestInit: { headers } });
  // Its optional fields are declared more loosely than this project's compiler allows.
  await client.connect(transport as Transport);
  return client;
}

/** The client holds what comes against the output schema that the tool was listed with. */
async function use<Value>(client: Client, name: string, given: object): Promise<Value> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: { ...given } }));
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  return result.structuredContent as Value;
}

async function refusal(client: Client, name: string, given: object): Promise<string> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: { ...given } }));
  expect(result.isError).toBe(true);
  return result.content.map((part) => (part.type === 'text' ? part.text : '')).join();
}

describe.concurrent('an agent', () => {
  it('meets longplay and its tools, without a session', async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: 'longplay' });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    expect(client.getInstructions()).toContain('make_song');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['find_songs', 'get_song', 'get_task', 'track_tasks', 'make_song']);
    expect(await client.ping()).toEqual({});
  });

  it('makes a song, waits for it and has its permanent link', async () => {
    const client = await connect();
    await client.listTools();
    const order = { description: 'A brass band lost in the fog', style: 'brass, slow' };
    const { id, vendor } = await use<{ id: string; vendor: string }>(client, 'make_song', order);
    const isOver = async (): Promise<Task | null> => {
      const task = await use<Task>(client, 'get_task', { id, vendor, wait_seconds: 55 });
      return task.tracking.state === 'settled' ? task : null;
    };
    const { clips } = await until('the end of the song', isOver);
    const [{ audio, slug }] = clips as [Clip];
    expect(audio).toMatchObject({ state: 'archived', content_type: 'audio/mpeg' });
    const link = audio?.url ?? '';
    expect(link).toBe(`${product.url}/media/${slug}/audio.mp3`);
    const file = await fetch(link);
    expect([file.status, (await file.arrayBuffer()).byteLength]).toEqual([200, audio?.bytes]);
    expect(await use<Clip>(client, 'get_song', { slug })).toEqual(clips[0]);
    const { data } = await use<{ data: Clip[] }>(client, 'find_songs', { query: 'brass band' });
    expect(data.map((song) => song.slug).sort()).toEqual(clips.map((clip) => clip.slug).sort());
  });

  it('finds the songs that the demo made', async () => {
    const client = await connect();
    await client.listTools();
    const isThere = async (): Promise<Clip | undefined> =>
      (await use<{ data: Clip[] }>(client, 'find_songs', { query: 'lantern' })).data[0];
    const song = await until('a song of the demo', isThere);
    expect(song).toMatchObject({ title: 'Lantern on the Water', audio: { state: 'archived' } });
  });

  it('whose token only reads is told what it lacks, and makes nothing', async () => {
    const client = await connect('only-reading');
    expect(await refusal(client, 'make_song', { description: 'a' })).toMatch(/^forbidden: .*scope track/);
    expect(await refusal(client, 'track_tasks', { ids: ['a'] })).toMatch(/^forbidden: /);
    expect(await refusal(client, 'get_task', { id: 'nobody-knows' })).toMatch(/^not_found: /);
  });

  it('without a token does not come in', async () => {
    await expect(connect('wrong')).rejects.toThrow(/401|token/i);
  });

  it('is told of a mistake in a call, and of a tool that there is not', async () => {
    const client = await connect();
    expect(await refusal(client, 'make_song', {})).toContain('either description or lyrics');
    await expect(client.callTool({ name: 'sing' })).rejects.toThrow('Unknown tool: sing');
  });
});
