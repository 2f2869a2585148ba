// Edge: the Worker's own mirror invocation by itself, with a real download; what the ledger would hand out comes with the request, and its report goes nowhere. Beside it the least that fetches, hashes and puts.
import { mirrorClip, type MirrorDeps } from '../../src/flows/mirror.ts';
import type { FileOutcome, MirrorJob } from '../../src/model/messages.ts';
import { remoteBucket } from './bucket.ts';

const MAX_FILE_BYTES = 104_857_600;

interface Bindings {
  STORE: string;
}

export default {
  async fetch(request, { STORE }) {
    const job = await request.json<MirrorJob>();
    const isOurs = new URL(request.url).pathname === '/longplay';
    const bucket = remoteBucket(STORE);
    return Response.json(isOurs ? await mirror(job, bucket) : await bare(job, bucket));
  },
} satisfies ExportedHandler<Bindings>;

async function bare({ slug, files: [file] }: MirrorJob, bucket: R2Bucket): Promise<object[]> {
  const source = await fetch(file?.source_url ?? '', { cache: 'no-store' });
  const bytes = await source.arrayBuffer();
  const sha256 = await crypto.subtle.digest('SHA-256', bytes);
  await bucket.put(`bare/${slug}`, bytes, { sha256 });
  return [{ ok: true, bytes: bytes.byteLength }];
}

async function mirror(job: MirrorJob, bucket: R2Bucket): Promise<readonly FileOutcome[]> {
  let outcomes: readonly FileOutcome[] = [];
  const nothing = { messages: [], deliveries: [], discard: [], changed: [], save: null };
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
