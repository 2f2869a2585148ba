// Edge: the least Worker that mirrors: each file is fetched, hashed and put; a clip's files at the same time.

interface Bindings {
  MEDIA: R2Bucket;
}

export default {
  async fetch(request, env) {
    const files = (await request.json()) as { url: string; key: string }[];
    await Promise.all(
      files.map(async ({ url, key }) => {
        const bytes = await (await fetch(url, { cache: 'no-store' })).arrayBuffer();
        const sha256 = await crypto.subtle.digest('SHA-256', bytes);
        await env.MEDIA.put(key, bytes, { sha256 });
      }),
    );
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Bindings>;
