// The ledger's storage is lost from the disk: the buckets alone bring everything back, and no link breaks meanwhile.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import type { Task } from '../../src/model/task.ts';
import { Product, stopAll } from './product.ts';
import { makeSong, newRelay, sha256 } from './world.ts';

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(async () => {
  await stopAll();
  await standIn.close();
});

/** All that Durable Objects keep; answers what was there. */
function deleteLedger(data: string): string[] {
  const isLedger = (name: string) => /Ledger/.test(name);
  const found = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(isLedger);
  for (const name of found) rmSync(join(data, name), { recursive: true, force: true });
  return found;
}

async function pages(product: Product, route: string): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const { status, json } = await product.call('POST', `/v1/maintenance/${route}`, { body: { cursor } });
    expect(status).toBe(200);
    answers.push(json);
    cursor = json.next_cursor;
  } while (cursor !== null);
  return answers;
}

/** Bytes of every permanent link. */
async function linked(product: Product, tasks: readonly Task[]): Promise<string[]> {
  const urls = tasks.flatMap(({ clips }) => clips.flatMap(({ audio, cover }) => [audio?.url ?? '', cover?.url ?? '']));
  return Promise.all(urls.map(async (url) => `${url} ${sha256((await product.get(url, { token: null })).bytes)}`));
}

describe('a product whose ledger is lost', () => {
  it('has the same lists and links after a reindex, and nothing is archived twice', async () => {
    const relay = newRelay(standIn.url);
    const product = await Product.start({ vendors: { relay: relay.url } });
    const ids = ['first', 'second', 'third'];
    for (const id of ids) {
      await makeSong(relay, id);
      await product.track('relay', [id]);
    }
    for (const id of ids) await product.settled('relay', id);
    const [slug] = (await product.list('relay')).flatMap(({ clips }) => clips.map((clip) => clip.slug));
    await product.call('PATCH', `/v1/clips/${slug}`, { body: { title: 'My own', visibility: 'public' } });
    const [tasks, clips] = [await product.list('relay'), (await product.get('/v1/clips?limit=100')).json];
    const bytes = await linked(product, tasks);

    await product.kill();
    expect(deleteLedger(product.data).length).toBeGreaterThan(0);
    await relay.clearLog();
    await product.start();
    expect(await product.list('relay')).toEqual([]);
    // Public links never ask the ledger.
    expect(await linked(product, tasks)).toEqual(bytes);

    const answers = await pages(product, 'reindex');
    expect(answers.reduce((sum, { tasks: count }) => sum + Number(count), 0)).toBe(3);
    expect(await product.list('relay')).toEqual(tasks);
    expect((await product.get('/v1/clips?limit=100')).json).toEqual(clips);
    expect((await product.get('/v1/clips?q=own')).json.data).toHaveLength(1);
    expect(await linked(product, tasks)).toEqual(bytes);
    expect(await relay.log('/media/')).toEqual([]);
    expect((await pages(product, 'verify')).flatMap(({ problems }) => problems)).toEqual([]);
  });
});
