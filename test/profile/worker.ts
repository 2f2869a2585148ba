// Edge: the Worker's own mirror invocation by itself, with a real download and real buckets; what the ledger would hand out comes with the request, and its report goes nowhere. Beside it the least that fetches, hashes and puts.
import { mirrorClip, type MirrorDeps } from '../../src/flows/mirror.ts';
import type { FileOutcome, MirrorJob } from '../../src/model/messages.ts';

const MAX_FILE_BYTES = 104_857_600;

interface Buckets {
  MEDIA: R2Bucket;
  RECORDS: R2Bucket;
}

export default {
  async fetch(request, buckets) {
    const job = await request.json<MirrorJob>();
    const isOurs = new URL(request.url).pathname === '/longplay';
    return Response.json(isOurs ? await mirror(job, buckets) : await bare(job, buckets));
  },
} satisfies ExportedHandler<Buckets>;

async function bare({ slug, files: [file] }: MirrorJob, { MEDIA }: Buckets): Promise<object[]> {
  const source = await fetch(file?.source_url ?? '', { cache: 'no-store' });
  const bytes = await source.arrayBuffer();
  const sha256 = await crypto.subtle.digest('SHA-256', bytes);
  await MEDIA.put(`bare/${slug}`, bytes, { sha256 });
  return [{ ok: true, bytes: bytes.byteLength }];
}

async function mirror(job: MirrorJob, { MEDIA, RECORDS }: Buckets): Promise<readonly FileOutcome[]> {
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
      ...{ media: MEDIA, records: RECORDS, now: () => Date.now(), uuid: () => crypto.randomUUID() },
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
