// Edge: a real nginx in a folder of its own, on a free port.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NGINX = process.env['NGINX'] ?? '/usr/sbin/nginx';
const START_TRIES = 100;
const START_PAUSE_MS = 50;

/** What every configuration needs to leave nothing outside of its folder. */
export const inFolder = (folder: string, http: string): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${http}
}
`;

/** Runs nginx while `work` does; `configure` answers the whole configuration and may put files into the folder. */
export async function withNginx<T>(
  configure: (folder: string, port: number) => string,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'longplay-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configure(folder, port));
  const nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(nginx, 'exit');
  try {
    await untilReady(nginx, port);
    return await work(port);
  } finally {
    nginx.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port');
  return address.port;
}

async function untilReady(nginx: ChildProcess, port: number): Promise<void> {
  for (let tried = 0; tried < START_TRIES; tried++) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}; is its configuration right?`);
    try {
      const [answer] = await once(request({ host: '127.0.0.1', port, method: 'HEAD' }).end(), 'response');
      (answer as { resume(): void }).resume();
      return;
    } catch {
      // ECONNREFUSED: it does not listen yet.
      await new Promise((resolve) => setTimeout(resolve, START_PAUSE_MS));
    }
  }
  throw new Error('nginx does not answer');
}
