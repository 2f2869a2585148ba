// Edge: runs a life once for each of its steps, with one thing going wrong there, and tells which of them did not end as the undisturbed one.
import { expect } from 'vitest';
import type { Strike } from './platform.ts';

export interface Lived {
  steps: string[];
  struck: boolean;
  legacy: unknown;
}
/** Lives to the end, with this going wrong. */
export type Life = (strike: Strike | null) => Promise<Lived>;

export async function expectSameAtEachStep(life: Life, wrong: Omit<Strike, 'step'>): Promise<void> {
  const undisturbed = await life(null);
  const failures: string[] = [];
  for (const step of undisturbed.steps) {
    const said = await life({ ...wrong, step }).then(
      ({ struck, legacy }) => (struck ? difference(undisturbed.legacy, legacy) : 'The step was not reached'),
      (error: unknown) => String(error),
    );
    if (said !== '') failures.push(`${wrong.what} ${wrong.when} ${step}: ${said}`);
  }
  console.info(
    `${undisturbed.steps.length} steps, ${wrong.what} ${wrong.when} each: ${failures.length} ended otherwise`,
  );
  expect(undisturbed.steps.length).toBeGreaterThan(0);
  expect(failures.join('\n\n')).toBe('');
}

/** Where they part. */
function difference(one: unknown, other: unknown): string {
  const [wanted, got] = [one, other].map((value) =>
    JSON.stringify(value, inOrder, 1)
      .split('\n')
      .map((line) => line.trim()),
  );
  const at = wanted!.findIndex((line, index) => line !== got![index]);
  if (at < 0) return wanted!.length === got!.length ? '' : 'There is more';
  const around = (lines: string[]): string => lines.slice(Math.max(0, at - 3), at + 3).join(' ');
  return `wanted ${around(wanted!)}, got ${around(got!)}`;
}

/** An object read back from storage has its keys in another order than one that was just made. */
const inOrder = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
