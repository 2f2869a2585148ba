// Edge: songs with files that a browser can really show and play, from a host of their own; and a page that frames players.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { audioOf, coverOf } from '../../src/cli/demo/encoders.ts';
import { SONGS } from '../../src/cli/demo/songs.ts';
import { taskAnswer } from '../e2e/world.ts';
import type { TestSpace } from '../support/space.ts';

/** What relays name where they have no file. */
const NOWHERE = 'http://10.255.255.1/none.mp3';

/** Nothing answers there, and a local product may not even ask. */
const BLOCKED = 'http://10.255.255.1/song.mp3';

export interface Telling {
  title?: string;
  tags?: string;
  lyrics?: string;
  artist?: string;
  status?: string;
  audio?: 'real' | 'none' | 'lost' | 'blocked';
  error?: string;
}

export interface Host {
  url: string;
  /** The address of a page of this host with this in its body, answered under these headers. */
  page(body: string, headers?: Record<string, string>): string;
  close(): void;
}

export async function startHost(): Promise<Host> {
  const [clip] = SONGS.flatMap(({ clips }) => clips);
  if (clip === undefined) throw new Error('The demo has no songs');
  const pages = new Map<string, { body: string; headers: Record<string, string> }>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const page = pages.get(path);
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html', ...page.headers });
      response.end(`<!DOCTYPE html><title>x</title>${page.body}`);
      return;
    }
    void (path.endsWith('.mp3') ? audioOf(clip) : coverOf({ ...clip, id: path })).then(({ type, body: file }) =>
      response.writeHead(200, { 'content-type': type, 'content-length': file.length }).end(file),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    page(body, headers = {}) {
      const path = `/${randomUUID()}`;
      pages.set(path, { body, headers });
      return url + path;
    },
    close: () => void server.close(),
  };
}

/** Tells the relay of a task with one song; told again, the task has moved on. */
export async function tell(relay: TestSpace, host: Host, slug: string, telling: Telling = {}): Promise<void> {
  const { status = 'complete', audio = status === 'complete' ? 'real' : 'none', error = null } = telling;
  const image = status === 'complete' ? `${host.url}/${slug}.jpg` : '';
  const song = {
    ...{ id: slug, title: telling.title ?? 'Harbour Light', status, display_name: telling.artist ?? 'Heron' },
    audio_url: { real: `${host.url}/${slug}.mp3`, none: '', lost: NOWHERE, blocked: BLOCKED }[audio],
    ...{ image_url: image, image_large_url: image, created_at: '2026-09-01T12:00:00Z' },
    metadata: {
      tags: telling.tags ?? 'folk, quiet',
      prompt: telling.lyrics ?? '[Verse]\nIn and out\nAnd in again\n\n[Chorus]\nStay a while',
      ...{ duration: 14.5, error_message: error },
    },
  };
  const word = { complete: 'SUCCESS', error: 'FAILURE' }[status] ?? 'IN_PROGRESS';
  await relay.task(slug, [taskAnswer(slug, word, [song])]);
}
