// Edge: the ledger with its rows counted, and with hands that fill it with as many as an experiment wants.
import { Ledger as Real } from '../../../src/ledger/ledger.ts';
import { countRows } from './counting.ts';

/** Settings of the experiment under way: the ledger reads them when it is opened. */
export const place = { settings: {} as Record<string, unknown>, ledger: '' };

export class Ledger extends Real {
  constructor(ctx: DurableObjectState, env: Env) {
    countRows(ctx.storage.sql);
    super(ctx, { ...env, ...place.settings });
  }

  /** So many more tasks like this one, due at once where it is ever due: a new object finds them. */
  multiply(id: string, count: number): void {
    const { sql } = this.ctx.storage;
    const columns = 'kind, status, tracking, archive, archived, pending, unavailable, bytes';
    sql.exec(
      `WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ?2)
       INSERT INTO tasks (seq, vendor, id, is_open, ${columns}, work_at, polls, last_polled_at, version, saved_version, facts, short)
       SELECT seq + n, vendor, id || '~' || n, CASE tracking WHEN 'watching' THEN 1 ELSE 0 END, ${columns}, NULL, polls, 1, 1, 1, facts, short
       FROM tasks, place WHERE id = ?1`,
      id,
      count,
    );
    sql.exec(
      `WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ?2)
       INSERT INTO documents (seq, document) SELECT tasks.seq + n, document
       FROM place, tasks JOIN documents ON documents.seq = tasks.seq WHERE id = ?1`,
      id,
      count,
    );
  }

  /** Of all tasks so many are otherwise in each of these ways, spread from the oldest to the newest. */
  scatter(ways: Record<string, string | number | null>[], each: number): void {
    const { sql } = this.ctx.storage;
    const { first, count } = sql
      .exec<{ first: number; count: number }>('SELECT min(seq) AS first, count(*) AS count FROM tasks')
      .one();
    const stride = Math.floor(count / each);
    for (const [index, way] of ways.entries()) {
      const places = Array.from({ length: each }, (_, turn) => first + turn * stride + index + 1);
      const columns = Object.keys(way).map((column) => `${column} = ?`);
      sql.exec(
        `UPDATE tasks SET ${columns.join()} WHERE seq IN (SELECT value FROM json_each(?))`,
        ...Object.values(way),
        JSON.stringify(places),
      );
    }
  }

  /** So many more clips like this one, each with words of its own, behind it in the library. */
  multiplyClip(slug: string, count: number): void {
    const { sql } = this.ctx.storage;
    const more = 'WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ?2)';
    sql.exec(
      `${more} INSERT INTO clip_readings (listed, reading) SELECT listed + n, ?3 FROM clips, place WHERE slug = ?1`,
      slug,
      count,
      JSON.stringify(READING),
    );
    sql.exec(
      `${more} INSERT INTO clips (slug, listed, visibility, state)
       SELECT printf('%032x', n), listed + n, visibility, json_set(state, '$.title', 'Song number ' || n, '$.task_id', 'left')
       FROM clips, place WHERE slug = ?1`,
      slug,
      count,
    );
  }

  /** The next call opens a new object, which finds what was put there. */
  restart(): void {
    this.ctx.abort('It is opened anew');
  }

  bytes(): number {
    return this.ctx.storage.sql.databaseSize;
  }
}

const READING = {
  ...{
    id: 'clip',
    title: 'Song',
    status: 'complete',
    failure: null,
    tags: 'folk, acoustic, slow',
    lyrics: null,
    prompt: null,
  },
  ...{
    artist: null,
    model: null,
    model_version: null,
    duration_seconds: 120,
    created_at: null,
    parent_id: null,
    stem: null,
    stream_url: null,
  },
  ...{ audio_url: null, cover_url: null, video_url: null },
};
