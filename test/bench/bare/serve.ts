// Edge: the least Worker that serves a file: one `R2.get`, its body, and the headers without which no player works.

interface Bindings {
  MEDIA: R2Bucket;
}

export default {
  async fetch(request, env) {
    const object = await env.MEDIA.get(new URL(request.url).pathname.slice(1), {
      range: request.headers,
      onlyIf: request.headers,
    });
    if (object === null) return new Response(null, { status: 404 });
    const headers = new Headers({ etag: object.httpEtag });
    object.writeHttpMetadata(headers);
    if (!('body' in object)) return new Response(null, { status: 304, headers });
    if (!request.headers.has('range')) {
      headers.set('content-length', String(object.size));
      return new Response(object.body, { headers });
    }
    const { offset = 0, length = object.size } = object.range as { offset?: number; length?: number };
    headers.set('content-length', String(length));
    headers.set('content-range', `bytes ${offset}-${offset + length - 1}/${object.size}`);
    return new Response(object.body, { status: 206, headers });
  },
} satisfies ExportedHandler<Bindings>;
