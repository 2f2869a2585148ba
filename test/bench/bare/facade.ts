// Edge: the least facade: a row of a Durable Object as it stands, or the hops of a read that asks: object, vendor, object.
import { DurableObject } from 'cloudflare:workers';

export class Rows extends DurableObject<Bindings> {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID');
  }

  read(id: string): string | null {
    const [row] = this.ctx.storage.sql.exec<{ body: string }>('SELECT body FROM rows WHERE id = ?', id).toArray();
    return row?.body ?? null;
  }

  write(id: string, body: string): void {
    this.ctx.storage.sql.exec(
      'INSERT INTO rows (id, body) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET body = ?2',
      id,
      body,
    );
  }
}

interface Bindings {
  ROWS: DurableObjectNamespace<Rows>;
  VENDOR: string;
  /** Where ours asks one too. */
  RATE_LIMIT?: RateLimit;
}

const HEADERS = { 'content-type': 'application/json' };

export default {
  async fetch(request, env) {
    const [, how, id = ''] = new URL(request.url).pathname.split('/');
    const rows = env.ROWS.getByName('rows');
    if (request.method === 'PUT') {
      await rows.write(id, await request.text());
      return new Response(null, { status: 204 });
    }
    await env.RATE_LIMIT?.limit({ key: 'bench' });
    const known = await rows.read(id);
    if (how === 'settled') return new Response(known, { headers: HEADERS });
    const answer = await fetch(`${env.VENDOR}/suno/fetch/${id}`, { cache: 'no-store' });
    const body = await answer.text();
    await rows.write(id, body);
    return new Response(body, { headers: HEADERS });
  },
} satisfies ExportedHandler<Bindings>;
