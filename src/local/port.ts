// Edge: the machine's ports. The Worker must know its own address before it starts, so the port is settled first.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export const HOST = '127.0.0.1';

export type PortResult = { ok: true; value: number } | { ok: false; fault: string };

/**
 * Where free ports are looked for: below the ranges from which systems give ports to outgoing connections (Linux from
 * 32768, IANA from 49152), since one of those may be taken again before the runtime listens on it.
 */
const FREE_PORTS = { from: 10_240, to: 32_767 } as const;
const FREE_PORT_TRIES = 20;

/** `wanted` where it is free, any free one for 0. */
export async function settlePort(wanted: number): Promise<PortResult> {
  if (wanted !== 0) return tryPort(wanted);
  for (let tries = 0; tries < FREE_PORT_TRIES; tries++) {
    const found = await tryPort(randomInt(FREE_PORTS.from, FREE_PORTS.to + 1));
    if (found.ok) return found;
  }
  return tryPort(0);
}

function tryPort(wanted: number): Promise<PortResult> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ ok: false, fault: sayFault(wanted, error) }));
    server.listen(wanted, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve({ ok: true, value: port }));
    });
  });
}

function sayFault(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} is taken: end what listens there, or choose another with --port N (0 picks a free one)`;
  if (error.code === 'EACCES')
    return `port ${port} may not be used by this account: choose one above 1023 with --port N`;
  return `port ${port} cannot be used (${error.message}): choose another with --port N`;
}
