import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HOST, settlePort } from '../../../src/cli/start/process.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))));

const taken = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, HOST, () => done((server.address() as AddressInfo).port));
    servers.push(server);
  });

describe('settlePort()', () => {
  it('finds a free port for 0, below those that systems give to outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => settlePort(0)));
    for (const port of ports)
      expect(port.ok && port.value).toSatisfy((value: number) => value >= 10_240 && value < 32_768);
  });

  it('says that a port is taken, and what to do', async () => {
    const port = await taken();
    expect(await settlePort(port)).toEqual({ ok: false, fault: expect.stringMatching(`${port} is taken.*--port`) });
  });
});
