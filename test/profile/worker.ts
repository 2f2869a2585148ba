// Edge: the Worker's own mirror invocation by itself: a real download; what the ledger would hand out comes with the request, and its report goes nowhere.
import { mirrorClip, type MirrorDeps } from '../../src/flows/mirror.ts';
import type { FileOutcome, MirrorJob } from '../../src/model/messages.ts';
import { costlessBucket } from './bucket.ts';

const MAX_FILE_BYTES = 104_857_600;

export default {
  async fetch(request) {
    const job = await request.json<MirrorJob>();
    const [file] = job.files;
    if (new URL(request.url).pathname === '/mirror') return Response.json(await mirror(job));
    // The same bytes brought in and not looked at: what the runtime itself needs for them.
    const source = await fetch(file?.source_url ?? '', { headers: { 'accept-encoding': 'identity' } });
    const { byteLength } = await source.arrayBuffer();
    return Response.json([{ ok: true, bytes: byteLength }]);
  },
} satisfies ExportedHandler<Env>;

async function mirror(job: MirrorJob): Promise<readonly FileOutcome[]> {
  let outcomes: readonly FileOutcome[] = [];
  const nothing = { messages: [], deliveries: [], discard: [], changed: [], save: null };
  const bucket = costlessBucket();
  const deps: MirrorDeps = {
    ledger: {
      mirrorJob: async () => job,
      mirrorReport: async (_, reported) => {
        outcomes = reported;
        return nothing;
      },
      saved: async () => [],
      takeDown: async () => null,
    },
    fileDeps: () => ({
      ...{ media: bucket, records: bucket, now: () => Date.now(), uuid: () => crypto.randomUUID() },
      rules: { address: { allowPrivate: true, ownOrigins: [] }, key: null, maxBytes: MAX_FILE_BYTES },
    }),
    deleteMedia: async () => undefined,
    clearMedia: async () => undefined,
    saveRecord: async () => undefined,
    isTakenDown: async () => false,
    link: (key) => key,
    sendMirror: async () => undefined,
    sendDeliver: async () => undefined,
    log: (entry) => console.log(JSON.stringify(entry)),
    now: () => Date.now(),
  };
  await mirrorClip({ vendor: job.vendor, task_id: job.task_id, slug: job.slug }, deps);
  return outcomes;
}
