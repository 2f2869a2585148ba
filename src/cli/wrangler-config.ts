// Edge: wrangler.toml, read by wrangler itself, so that it stays the only place where bindings are written down.
import { fail, ok, type Result } from '../model/fault.ts';

export interface Configuration {
  /** The Worker's name. */
  readonly name: string;
  readonly account: string | null;
  /** `[vars]` alone: .dev.vars is for this computer, and for what is missing on the account. */
  readonly vars: Readonly<Record<string, unknown>>;
  readonly buckets: readonly string[];
  readonly queues: readonly string[];
}

export async function readConfiguration(path: string): Promise<Result<Configuration, string>> {
  process.env['WRANGLER_SEND_METRICS'] = 'false';
  // Loaded here, not above: it takes a second, and --help and a mistyped option need not wait for it.
  const { unstable_readConfig } = await import('wrangler');
  try {
    const { name, account_id, vars, r2_buckets, queues } = unstable_readConfig(
      { config: path },
      { hideWarnings: true },
    );
    if (name === undefined) return fail('wrangler.toml: has no name; write name = "longplay"');
    const wanted = [...(queues.producers ?? []), ...(queues.consumers ?? [])].map(
      (one: { queue?: unknown }) => one.queue,
    );
    return ok({
      name,
      account: account_id ?? null,
      vars,
      buckets: [...new Set(r2_buckets.map((bucket: { bucket_name?: unknown }) => bucket.bucket_name))].filter(isName),
      queues: [...new Set(wanted)].filter(isName),
    });
  } catch (error) {
    return fail(`wrangler.toml: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const isName = (name: unknown): name is string => typeof name === 'string' && name !== '';
