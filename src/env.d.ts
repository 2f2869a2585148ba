// The Worker's bindings (wrangler.toml). Settings and secrets are read by name in config.ts.
interface Env extends Readonly<Record<string, unknown>> {
  readonly LEDGER: DurableObjectNamespace<import('./ledger/ledger.ts').Ledger>;
  readonly MEDIA: R2Bucket;
  readonly RECORDS: R2Bucket;
  readonly MIRROR: Queue;
  readonly DELIVER: Queue;
  readonly RATE_LIMIT?: RateLimit;
}
declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
}
/** What src/cli/console-build.ts makes of src/console. */
declare module '#console' {
  export const PAGE: { readonly text: string; readonly tag: string };
  export const FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}
