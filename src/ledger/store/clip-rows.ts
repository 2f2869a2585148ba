// Edge: the clips in SQLite, and the index of their words. Rows are parsed on their way out; it decides nothing.
import * as v from 'valibot';
import { ClipState, type FileRecord, NEW_FILE } from '../../model/state.ts';
import { ClipReading, ROLES, VISIBILITIES, type Visibility } from '../../model/task.ts';
import type { ClipQuery } from '../api.ts';
import type { Database } from './database.ts';

interface ClipSql extends Record<string, SqlStorageValue> {
  slug: string;
  listed: number | null;
  parent: string | null;
  state: string;
}
const COLUMNS = 'clips.slug AS slug, clips.listed AS listed, clips.parent AS parent, clips.state AS state';

export class ClipRows {
  readonly #db: Database;
  readonly #sql: SqlStorage;

  constructor(db: Database) {
    this.#db = db;
    this.#sql = db.sql;
  }

  get(slug: string): ClipState | null {
    return this.all([slug]).get(slug) ?? null;
  }

  /** The clips that are known, by slug. */
  all(slugs: readonly string[]): Map<string, ClipState> {
    if (slugs.length === 0) return new Map();
    const rows = this.#sql.exec<ClipSql>(
      `SELECT ${COLUMNS} FROM clips WHERE slug IN (SELECT value FROM json_each(?))`,
      JSON.stringify(slugs),
    );
    return new Map(this.#read(rows.toArray()).map((clip) => [clip.slug, clip]));
  }

  put(clip: ClipState): void {
    this.#sql.exec(
      `INSERT INTO clips (slug, listed, visibility, parent, state) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET listed = ?2, visibility = ?3, parent = ?4, state = ?5`,
      clip.slug,
      clip.listed,
      clip.visibility,
      clip.parent ?? null,
      textOf(clip),
    );
  }

  delete(slug: string): void {
    this.#sql.exec('DELETE FROM clips WHERE slug = ?', slug);
  }

  reading(listed: number): ClipReading | null {
    const [row] = this.#sql
      .exec<{ reading: string }>('SELECT reading FROM clip_readings WHERE listed = ?', listed)
      .toArray();
    if (!row) return null;
    try {
      return v.parse(ClipReading, JSON.parse(row.reading));
    } catch (error) {
      this.#db.setAside(`reading ${listed}`, row, error);
      this.keepReading(listed, null);
      return null;
    }
  }

  /** From now on the clip tells of itself. Null: no more. */
  keepReading(listed: number, reading: ClipReading | null): void {
    if (reading === null) this.#sql.exec('DELETE FROM clip_readings WHERE listed = ?', listed);
    else
      this.#sql.exec(
        'INSERT INTO clip_readings (listed, reading) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET reading = ?2',
        listed,
        JSON.stringify(reading),
      );
  }

  /** Clips whose audio is archived, the newest first: those of one visibility. */
  listed(visibility: Visibility, before: number, limit: number): ClipState[] {
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clips WHERE listed < ? AND visibility = ? ORDER BY listed DESC LIMIT ?`,
          before,
          visibility,
          limit,
        )
        .toArray(),
    );
  }

  /** The same of those that were made from this one. */
  madeFrom(parent: string, visibility: Visibility, before: number, limit: number): ClipState[] {
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clips INDEXED BY clips_parent
           WHERE parent = ? AND visibility = ? AND listed < ? ORDER BY listed DESC LIMIT ?`,
          parent,
          visibility,
          before,
          limit,
        )
        .toArray(),
    );
  }

  /** Public clips of one task whose audio is archived, in the order in which it was. */
  ofTask(vendor: string, task_id: string, limit: number): ClipState[] {
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clips INDEXED BY clips_task
           WHERE json_extract(state, '$.vendor') = ? AND json_extract(state, '$.task_id') = ?
             AND visibility = 'public' AND listed IS NOT NULL ORDER BY listed LIMIT ?`,
          vendor,
          task_id,
          limit,
        )
        .toArray(),
    );
  }

  /** Public clips whose audio is archived: what became public last comes first. By its own index, which none guesses to be the shorter way. */
  published(limit: number): ClipState[] {
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clips INDEXED BY clips_published WHERE visibility = 'public' AND listed IS NOT NULL
           ORDER BY max(listed, 1000 * coalesce(json_extract(state, '$.published_at'), 0)) DESC LIMIT ?`,
          limit,
        )
        .toArray(),
    );
  }

  isPlaceTaken(place: number): boolean {
    return (
      this.#sql.exec(`SELECT 1 FROM clips WHERE visibility IN ('public', 'unlisted') AND listed = ?`, place).toArray()
        .length > 0
    );
  }

  /** By visibility, as the index is: otherwise each opening of a ledger would read all its clips. */
  lastListed(): number {
    const last = (visibility: Visibility): number =>
      this.#sql
        .exec<{ listed: number | null }>(
          'SELECT max(listed) AS listed FROM clips WHERE visibility = ? AND listed IS NOT NULL',
          visibility,
        )
        .one().listed ?? 0;
    return Math.max(...VISIBILITIES.map(last));
  }

  /** Archived clips behind a place, in their order: those that the index of words does not have yet. */
  behind(place: number, limit: number): ClipState[] {
    // One look at each visibility's own index, since the place comes second in it.
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clips WHERE visibility IN ('public', 'unlisted') AND listed > ? ORDER BY listed LIMIT ?`,
          place,
          limit,
        )
        .toArray(),
    );
  }

  putWords(place: number, text: string): void {
    this.removeWords(place);
    this.#sql.exec('INSERT INTO clip_words (rowid, text) VALUES (?, ?)', place, text);
  }

  removeWords(place: number): void {
    this.#sql.exec('DELETE FROM clip_words WHERE rowid = ?', place);
  }

  /** The clips that match, the newest first; `match` is in FTS5's language. */
  search(
    match: string,
    { visibility, parents }: Pick<ClipQuery, 'visibility' | 'parents'>,
    before: number,
    limit: number,
  ): ClipState[] {
    return this.#read(
      this.#sql
        .exec<ClipSql>(
          `SELECT ${COLUMNS} FROM clip_words
           JOIN clips ON clips.visibility IN (SELECT value FROM json_each(?4)) AND clips.listed = clip_words.rowid
           WHERE clip_words MATCH ?1 AND clip_words.rowid < ?2
             AND (?5 IS NULL OR clips.parent IN (SELECT value FROM json_each(?5)))
           ORDER BY clip_words.rowid DESC LIMIT ?3`,
          match,
          before,
          limit,
          JSON.stringify(visibility === null ? VISIBILITIES : [visibility]),
          parents === undefined ? null : JSON.stringify(parents),
        )
        .toArray(),
    );
  }

  #read(rows: readonly ClipSql[]): ClipState[] {
    return rows.flatMap((row) => {
      try {
        return toClip(row);
      } catch (error) {
        this.#db.setAside(`clip ${row.slug}`, row, error);
        this.delete(row.slug);
        return [];
      }
    });
  }
}

/** What is as it is in any new clip or file is left out: with it a row would be too long for its page. */
function textOf(clip: ClipState): string {
  const { slug, listed: _, parent: __, files, clip_id, also, ...rest } = clip;
  const kept = ROLES.flatMap((role) => {
    const file = files[role];
    return file === null ? [] : [[role, without(file, NEW_FILE)] as const];
  });
  return JSON.stringify({
    ...withoutNull(rest),
    ...(clip_id !== slug && { clip_id }),
    ...(also.length > 0 && { also }),
    files: Object.fromEntries(kept),
  });
}

function toClip({ slug, listed, parent, state }: ClipSql): ClipState {
  const kept = JSON.parse(state) as { files: Partial<Record<(typeof ROLES)[number], Partial<FileRecord>>> };
  const files = Object.fromEntries(
    ROLES.map((role) => [role, kept.files[role] ? { ...NEW_FILE, ...kept.files[role] } : null]),
  );
  return v.parse(ClipState, {
    title: null,
    taken_down_at: null,
    clip_id: slug,
    ...kept,
    slug,
    listed,
    files,
    ...(parent !== null && { parent }),
  });
}

const withoutNull = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null)) as Partial<T>;

const without = <T extends object>(value: T, usual: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([name, inner]) => inner !== usual[name as keyof T])) as Partial<T>;
