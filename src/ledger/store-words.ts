// Edge: the full-text index of clips in the ledger's SQLite storage. It decides nothing.

export class WordStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Clips up to this place are in the index. */
  indexedUpTo(): number {
    const [row] = this.#sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'words'`).toArray();
    return Number(row?.value ?? 0);
  }

  setIndexedUpTo(place: number): void {
    this.#sql.exec(
      `INSERT INTO meta (key, value) VALUES ('words', ?1) ON CONFLICT DO UPDATE SET value = ?1`,
      String(place),
    );
  }

  /** Slugs of archived clips that are not in the index yet, in the order of their places. */
  notIndexed(after: number, limit: number): { slug: string; listed: number }[] {
    // One look at each visibility's own index, since the place comes second in it.
    return this.#sql
      .exec<{ slug: string; listed: number }>(
        `SELECT slug, listed FROM clips WHERE visibility IN ('public', 'unlisted') AND listed > ? ORDER BY listed LIMIT ?`,
        after,
        limit,
      )
      .toArray();
  }

  put(place: number, text: string): void {
    this.remove(place);
    this.#sql.exec('INSERT INTO clip_words (rowid, text) VALUES (?, ?)', place, text);
  }

  remove(place: number): void {
    this.#sql.exec('DELETE FROM clip_words WHERE rowid = ?', place);
  }

  /** Slugs of the clips that match, the newest first; `match` is in FTS5's language. */
  search(match: string, visibility: string | null, before: number, limit: number): string[] {
    return this.#sql
      .exec<{ slug: string }>(
        `SELECT clips.slug AS slug FROM clip_words
         JOIN clips ON clips.visibility ${visibility === null ? `IN ('public', 'unlisted')` : '= ?4'} AND clips.listed = clip_words.rowid
         WHERE clip_words MATCH ?1 AND clip_words.rowid < ?2 ORDER BY clip_words.rowid DESC LIMIT ?3`,
        ...[match, before, limit, ...(visibility === null ? [] : [visibility])],
      )
      .toArray()
      .map(({ slug }) => slug);
  }
}
