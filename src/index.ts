import { DurableObject } from 'cloudflare:workers';
export class Ledger extends DurableObject { }
export default { async fetch() { return new Response('stub'); }, async scheduled(){}, async queue(){} };
