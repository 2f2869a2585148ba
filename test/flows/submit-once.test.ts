// Whatever a vendor does, whoever comes at once and whatever is restarted: under one key one song at most may be made.
import { env } from 'cloudflare:workers';
import { evictDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GivenAnswer, submitOnce, type SubmitOutcome } from '../../src/flows/submit-once.ts';
import { fail, ok, type Result } from '../../src/model/fault.ts';
import type { RelayAnswer } from '../../src/relay/client.ts';

const json = (status: number, value: unknown): Result<RelayAnswer> =>
  ok({ status, text: JSON.stringify(value), value, retry_after: null });
const unavailable = fail({ reason: 'unavailable', detail: 'Broke off', status: null, retry_after_ms: null } as const);

/** How an order may end, and whether a song may have come of it. */
const ENDS: readonly [name: string, answer: Result<RelayAnswer> | Error, taken: boolean][] = [
  ['made', json(200, { code: 'success', data: 'task-1' }), true],
  ['broken off', unavailable, true],
  ['a gateway in the way', json(502, { error: 'bad gateway' }), true],
  ['a bug of ours, later', new Error('bug'), true],
  ['limited', json(429, { code: 'rate_limited' }), false],
  ['without credit', json(200, { code: 'insufficient_user_quota', message: 'no' }), false],
  ['not asked', fail({ reason: 'own_limit', detail: 'No request is left' } as const), false],
];
const wordsOf = (answer: Result<GivenAnswer>): (string | number)[] =>
  answer.ok ? [answer.value.status, answer.value.text] : [answer.fault.reason, answer.fault.detail];
const step = fc.record({
  end: fc.nat(ENDS.length - 1),
  key: fc.constantFrom('one', 'two'),
  body: fc.constantFrom('a', 'b'),
  callers: fc.integer({ min: 1, max: 4 }),
  evicted: fc.boolean(),
  forgotten: fc.boolean(),
});

describe('submitOnce()', () => {
  it('lets one order of a key at most be taken, and answers all that come after it alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const ledger = env.LEDGER.getByName(crypto.randomUUID());
        const taken = new Map<string, { body: string; answer: unknown }>();
        for (const { end, key, body, callers, evicted, forgotten } of steps) {
          const [, answer, mayBeTaken] = ENDS[end] as (typeof ENDS)[number];
          const before = taken.get(key);
          let carriedOut = 0;
          const carryOut = async () => {
            carriedOut++;
            if (evicted) await evictDurableObject(ledger).catch(() => undefined);
            if (answer instanceof Error) throw answer;
            return answer;
          };
          const calls = {
            beginOrder: (order: { name: string; fingerprint: string }) => ledger.beginOrder(order),
            endOrder: async (name: string, text: string | null) => {
              if (forgotten && mayBeTaken) throw new Error('The Worker was ended');
              await ledger.endOrder(name, text);
            },
          };
          const all = await Promise.allSettled(
            Array.from({ length: callers }, () =>
              submitOnce({ name: key, fingerprint: body }, carryOut, { ledger: calls, log: () => undefined }),
            ),
          );
          const outcomes = all.flatMap((one): SubmitOutcome[] => (one.status === 'fulfilled' ? [one.value] : []));
          if (before) {
            expect(carriedOut).toBe(0);
            const expected = before.body !== body ? 'other' : before.answer === null ? 'under_way' : 'answered';
            for (const outcome of outcomes) {
              expect(outcome.state).toBe(expected);
              if (outcome.state === 'answered')
                expect([outcome.replayed, wordsOf(outcome.answer)]).toEqual([true, before.answer]);
            }
          } else if (mayBeTaken) {
            expect(carriedOut).toBe(1);
            const first = outcomes.find((outcome) => outcome.state === 'answered' && !outcome.replayed);
            const kept = !forgotten && first?.state === 'answered' ? wordsOf(first.answer) : null;
            taken.set(key, { body, answer: kept });
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
