// Edge: the world outside of the counted Worker, in its own memory: a relay whose songs go by the clock, and its media host.
import { AUDIO, COVER, TINY_AUDIO, TINY_COVER, songRow, type SongState } from '../songs.ts';
import { connected, meter } from './counting.ts';

export const VENDOR_URL = 'https://relay.example';
const FILES_URL = 'https://cdn.example';

/** What a song is now: set by each experiment. Songs whose names differ behind a `~` alone have the same clips. */
export const script: { stateOf: (id: string) => SongState; tiny: boolean } = {
  stateOf: () => 'streaming',
  tiny: false,
};

export function answerFetches(): void {
  globalThis.fetch = (input: RequestInfo | URL, init?: RequestInit) => connected(() => answer(input, init));
}

async function answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(String(input));
  if (url.origin === FILES_URL) {
    meter.counts.file_requests++;
    const [type, bytes] = url.pathname.endsWith('.mp3')
      ? ['audio/mpeg', script.tiny ? TINY_AUDIO : AUDIO]
      : ['image/jpeg', script.tiny ? TINY_COVER : COVER];
    return new Response(bytes, { headers: { 'content-type': type, 'content-length': String(bytes.length) } });
  }
  meter.counts.vendor_requests++;
  const row = (id: string) =>
    songRow(id, script.stateOf(id), FILES_URL, {
      song: id.replace(/~\d+$/, ''),
      ...(script.tiny && { seconds: 0.4 }),
    });
  const data =
    init?.method === 'POST'
      ? (JSON.parse(String(init.body)) as { ids: string[] }).ids.map(row)
      : row(url.pathname.split('/').at(-1) ?? '');
  return Response.json({ code: 'success', message: '', data });
}
