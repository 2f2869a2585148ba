// Edge: what the ledger remembers by name between two invocations, in its SQLite storage. It decides nothing.

/** Where the daily look at stored bytes goes on. */
export type NoteName = 'verify';

export class NoteStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(name: NoteName): string | null {
    const [row] = this.#sql.exec<{ value: string }>('SELECT value FROM meta WHERE key = ?', name).toArray();
    return row?.value ?? null;
  }

  put(name: NoteName, value: string | null): void {
    if (value === null) this.#sql.exec('DELETE FROM meta WHERE key = ?', name);
    else
      this.#sql.exec('INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2', name, value);
  }
}
