// Edge: a Worker that has nothing to start, with the bindings of ours.
import { DurableObject } from 'cloudflare:workers';

export class Ledger extends DurableObject {}

export default { fetch: () => new Response('ok') } satisfies ExportedHandler;
