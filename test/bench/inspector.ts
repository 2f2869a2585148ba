// Edge: workerd's inspector: a Worker's heap, and where it spends its processor time.

interface Node {
  id: number;
  callFrame: { functionName: string; lineNumber: number };
}
interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}
/** Bytes: JavaScript's own, and those of buffers. */
interface HeapUsage {
  usedSize: number;
  backingStorageSize: number;
}

export interface Session {
  send<Result>(method: string, params?: object): Promise<Result>;
  close(): void;
}

const SAMPLING_US = 200;
const HEAVIEST = 45;

export async function inspect(inspector: URL, worker: string): Promise<Session> {
  const listed = await fetch(`http://${inspector.host}/json`);
  const targets = (await listed.json()) as { id: string; webSocketDebuggerUrl: string }[];
  const target = targets.find(({ id }) => id.includes(worker));
  if (!target) throw new Error(`No Worker ${worker} among ${targets.map(({ id }) => id).join(', ')}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((done, fail) => {
    socket.addEventListener('open', done, { once: true });
    socket.addEventListener('error', fail, { once: true });
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  return {
    send: <Result>(method: string, params: object = {}) => {
      const id = ++last;
      const answered = new Promise((done) => waiting.set(id, done));
      socket.send(JSON.stringify({ id, method, params }));
      return answered as Promise<Result>;
    },
    close: () => socket.close(),
  };
}

/** What the Worker's isolate holds, in bytes; on the platform it may be 128 MB. */
export async function heapBytes({ send }: Session): Promise<number> {
  const { usedSize = 0, backingStorageSize = 0 } = await send<Partial<HeapUsage>>('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

/** Runs the work under the profiler; answers functions by their own time, the heaviest first. */
export async function profiled({ send }: Session, work: () => Promise<unknown>): Promise<string[]> {
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await send('Profiler.start');
  await work();
  const { profile } = await send<{ profile: Profile }>('Profiler.stop');
  return folded(profile);
}

function folded({ nodes, samples, timeDeltas }: Profile): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const own = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    const name = frame ? `${frame.functionName || '(anonymous)'}:${frame.lineNumber + 1}` : '?';
    own.set(name, (own.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const busy = [...own].filter(([name]) => !/^\((idle|program|root)\)/.test(name));
  const total = busy.reduce((sum, [, us]) => sum + us, 0);
  return [
    `${Math.round(total / 1000)} ms of JavaScript`,
    ...busy
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, HEAVIEST)
      .map(([name, us]) => `${((us / total) * 100).toFixed(1).padStart(5)} %  ${name}`),
  ];
}
