// A ledger and buckets of each earlier schema version, as its code has written them (test/fixtures/schema-<n>.json), under this code; and that code's SQL on what this code has made of them.
import { env } from 'cloudflare:workers';
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/ledger/store/schema.ts';
import { listsOf, emptyBuckets, rebuild, tasksOf, verifyAll } from '../flows/archive.ts';
import { system, type Ledger } from '../flows/system.ts';
import { newSpace } from '../support/space.ts';
import before from '../fixtures/schema-1.json';
import { SQL_OF_SCHEMA_1 as SQL } from '../fixtures/schema-1-sql.ts';

type Row = Record<string, string | number | null>;
const OLD_TABLES = ['meta', 'tasks', 'clips', 'vendors'] as const;

/** A ledger of the version before, with its rows, opened by this code. */
async function migrated(): Promise<Ledger> {
  const ledger = env.LEDGER.getByName(crypto.randomUUID());
  await runInDurableObject(ledger, (_, { storage: { sql } }) => {
    for (const table of ['log', 'deliveries', 'clip_words', ...OLD_TABLES]) sql.exec(`DROP TABLE IF EXISTS ${table}`);
    sql.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    sql.exec(MIGRATIONS[0] ?? '');
    for (const table of OLD_TABLES) {
      for (const row of before.tables[table] as Row[]) {
        const names = Object.keys(row);
        sql.exec(
          `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`,
          ...Object.values(row),
        );
      }
    }
  });
  await evictDurableObject(ledger);
  return ledger;
}

async function fillBuckets(): Promise<void> {
  await emptyBuckets();
  for (const [key, record] of Object.entries(before.records)) await env.RECORDS.put(key, JSON.stringify(record));
  for (const [key, { base64, type }] of Object.entries(before.media))
    await env.MEDIA.put(key, Buffer.from(base64, 'base64'), { httpMetadata: { contentType: type } });
}

beforeEach(fillBuckets);

const rows = before.tables.tasks as Row[];
const byOrder = [...rows].sort((one, other) => Number(other['seq']) - Number(one['seq'])).map(({ id }) => id);
const isArchived = (clip: string): boolean => JSON.parse(clip).files.audio?.state === 'archived';

describe('a ledger of schema 1', () => {
  it('has its tasks in their order, each as it was', async () => {
    const tasks = await tasksOf(await migrated());
    expect(tasks.map(({ id }) => id)).toEqual(byOrder);
    for (const task of tasks) {
      const row = rows.find(({ id }) => id === task.id);
      expect([task.status, task.tracking.state, task.archive.state]).toEqual([
        row?.['status'],
        row?.['tracking'],
        row?.['archive'],
      ]);
    }
  });

  it('has its archived clips listed, found and linked to objects that are there', async () => {
    const ledger = await migrated();
    const archived = before.tables.clips.filter(({ state }) => isArchived(state)).map(({ slug }) => slug);
    const lists = await listsOf(ledger);
    expect(lists.clips.map(({ clip }) => clip.slug).sort()).toEqual(archived.sort());
    expect(lists.found.sort()).toEqual(archived.sort());
    for (const { clip } of lists.clips) {
      const object = await env.MEDIA.head(clip.files.audio?.key ?? '');
      expect(object?.size).toBe(clip.files.audio?.bytes);
    }
    expect(lists.stats.tasks.total).toBe(rows.length);
  });

  it('goes on: what was under way is archived, recorded, and all of it verified', async () => {
    const space = newSpace();
    const test = system({ alpha: space }, { ledger: await migrated() });
    const later = JSON.parse(String(rows.find(({ id }) => id === 'later')?.['state']));
    // Its source is gone with that day's vendor: this one has it under a new address.
    const audio = await space.media('later.mp3', { recipe: { kind: 'mp3', bytes: 20_000 } });
    const [clip] = later.reading.clips;
    await space.task('later', [
      {
        body: {
          code: 'success',
          message: '',
          data: { task_id: 'later', status: 'SUCCESS', data: [{ ...clip, audio_url: audio }] },
        },
      },
    ]);
    const retried = await test.ledger.retry('alpha', 'later');
    await test.tick();
    await test.mirror(retried?.messages);
    await test.tick();
    const task = (await tasksOf(test.ledger)).find(({ id }) => id === 'later');
    expect(task).toMatchObject({ tracking: { state: 'settled' }, archive: { state: 'complete' } });
    const own = (await verifyAll(test)).problems.filter(({ key }) => key.includes(clip.id));
    expect(own).toEqual([]);
  });
});

describe('records of schema 1', () => {
  it('rebuild a ledger with the same tasks, clips and links', async () => {
    const test = system({ alpha: newSpace() });
    const ledger = env.LEDGER.getByName(crypto.randomUUID());
    await rebuild(test, ledger);
    const recorded = Object.values(before.records).flatMap((record) => ('id' in record ? record.id : []));
    const was = (await tasksOf(await migrated())).filter(({ id }) => recorded.includes(id));
    const order = (ids: { id: string }[]) => ids.map(({ id }) => id);
    const now = await tasksOf(ledger);
    expect(order(now).sort()).toEqual(order(was).sort());
    for (const task of now) {
      const old = was.find(({ id }) => id === task.id);
      expect(task).toEqual(old);
    }
    expect((await ledger.events({ after: null, type: null, limit: 10 })).events).toEqual([]);
    const slugs = (await listsOf(ledger)).clips.map(({ clip }) => clip.slug);
    expect(slugs.length).toBeGreaterThan(2);
  });
});

describe('the code of schema 1, back again', () => {
  it('reads and writes the tables of this code by its own statements', async () => {
    const ledger = await migrated();
    await tasksOf(ledger);
    await runInDurableObject(ledger, (_, { storage: { sql } }) => {
      const [row] = sql.exec(SQL.task, 'alpha', 'settled').toArray();
      expect(Object.keys(row ?? {})).toEqual(SQL.columns.split(', '));
      const values = Object.values(row ?? {});
      sql.exec(
        SQL.insertTask,
        ...values.map(
          (value, index) => [value, 'again', Date.now() * 1_000][index === 1 ? 1 : index === 2 ? 2 : 0] ?? value,
        ),
      );
      sql.exec(SQL.updateTask, ...values.slice(5), Date.now(), Date.now(), 'alpha', 'again');
      sql.exec(SQL.updatePoll, 4, 5, 6, 'alpha', 'again');
      for (const [text, ...bound] of SQL.reads)
        expect(sql.exec(String(text), ...bound).toArray().length).toBeGreaterThan(0);
      sql.exec(SQL.endLeases, 1, 2);
      const [clip] = sql
        .exec<{ slug: string; state: string }>(SQL.clips, '["11111111-1111-4111-8111-111111111111"]')
        .toArray();
      const { told: _t, listed: _l, ...state } = JSON.parse(clip?.state ?? '{}');
      sql.exec(SQL.putClip, clip?.slug, JSON.stringify(state));
      sql.exec(SQL.putClip, 'f'.repeat(32), JSON.stringify({ ...state, slug: 'f'.repeat(32) }));
      sql.exec(SQL.putPacing, 'alpha', sql.exec<{ pacing: string }>(SQL.pacing, 'beta').one().pacing);
      sql.exec(SQL.deleteTask, 'alpha', 'again');
      sql.exec(SQL.deleteClip, 'f'.repeat(32));
    });
    await evictDurableObject(ledger);
    expect((await tasksOf(ledger)).map(({ id }) => id)).toEqual(byOrder);
  });

  it('archives songs that have no place in the lists: a rebuild gives them one', async () => {
    const test = system({ alpha: newSpace() }, { ledger: await migrated() });
    const slugs = async () => (await listsOf(test.ledger)).clips.map(({ clip }) => clip.slug);
    const all = await slugs();
    const recorded = '11111111-1111-4111-8111-111111111111';
    await runInDurableObject(test.ledger, (_, { storage: { sql } }) => {
      const [clip] = sql.exec<{ slug: string; state: string }>(SQL.clips, JSON.stringify([recorded])).toArray();
      sql.exec(SQL.deleteClip, clip?.slug);
      sql.exec(SQL.putClip, clip?.slug, clip?.state);
    });
    expect((await slugs()).sort()).toEqual(all.filter((slug) => slug !== recorded).sort());
    await rebuild(test, test.ledger);
    expect((await slugs()).sort()).toEqual([...all].sort());
  });
});
