// Edge: a Worker that has nothing to start.

export default { fetch: () => new Response('ok') } satisfies ExportedHandler;
