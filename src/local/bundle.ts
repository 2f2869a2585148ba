// Edge: esbuild. The Worker's sources become the one module that the local runtime loads.
import { build, stop } from 'esbuild';

export async function bundleWorker(main: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    // The same endings that wrangler imports as text.
    loader: { '.txt': 'text', '.html': 'text', '.sql': 'text' },
    logLevel: 'silent',
  });
  // Its helper process would stay for as long as longplay runs.
  await stop();
  const [bundle] = outputFiles;
  if (!bundle) throw new Error(`Cannot bundle ${main}: esbuild gave no file`);
  return bundle.text;
}
