// Edge: every call that the Worker makes to the platform, counted as the platform bills it.
import { during } from './clock.ts';

export interface Counts {
  /** Calls of the ledger by their names: each is a request to a Durable Object. */
  rpc: Record<string, number>;
  /** Milliseconds in which at least one of them was under way: for these the object is billed, though it waits. */
  object_ms: number;
  rows_read: number;
  rows_written: number;
  /** Messages; each is written, read and deleted: three operations. */
  messages: number;
  class_a: number;
  class_b: number;
  vendor_requests: number;
  file_requests: number;
  /** Invocations: requests, ticks and messages. */
  invocations: number;
  /** Connections open at the same time, at most. */
  connections: number;
}

export const newCounts = (): Counts => ({
  ...{ rpc: {}, object_ms: 0, rows_read: 0, rows_written: 0, messages: 0, class_a: 0, class_b: 0 },
  ...{ vendor_requests: 0, file_requests: 0, invocations: 0, connections: 0 },
});

export const meter = { counts: newCounts() };
let connections = 0;

/** Open from its call to its answer: a fetch until its headers, a put for its whole upload. */
export async function connected<T>(work: () => Promise<T>): Promise<T> {
  connections++;
  meter.counts.connections = Math.max(meter.counts.connections, connections);
  try {
    return await during(work);
  } finally {
    connections--;
  }
}

/** Operations of R2 by their class; deletes are free. */
const CLASSES: Record<string, 'class_a' | 'class_b'> = {
  ...{ put: 'class_a', list: 'class_a', createMultipartUpload: 'class_a' },
  ...{ get: 'class_b', head: 'class_b' },
};

type Method = (...values: unknown[]) => Promise<unknown>;

/** The same object, whose methods are seen. */
function seen<T extends object>(target: T, see: (name: string, call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...values: unknown[]) =>
        see(name, () => Reflect.apply(value as Method, target, values) as Promise<unknown>);
    },
  });
}

export const countedBucket = (bucket: R2Bucket): R2Bucket =>
  seen(bucket, (name, call) => {
    const kind = CLASSES[name];
    if (kind) meter.counts[kind]++;
    return connected(call);
  });

let rpcsOpen = 0;
let openSince = 0;

export const countedStub = <Stub extends object>(stub: Stub): Stub =>
  seen(stub, async (name, call) => {
    meter.counts.rpc[name] = (meter.counts.rpc[name] ?? 0) + 1;
    if (rpcsOpen++ === 0) openSince = Date.now();
    try {
      return await during(call);
    } finally {
      if (--rpcsOpen === 0) meter.counts.object_ms += Date.now() - openSince;
    }
  });

/** Rows as SQLite tells them of each statement. */
export function countRows(sql: SqlStorage): void {
  const exec = sql.exec.bind(sql) as (
    query: string,
    ...bindings: unknown[]
  ) => SqlStorageCursor<Record<string, SqlStorageValue>>;
  const counted = (query: string, ...bindings: unknown[]) => {
    const cursor = exec(query, ...bindings);
    let read = cursor.rowsRead;
    meter.counts.rows_read += read;
    meter.counts.rows_written += cursor.rowsWritten;
    const rest = (): void => {
      meter.counts.rows_read += cursor.rowsRead - read;
      read = cursor.rowsRead;
    };
    for (const name of ['toArray', 'one'] as const) {
      const take = cursor[name].bind(cursor) as () => unknown;
      Object.defineProperty(cursor, name, {
        value: () => {
          const rows = take();
          rest();
          return rows;
        },
      });
    }
    return cursor;
  };
  Object.defineProperty(sql, 'exec', { configurable: true, value: counted });
}
