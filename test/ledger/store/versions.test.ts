// Whether what a look showed still stands: nothing of the task and its clips was written since.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newClip, type Stored } from '../../../src/model/state.ts';
import { claimOf, Writes } from '../../../src/ledger/store/versions.ts';
import { task } from '../../model/build.ts';

const look = (id: string, slugs: string[]): Stored => ({
  ...{ vendor: 'alpha', id, tracked: true, polls: 1, last_polled_at: 0, next_poll_at: null, raw: null },
  state: task({ slugs }),
  clips: slugs.map((slug) => newClip(slug, slug, { vendor: 'alpha', id }, 'unlisted')),
});

describe('Writes', () => {
  it('lets a claim stand until the task or one of its clips is written', () => {
    const writes = new Writes('now');
    const claim = claimOf(writes.moment(), look('one', ['left', 'right']));
    for (const other of ['alpha/two', 'beta/one', 'alpha', 'one', 'lef', 'left2']) writes.note(other);
    expect(writes.stands(claim)).toBe(true);
    for (const name of ['alpha/one', 'left', 'right']) {
      const again = claimOf(writes.moment(), look('one', ['left', 'right']));
      writes.note(name);
      expect([name, writes.stands(again)]).toEqual([name, false]);
    }
    expect(writes.stands(claim)).toBe(false);
  });

  it('stands for a look that came after the write', () => {
    const writes = new Writes('now');
    writes.note('alpha/one');
    expect(writes.stands(claimOf(writes.moment(), look('one', [])))).toBe(true);
  });

  it('knows nothing of the time before it, nor of another ledger', () => {
    const claim = claimOf(new Writes('before').moment(), look('one', []));
    expect(new Writes('now').stands(claim)).toBe(false);
  });

  it.each(['', '\n', '/', 'alpha/one', 'undefined/undefined\nalpha/one'])('lets no such claim stand: %j', (claim) => {
    expect(new Writes('now').stands(claim)).toBe(false);
  });

  it('lets nothing stand whose writes it has forgotten', () => {
    const writes = new Writes('now');
    const claim = claimOf(writes.moment(), look('one', []));
    writes.note('alpha/one');
    for (let other = 0; other < 120_000; other++) writes.note(`alpha/other-${other}`);
    expect(writes.stands(claim)).toBe(false);
    expect(writes.stands(claimOf(writes.moment(), look('one', [])))).toBe(true);
  });

  it('agrees with a list of all writes, whatever is written in whatever order', () => {
    const name = fc.constantFrom('alpha/a', 'alpha/b', 'x', 'y', 'z');
    const step = fc.oneof(
      fc.record({ write: name }),
      fc.record({ look: fc.constantFrom('a', 'b'), slugs: fc.subarray(['x', 'y', 'z']) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const writes = new Writes('now');
        const done: string[] = [];
        const looks: { claim: string; at: number; names: string[] }[] = [];
        for (const one of steps) {
          if ('write' in one) {
            writes.note(one.write);
            done.push(one.write);
          } else {
            const claim = claimOf(writes.moment(), look(one.look, one.slugs));
            looks.push({ claim, at: done.length, names: [`alpha/${one.look}`, ...one.slugs] });
          }
        }
        for (const { claim, at, names } of looks)
          expect(writes.stands(claim)).toBe(!done.slice(at).some((written) => names.includes(written)));
      }),
    );
  });
});
