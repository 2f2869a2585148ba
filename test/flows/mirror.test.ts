import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { deleteClipMedia, deleteMedia } from '../../src/archive/bucket.ts';
import { mirrorClip, type MirrorDeps, type MirrorLedger } from '../../src/flows/mirror.ts';
import { FILES_IN_PARALLEL } from '../../src/model/limits.ts';
import type { FileOutcome, MirrorFile, MirrorMessage } from '../../src/model/messages.ts';
import { bucketWith } from '../archive/shelf.ts';
import { makeMedia, sha256Hex } from '../support/media.ts';
import { newSpace } from '../support/space.ts';

const song = { kind: 'mp3', bytes: 50_000 } as const;
const NOTHING = { discard: [], messages: [], deliveries: [], changed: [], save: null };

/** A ledger in memory: hands out the same files to every message, and looks first once it did so before. */
function world(files: Omit<MirrorFile, 'look_first'>[], over: Partial<MirrorDeps & MirrorLedger> = {}) {
  const message: MirrorMessage = { vendor: 'alpha', task_id: 'task', slug: crypto.randomUUID() };
  const reports: FileOutcome[][] = [];
  const log: Record<string, unknown>[] = [];
  const sent: MirrorMessage[] = [];
  const delivered: string[] = [];
  let handed = 0;
  const ledger: MirrorLedger = {
    mirrorJob: async ({ slug }) => {
      const look_first = handed++ > 0;
      return {
        ...{ vendor: 'alpha', task_id: 'task', clip_id: 'clip', slug, title: 'Song', duration_seconds: null },
        files: files.map((file) => ({ ...file, look_first })),
      };
    },
    mirrorReport: async (_, outcomes) => {
      reports.push(outcomes);
      return NOTHING;
    },
    saved: async () => [],
    takeDown: async () => null,
    ...over,
  };
  const deps: MirrorDeps = {
    ledger,
    fileDeps: () => ({
      ...{ media: env.MEDIA, records: env.RECORDS, now: () => Date.now(), uuid: () => crypto.randomUUID() },
      rules: { address: { allowPrivate: true, ownOrigins: [] }, maxBytes: 1_000_000 },
    }),
    deleteMedia: (keys) => deleteMedia(env.MEDIA, keys),
    clearMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
    sendMirror: async (messages) => void sent.push(...messages),
    sendDeliver: async (ids) => void delivered.push(...ids),
    saveRecord: async () => undefined,
    isTakenDown: async () => false,
    link: (key) => `https://songs.example/${key}`,
    now: () => Date.now(),
    log: (entry) => void log.push(entry as Record<string, unknown>),
    ...over,
  };
  const keys = async (): Promise<string[]> =>
    (await env.MEDIA.list({ prefix: `media/${message.slug}/` })).objects.map(({ key }) => key);
  return { message, deps, reports, log, sent, delivered, keys, run: () => mirrorClip(message, deps) };
}

describe('mirrorClip()', () => {
  it('does nothing for a message for which the ledger has nothing', async () => {
    const { run, reports, log } = world([], { mirrorJob: async () => null });
    await run();
    expect([reports, log]).toEqual([[], []]);
  });

  it('delivered twice at once makes one object; both outcomes tell the hash of what is there', async () => {
    const source_url = await newSpace().media('song', { recipe: song, then_seed: 2 });
    const { message, run, reports, keys } = world([{ role: 'audio', source_url }]);
    await Promise.all([run(), run()]);
    const key = `media/${message.slug}/audio.mp3`;
    expect(await keys()).toEqual([key]);
    const stored = await env.MEDIA.get(key);
    const sha256 = await sha256Hex(new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer()));
    expect(reports.flat()).toMatchObject([
      { ok: true, key, sha256 },
      { ok: true, key, sha256 },
    ]);
  });

  it('adopts what was put when the report was lost, whatever the source gives now', async () => {
    const space = newSpace();
    const source_url = await space.media('song', { recipe: song });
    const lost: FileOutcome[][] = [];
    const { run, keys } = world([{ role: 'audio', source_url }], {
      mirrorReport: async (_, outcomes) => {
        if (lost.push(outcomes) === 1) throw new Error('The ledger was away');
        return NOTHING;
      },
    });
    await expect(run()).rejects.toThrow('The ledger was away');
    await space.media('song', { recipe: { kind: 'flac', bytes: 9_000 } });
    await run();
    const sha256 = await sha256Hex(makeMedia(song));
    expect(lost[1]).toMatchObject([{ ok: true, sha256, bytes: 50_000, source_url }]);
    expect(await keys()).toHaveLength(1);
    expect(await space.log()).toHaveLength(1);
  });

  it('deletes what was taken down while it was under way, even when the queue is away', async () => {
    const source_url = await newSpace().media('song', { recipe: song });
    const { message, run, keys, log } = world([{ role: 'audio', source_url }], {
      mirrorReport: async ({ slug }) => ({ ...NOTHING, discard: [`media/${slug}/audio.mp3`], messages: [message] }),
      sendMirror: () => Promise.reject(new Error('The queue is away')),
    });
    await run();
    expect(log).toContainEqual({ event: 'error', at: 'queue', message: 'Error: The queue is away' });
    expect(await keys()).toEqual([]);
  });

  it("reports a bucket's error as unreachable, to be tried again, and the other files as they are", async () => {
    const space = newSpace();
    const media = bucketWith(env.MEDIA, {
      put: (key: string, body: Uint8Array, options: R2PutOptions) =>
        key.endsWith('.jpg') ? Promise.reject(new Error('R2 is away')) : env.MEDIA.put(key, body, options),
    });
    const files = [
      { role: 'audio', source_url: await space.media('song', { recipe: song }) },
      { role: 'cover', source_url: await space.media('cover', { recipe: { kind: 'jpeg', bytes: 900 } }) },
    ] as const;
    const { run, deps, reports, log } = world([...files]);
    const fileDeps = deps.fileDeps('alpha');
    Object.assign(deps, { fileDeps: () => ({ ...fileDeps, media }) });
    await run();
    const failed = { ok: false, role: 'cover', reason: 'unreachable', final: false };
    expect(reports).toMatchObject([[{ ok: true, role: 'audio' }, failed]]);
    expect(log.map(({ event, role }) => `${event} ${role}`).sort()).toEqual([
      'file.archived audio',
      'file.failed cover',
    ]);
  });

  it(`has at most ${FILES_IN_PARALLEL} files of a clip under way at once`, async () => {
    const space = newSpace();
    const slow = { fault: 'drip', ms: 80 } as const;
    const { run, reports } = world([
      { role: 'audio', source_url: await space.media('a', { recipe: song, ...slow }) },
      { role: 'cover', source_url: await space.media('c', { recipe: { kind: 'png', bytes: 900 }, ...slow }) },
      { role: 'video', source_url: await space.media('v', { recipe: { kind: 'mp4', bytes: 900 }, ...slow }) },
    ]);
    await run();
    expect(reports.flat().every(({ ok }) => ok)).toBe(true);
    const open = (await space.log()).map(({ in_flight }) => in_flight);
    expect(open).toHaveLength(3);
    expect(Math.max(...open)).toBe(FILES_IN_PARALLEL);
  });

  it('sends what the ledger wants next, and what it wants once the record is saved', async () => {
    const next = { vendor: 'alpha', task_id: 'task', slug: 'next' };
    const mirrorReport = async () => ({ ...NOTHING, messages: [next], deliveries: ['d1', 'd2'] });
    const { run, sent, delivered } = world([], { mirrorReport });
    await run();
    expect(sent).toEqual([next]);
    expect(delivered).toEqual(['d1', 'd2']);
  });

  it.each(['sendMirror', 'sendDeliver'] as const)('loses nothing of the other queue when %s fails', async (away) => {
    const message = { vendor: 'alpha', task_id: 'task', slug: 'next' };
    const { run, sent, delivered, log } = world([], {
      mirrorReport: async () => ({ ...NOTHING, messages: [message], deliveries: ['d1'] }),
      [away]: () => Promise.reject(new Error('The queue is away')),
    });
    await run();
    expect([sent.length, delivered.length]).toEqual(away === 'sendMirror' ? [0, 1] : [1, 0]);
    expect(log).toEqual([{ event: 'error', at: 'queue', message: 'Error: The queue is away' }]);
  });

  it.each(['ok', 'reset', 'html', 'blocked'])('logs and stores no query of a source URL (%s)', async (fault) => {
    const recipe = { kind: 'mp3', bytes: 900 } as const;
    const space = newSpace();
    const to = 'http://10.0.0.1/?signature=secret';
    const settings = fault === 'blocked' ? ({ fault: 'redirect', to } as const) : { fault: fault as 'ok' };
    const source_url = `${await space.media('song', { recipe, ...settings })}?signature=secret`;
    const { message, run, log } = world([{ role: 'audio', source_url }]);
    await run();
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({ source: new URL(source_url).host, vendor: 'alpha', task_id: 'task', role: 'audio' });
    expect(JSON.stringify(log)).not.toMatch(/secret|signature/);
    const object = await env.MEDIA.head(`media/${message.slug}/audio.mp3`);
    expect(JSON.stringify(object?.customMetadata ?? {})).not.toMatch(/secret|signature/);
  });
});
