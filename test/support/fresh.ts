// Edge: the runtime's storage, emptied before each file of tests, since files share a runtime: what one leaves, no other finds.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

await reset();
// Of a bucket that was much in use it leaves something now and then.
for (const bucket of [env.MEDIA, env.RECORDS])
  for (let left = await bucket.list(); left.objects.length > 0; left = await bucket.list())
    await bucket.delete(left.objects.map(({ key }) => key));
