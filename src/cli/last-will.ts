// Edge: a shell that outlives this process and then does one thing, however it ended: also by kill -9.
import { type ChildProcess, spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';

/** `command` reads its `argument` as `$0`. Answers how to take the will back. */
export function leaveWill(command: string, argument: string): () => void {
  // The kernel closes our end of the pipe when we end, and so ends the shell's wait.
  const shell = spawn('/bin/sh', ['-c', `read -r _; ${command}`, argument], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Where there is no shell (Windows), an end that we see ourselves still tidies up.
  shell.on('error', () => undefined).unref();
  const pipe = shell.stdin;
  pipe?.on('error', () => undefined);
  (pipe as unknown as { unref?: () => void } | null)?.unref?.();
  return () => void shell.kill('SIGKILL');
}

/**
 * Programs of this name that this process starts from now on end with it: their owner, Miniflare, names no process.
 * https://nodejs.org/api/diagnostics_channel.html#event-child_process
 */
export function endWithUs(name: RegExp): void {
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess };
    child.once('spawn', () => {
      if (!name.test(child.spawnfile)) return;
      const takeBack = leaveWill('kill -9 "$0"', String(child.pid));
      child.once('exit', takeBack);
    });
  });
}
