// Edge: wrangler.toml, read by wrangler itself, so that it stays the only place where bindings are written down.
import type { SourcelessWorkerOptions } from 'wrangler';

export interface Configuration {
  main: string;
  /** `[vars]`, and `.dev.vars` where it exists. */
  variables: Record<string, unknown>;
  /** Buckets, queues, objects, limits, compatibility: all but code and variables. */
  bindings: Omit<SourcelessWorkerOptions, 'modulesRules' | 'bindings'>;
}

export async function readConfiguration(path: string): Promise<Configuration> {
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
