// Edge: the machine's ports. The Worker must know its own address before it starts, so the port is settled first.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export const HOST = '127.0.0.1';

export type PortResult = { ok: true; value: number } | { ok: false; fault: string };

/** `wanted` where it is free, any free one for 0. */
export function settlePort(wanted: number): Promise<PortResult> {
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
