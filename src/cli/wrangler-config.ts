// Edge: wrangler.toml, read by wrangler itself, so that it stays the only place where bindings are written down.
import type { SourcelessWorkerOptions } from 'wrangler';
import { fail, ok, type Result } from '../model/fault.ts';

export interface DeployConfiguration {
  /** The Worker's name. */
  readonly name: string;
  readonly account: string | null;
  /** `[vars]` alone: .dev.vars is for this computer, and for what is missing on the account. */
  readonly vars: Readonly<Record<string, unknown>>;
  readonly buckets: readonly string[];
  readonly queues: readonly string[];
}

export async function readDeployConfiguration(path: string): Promise<Result<DeployConfiguration, string>> {
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

export interface RuntimeConfiguration {
  main: string;
  /** `[vars]`, and `.dev.vars` where it exists. */
  variables: Record<string, unknown>;
  /** Buckets, queues, objects, limits, compatibility: all but code and variables. */
  bindings: Omit<SourcelessWorkerOptions, 'modulesRules' | 'bindings'>;
}

export async function readRuntimeConfiguration(path: string): Promise<RuntimeConfiguration> {
  // Nothing of this computer is reported, and nothing is asked of the network at start.
  process.env['WRANGLER_SEND_METRICS'] = 'false';
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  // Loaded here, not above: it takes a second, and --help and a mistyped option need not wait for it.
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler');
  const { main, workerOptions } = unstable_getMiniflareWorkerOptions(path);
  if (main === undefined) throw new Error(`Cannot read ${path}: it names no "main"`);
  const { modulesRules: _, bindings: variables, ...bindings } = workerOptions;
  return { main, variables: variables as Record<string, unknown>, bindings };
}
