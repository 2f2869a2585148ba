// The Worker's bindings (wrangler.toml). Settings and secrets are read by name in config.ts.
interface Env extends Readonly<Record<string, unknown>> {
  readonly LEDGER: DurableObjectNamespace<import('./ledger/ledger.ts').Ledger>;
  readonly MEDIA: R2Bucket;
  readonly RECORDS: R2Bucket;
  readonly MIRROR: Queue;
  readonly DELIVER: Queue;
  readonly RATE_LIMIT?: RateLimit;
  /** The files of src/console. */
  readonly CONSOLE: Fetcher;
}
declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
}
