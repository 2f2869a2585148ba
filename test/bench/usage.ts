// Edge: /proc: what a process and its threads have used of the processors.
import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds that each thread ran are exact; the process's own count goes in steps of 10 ms. */
export function cpuMsOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // ENOENT, ESRCH: the thread ended while we looked.
    }
  }
  return nanoseconds / 1e6;
}

/** Of this machine's processors since its start, in ticks: what it ran, and what its host gave to others while it wanted to run (proc_stat(5)). */
export function machineTicks(): { ran: number; stolen: number } {
  const [, ...ticks] = (/^cpu .*$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[0] ?? '').split(/ +/).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = ticks;
  return { ran: user + nice + system + irq + softirq, stolen };
}

/** Processes that this one has started itself, by their name. */
export function childrenOf(parent: number, name: string): number[] {
  const isChild = (pid: number): boolean => {
    try {
      const [, comm, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return comm === name && Number(rest.split(' ')[1]) === parent;
    } catch {
      // ENOENT: it ended while we looked.
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(isChild);
}
