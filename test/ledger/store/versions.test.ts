// Whether what a look showed still stands: nothing of the task and its clips was written since.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newClip, type Stored } from '../../../src/model/state.ts';
import { versionToken, Versions } from '../../../src/ledger/store/versions.ts';
import { task } from '../../model/build.ts';

const look = (id: string, slugs: string[]): Stored => ({
  ...{ vendor: 'alpha', id, tracked: true, version: 1, polls: 1, last_polled_at: 0, next_poll_at: null, raw: null },
  state: task({ slugs }),
  clips: slugs.map((slug) => newClip(slug, slug, { vendor: 'alpha', id }, 'unlisted')),
});

describe('Versions', () => {
  it('lets a claim stand until the task or one of its clips is written', () => {
    const versions = new Versions('now');
    const claim = versionToken(versions.version(), look('one', ['left', 'right']));
    for (const other of ['alpha/two', 'beta/one', 'alpha', 'one', 'lef', 'left2']) versions.note(other);
    expect(versions.isCurrent(claim)).toBe(true);
    for (const name of ['alpha/one', 'left', 'right']) {
      const again = versionToken(versions.version(), look('one', ['left', 'right']));
      versions.note(name);
      expect([name, versions.isCurrent(again)]).toEqual([name, false]);
    }
    expect(versions.isCurrent(claim)).toBe(false);
  });

  it('stands for a look that came after the write', () => {
    const versions = new Versions('now');
    versions.note('alpha/one');
    expect(versions.isCurrent(versionToken(versions.version(), look('one', [])))).toBe(true);
  });

  it('knows nothing of the time before it, nor of another ledger', () => {
    const claim = versionToken(new Versions('before').version(), look('one', []));
    expect(new Versions('now').isCurrent(claim)).toBe(false);
  });

  it.each(['', '\n', '/', 'alpha/one', 'undefined/undefined\nalpha/one'])('lets no such claim stand: %j', (claim) => {
    expect(new Versions('now').isCurrent(claim)).toBe(false);
  });

  it('lets nothing stand whose versions it has forgotten', () => {
    const versions = new Versions('now');
    const claim = versionToken(versions.version(), look('one', []));
    versions.note('alpha/one');
    for (let other = 0; other < 120_000; other++) versions.note(`alpha/other-${other}`);
    expect(versions.isCurrent(claim)).toBe(false);
    expect(versions.isCurrent(versionToken(versions.version(), look('one', [])))).toBe(true);
  });

  it('agrees with a list of all versions, whatever is written in whatever order', () => {
    const name = fc.constantFrom('alpha/a', 'alpha/b', 'x', 'y', 'z');
    const step = fc.oneof(
      fc.record({ write: name }),
      fc.record({ look: fc.constantFrom('a', 'b'), slugs: fc.subarray(['x', 'y', 'z']) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const versions = new Versions('now');
        const done: string[] = [];
        const looks: { claim: string; at: number; names: string[] }[] = [];
        for (const one of steps) {
          if ('write' in one) {
            versions.note(one.write);
            done.push(one.write);
          } else {
            const claim = versionToken(versions.version(), look(one.look, one.slugs));
            looks.push({ claim, at: done.length, names: [`alpha/${one.look}`, ...one.slugs] });
          }
        }
        for (const { claim, at, names } of looks)
          expect(versions.isCurrent(claim)).toBe(!done.slice(at).some((written) => names.includes(written)));
      }),
    );
  });
});
