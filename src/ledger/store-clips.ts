// Edge: the clips in the ledger's SQLite storage. Rows are parsed on their way out; it decides nothing.
import * as v from 'valibot';
import { ClipReading, VISIBILITIES, type Visibility } from '../model/task.ts';
import { ClipState } from '../model/state.ts';
import { filesOf, type FileTally, type Tally } from './tally.ts';
import type { Writes } from './writes.ts';

export interface ClipRow {
  clip: ClipState;
  reading: ClipReading | null;
}

interface ClipSqlRow extends Record<string, SqlStorageValue> {
  slug: string;
  state: string;
  listed: number | null;
  reading: string | null;
}
const CLIP_COLUMNS = 'slug, state, listed';

/** The column is the truth of a clip's place: code of the version before knows nothing of it. */
function toClip(row: ClipSqlRow): ClipRow {
  const clip = v.parse(ClipState, { ...JSON.parse(row.state), listed: row.listed });
  return { clip, reading: row.reading == null ? null : v.parse(ClipReading, JSON.parse(row.reading)) };
}

export class ClipStore {
  readonly #sql: SqlStorage;
  readonly #writes: Writes;
  readonly #tally: () => Tally | null;

  /** `tally`: where there is one, it is kept. */
  constructor(sql: SqlStorage, writes: Writes, tally: () => Tally | null) {
    this.#sql = sql;
    this.#writes = writes;
    this.#tally = tally;
  }

  get(slug: string): ClipState | null {
    return this.all([slug])[0] ?? null;
  }

  /** The clips that are known, in the order asked. */
  all(slugs: readonly string[]): ClipState[] {
    if (slugs.length === 0) return [];
    const rows = this.#sql.exec<ClipSqlRow>(
      `SELECT ${CLIP_COLUMNS} FROM clips WHERE slug IN (SELECT value FROM json_each(?))`,
      JSON.stringify(slugs),
    );
    const bySlug = new Map(rows.toArray().map((row) => [row.slug, toClip(row).clip]));
    return slugs.flatMap((slug) => bySlug.get(slug) ?? []);
  }

  /** A clip with what is kept of its reading once no row of its task tells it. */
  row(slug: string): ClipRow | null {
    const [row] = this.#sql
      .exec<ClipSqlRow>(`SELECT ${CLIP_COLUMNS}, reading FROM clips WHERE slug = ?`, slug)
      .toArray();
    return row ? toClip(row) : null;
  }

  put(clip: ClipState): void {
    this.#tally()?.clip(this.get(clip.slug), clip);
    this.#writes.note(clip.slug);
    this.#sql.exec(
      `INSERT INTO clips (slug, state, listed, visibility) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET state = ?2, listed = ?3, visibility = ?4`,
      clip.slug,
      JSON.stringify(clip),
      clip.listed,
      clip.visibility,
    );
  }

  /** From now on the clip tells of itself. */
  keepReading(slug: string, reading: ClipReading): void {
    this.#sql.exec('UPDATE clips SET reading = ? WHERE slug = ?', JSON.stringify(reading), slug);
  }

  /** When the public songs changed last; 0: never. */
  changedAt(): number {
    const [row] = this.#sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'library'`).toArray();
    return Number(row?.value ?? 0);
  }

  setChangedAt(ms: number): void {
    this.#sql.exec(
      `INSERT INTO meta (key, value) VALUES ('library', ?1) ON CONFLICT DO UPDATE SET value = ?1`,
      String(ms),
    );
  }

  /** Clips whose audio is archived, the newest first: those of one visibility, or all. */
  listed(visibility: string, before: number, limit: number): ClipRow[] {
    return this.#sql
      .exec<ClipSqlRow>(
        `SELECT ${CLIP_COLUMNS}, reading FROM clips WHERE listed < ? AND visibility = ? ORDER BY listed DESC LIMIT ?`,
        before,
        visibility,
        limit,
      )
      .toArray()
      .map(toClip);
  }

  /** Public clips whose audio is archived: what became public last comes first. By its own index, which none guesses to be the shorter way. */
  published(limit: number): ClipRow[] {
    return this.#sql
      .exec<ClipSqlRow>(
        `SELECT ${CLIP_COLUMNS}, reading FROM clips INDEXED BY clips_published WHERE visibility = 'public' AND listed IS NOT NULL
         ORDER BY max(listed, 1000 * coalesce(json_extract(state, '$.published_at'), 0)) DESC LIMIT ?`,
        limit,
      )
      .toArray()
      .map(toClip);
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

  delete(slug: string): void {
    this.#tally()?.clip(this.get(slug), null);
    this.#writes.note(slug);
    this.#sql.exec('DELETE FROM clips WHERE slug = ?', slug);
  }

  /** All files, one by one. */
  count(): FileTally {
    const files = { archived: 0, unavailable: 0, bytes: 0 };
    for (const row of this.#sql.exec<ClipSqlRow>(`SELECT ${CLIP_COLUMNS} FROM clips`)) {
      const { archived, unavailable, bytes } = filesOf(toClip(row).clip);
      files.archived += archived;
      files.unavailable += unavailable;
      files.bytes += bytes;
    }
    return files;
  }
}
