// Edge: a song of smoke's own, brought in as a saved answer; on this computer smoke serves its file.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OwnSong {
  readonly task_id: string;
  /** Of its one clip, a UUID, which is its name in links too. */
  readonly slug: string;
  /** As a relay would have answered. */
  readonly answer: unknown;
  close(): void;
}

/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, stereo; a frame whose rest is zero is 26 ms of silence. */
const FRAME_HEADER = [0xff, 0xfb, 0x90, 0x64];
const FRAME_BYTES = 417;
const FRAMES = 200;

function silence(): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES * FRAMES);
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) bytes.set(FRAME_HEADER, at);
  return bytes;
}

/** `audio`: where its file is; null: here. */
export async function makeOwnSong(audio: string | null): Promise<OwnSong> {
  const task_id = `smoke-${randomUUID()}`;
  const slug = randomUUID();
  const server = audio === null ? await serve(silence()) : null;
  return {
    task_id,
    slug,
    answer: answerOf(task_id, slug, audio ?? server?.url ?? '', Math.floor(Date.now() / 1_000)),
    close: () => server?.close(),
  };
}

const answerOf = (task_id: string, id: string, audio_url: string, nowSeconds: number): unknown => ({
  code: 'success',
  message: '',
  data: {
    task_id,
    action: 'MUSIC',
    status: 'SUCCESS',
    progress: '100%',
    fail_reason: '',
    submit_time: nowSeconds,
    start_time: nowSeconds,
    finish_time: nowSeconds,
    data: [{ id, title: 'Smoke test', status: 'complete', audio_url, metadata: { tags: 'silence' } }],
  },
});

async function serve(body: Buffer): Promise<{ url: string; close: () => void }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': body.length }).end(body);
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/smoke.mp3`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
