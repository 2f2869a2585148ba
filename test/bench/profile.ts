// Edge: where a Worker spends its processor time: workerd's own profiler over its inspector, folded to functions.
import { writeFileSync } from 'node:fs';

interface Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
}
interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

/** Runs the work under the profiler of the Worker of this name; answers functions by their own time, the heaviest first. */
export async function profiled(
  inspector: URL,
  worker: string,
  work: () => Promise<unknown>,
  file?: string,
): Promise<string[]> {
  const targets = (await (await fetch(new URL('/json', `http://${inspector.host}`))).json()) as {
    id: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ id }) => id.includes(worker));
  if (!target) throw new Error(`No Worker ${worker} among ${targets.map(({ id }) => id).join(', ')}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((done, fail) => {
    socket.addEventListener('open', done, { once: true });
    socket.addEventListener('error', fail, { once: true });
  });
  let last = 0;
  const send = (method: string, params: object = {}): Promise<{ profile?: Profile }> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((done) => {
      const hear = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as { id?: number; result: { profile?: Profile } };
        if (message.id !== id) return;
        socket.removeEventListener('message', hear);
        done(message.result);
      };
      socket.addEventListener('message', hear);
    });
  };
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: 200 });
  await send('Profiler.start');
  await work();
  const { profile } = await send('Profiler.stop');
  socket.close();
  if (!profile) throw new Error('The profiler gave no profile');
  if (file !== undefined) writeFileSync(file, JSON.stringify(profile));
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
      .sort(([, one], [, other]) => other - one)
      .slice(0, 45)
      .map(([name, us]) => `${((us / total) * 100).toFixed(1).padStart(5)} %  ${name}`),
  ];
}
