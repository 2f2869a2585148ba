// Edge: the platform's queue handler: each message goes to its flow, with its bindings. Decides nothing.
import * as v from 'valibot';
import { deleteClipMedia, deleteMedia, deleteRecord } from '../archive/bucket.ts';
import { permanentLink, taskRecordKey } from '../archive/keys.ts';
import { readClipRecord, saveTask } from '../archive/records.ts';
import type { Settings } from '../config/settings.ts';
import { deliverOne } from '../flows/deliver.ts';
import { mirrorClip } from '../flows/mirror.ts';
import { DeliverMessage, MirrorMessage } from '../model/messages.ts';
import { postTo } from '../net/webhook.ts';
import { publicRow } from '../views/relay-answer.ts';
import { renderLogged, viewTask } from '../views/task.ts';
import { ledgerOf, type Log, logAs, now, ownOriginsOf, queuesOf, recordsOf, token } from './platform.ts';

export async function runMirror(env: Env, settings: Settings, batch: MessageBatch): Promise<void> {
  const log = logAs(token());
  const ownOrigins = ownOriginsOf(settings);
  await consume(batch, { schema: MirrorMessage, names: 'clip', log }, (message) =>
    mirrorClip(message, {
      ledger: ledgerOf(env),
      fileDeps: (vendor) => ({
        media: env.MEDIA,
        records: env.RECORDS,
        now,
        uuid: token,
        rules: {
          address: {
            allowPrivate: settings.allow_private_hosts,
            ownOrigins,
            hosts: settings.vendors.get(vendor)?.media_hosts ?? null,
          },
          key: settings.vendors.get(vendor)?.key ?? null,
          maxBytes: settings.max_file_bytes,
        },
      }),
      deleteMedia: (keys) => deleteMedia(env.MEDIA, keys),
      clearMedia: (slug) => deleteClipMedia(env.MEDIA, slug),
      saveTask: (stored, isNew) => saveTask(stored, recordsOf(env), isNew),
      deleteRecord: (id, task) => deleteRecord(env.RECORDS, taskRecordKey(id, task)),
      ...queuesOf(env, log),
      isTakenDown: async (slug) => (await readClipRecord(slug, recordsOf(env)))?.clip.taken_down_at != null,
      link: (key) => (settings.media_base_url === null ? null : permanentLink(settings.media_base_url, key)),
      sleep: (ms) => scheduler.wait(ms),
      now,
    }).catch((error: unknown) => log({ event: 'error', at: 'mirror', slug: message.slug, message: String(error) })),
  );
}

export async function runDeliver(env: Env, settings: Settings, batch: MessageBatch): Promise<void> {
  const log = logAs(token());
  const allowPrivate = settings.allow_private_hosts;
  const contextAt = (base: string) => ({ settings, base, media_base: settings.media_base_url ?? base });
  await consume(batch, { schema: DeliverMessage, names: 'delivery', log }, (message) =>
    deliverOne(message, {
      ledger: ledgerOf(env),
      secrets: settings.webhook_secrets,
      post: (posting, own) => {
        const ownOrigins = [...ownOriginsOf(settings), ...(own === null ? [] : [own])];
        return postTo(posting, { address: { allowPrivate, ownOrigins }, now });
      },
      render: (logged) => {
        if (settings.public_base_url === null) throw new Error('PUBLIC_BASE_URL is not set any more: links need it');
        return renderLogged(logged, contextAt(settings.public_base_url));
      },
      renderRow: (known, base) => publicRow(known.stored, viewTask(known, { ...contextAt(base), now: now() })),
      ...queuesOf(env, log),
      now,
    }).catch((error: unknown) =>
      log({ event: 'error', at: 'deliver', delivery: message.delivery, message: String(error) }),
    ),
  );
}

/** Always acknowledged: the ledger brings back what was not reported, and a queue's own retry would only double it. */
async function consume<Schema extends v.GenericSchema>(
  batch: MessageBatch,
  { schema, names, log }: { schema: Schema; names: string; log: Log },
  work: (message: v.InferOutput<Schema>) => Promise<void>,
): Promise<void> {
  for (const message of batch.messages) {
    const parsed = v.safeParse(schema, message.body);
    if (parsed.success) await work(parsed.output);
    else log({ event: 'error', at: 'queue', message: `A message that names no ${names} was dropped` });
    message.ack();
  }
}
