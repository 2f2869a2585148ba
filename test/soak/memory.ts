// Edge: /proc: what a process and all that it started hold in memory.
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  parent: number;
  name: string;
  rssBytes: number;
}

/** Bytes held by the process and its descendants, in all and by `workerd` alone. */
export function memoryOf(root: number): { all: number; workerd: number } {
  const processes = new Map<number, Process>();
  for (const entry of readdirSync('/proc')) if (/^\d+$/.test(entry)) addProcess(Number(entry), processes);
  const inTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = processes.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  const tree = [...processes].filter(([pid]) => inTree(pid)).map(([, process]) => process);
  const sum = (some: Process[]): number => some.reduce((total, { rssBytes }) => total + rssBytes, 0);
  return { all: sum(tree), workerd: sum(tree.filter(({ name }) => name === 'workerd')) };
}

function addProcess(pid: number, processes: Map<number, Process>): void {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // ENOENT, ESRCH: it ended while we looked.
    return;
  }
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '0';
  processes.set(pid, { parent: Number(field('PPid')), name: field('Name'), rssBytes: Number(field('VmRSS')) * 1024 });
}
