// What may be an id: whoever decodes it, once or more often, it stays one segment of a path.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId, isOneSegment, leavesPath } from '../../src/model/id.ts';

/** Each character as servers may be told it: itself, percent-encoded in either case, or encoded once more and again. */
const spelled = (character: string): fc.Arbitrary<string> => {
  const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
  const encoded = fc.tuple(fc.constantFrom(hex, hex.toUpperCase()), fc.integer({ min: 0, max: 4 }));
  const digits = encoded.map(([code, layers]) => `%${'25'.repeat(layers)}${code}`);
  // A digit of the code may be encoded itself.
  const nested = fc.constantFrom(
    ...[0, 1].map((at) => `%${[...hex].map((d, i) => (i === at ? code(d) : d)).join('')}`),
  );
  return fc.oneof(fc.constant(character), digits, nested);
};
const code = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;
const spellingsOf = (text: string): fc.Arbitrary<string> =>
  fc.tuple(...[...text].map(spelled)).map((parts) => parts.join(''));
/** Harmless text, and bytes that are no UTF-8. */
const around = fc.stringMatching(/^(?:[a-z0-9 _-]|%ff|%c3|%80|%|%2){0,8}$/);

/** A server that decodes bytes whatever they are, as often as it likes: the texts that it sees on its way. */
function decoded(text: string): string[] {
  const seen = [text];
  for (;;) {
    const last = seen.at(-1) ?? '';
    const next = last.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (next === last) return seen;
    seen.push(next);
  }
}

describe('isId()', () => {
  it.each([
    ...['.', '..', '%2e', '%2E%2e', '.%2e', '%252e%252E', '%25252e.', '..;x', '%2e%2e;', '%2e%2e%3bx'],
    ...['/', 'a/b', 'a\\b', 'a%2fb', 'a%2Fb', 'a%5cb', 'a%5Cb', 'a%252fb', 'a%2525252fb', 'a%25%32%66b', '%2%352f'],
    ...['%ff/..', '%ff%2f..%2fapi', '%c3%2f', '%c0%af', '%c0%ae%c0%ae', '%e0%80%af', '%c1%9c'],
    ...['', 'a\nb', 'a\u0000', 'a\u0085', '\ud800', 'a\u2028', 'a\u2029', 'x'.repeat(201)],
  ])('refuses %j', (id) => expect(isId(id)).toBe(false));

  it.each(['...', 'a..b', ' ', 'a%2eb', '100%', '%zz', '%25', '日本', '#?&', '<b>', '204,205', 'À®', 'x'.repeat(200)])(
    'takes %j',
    (id) => expect(isId(id)).toBe(true),
  );

  it('refuses a slash in whatever spelling, wherever it stands', () => {
    const id = fc.tuple(around, fc.constantFrom('/', '\\').chain(spellingsOf), around).map((parts) => parts.join(''));
    fc.assert(fc.property(id, (text) => !isId(text)));
  });

  it('refuses dots in whatever spelling', () => {
    const id = fc.constantFrom('.', '..', '..;', './', '../x', 'x/..').chain(spellingsOf);
    fc.assert(fc.property(id, (text) => !isId(text)));
  });

  it('takes only what stays one segment, however often somebody decodes what is sent', () => {
    const piece = fc.constantFrom(...'%2eEfF5cCaA.;/\\0 3');
    const text = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    );
    fc.assert(
      fc.property(text, (id) => {
        fc.pre(isId(id));
        for (const sent of decoded(encodeURIComponent(id))) {
          expect(sent).not.toMatch(/[/\\]/);
          expect(sent).not.toMatch(/^\.{1,2}(?:;|$)/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in line with the length, however deep the layers are', () => {
    const layers = `%${'25'.repeat(50_000)}2f`;
    expect([isOneSegment(layers), isOneSegment('%2%35'.repeat(20_000)), leavesPath(`/x/${layers}..`)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('leavesPath()', () => {
  it.each([
    '/suno/%ff/..%2f..%2fapi/user/self',
    '/suno/..%2f..%2fadmin',
    '/suno/x/%2e%2e%2f%2e%2e%2fadmin',
    '/suno/a%5c..%5c..%5cadmin',
    '/suno/%252e%252e/admin',
    '/suno/..;/admin',
    '/suno/%c0%ae%c0%ae/admin',
    '/suno/%/..%2fadmin',
  ])('sees that %s does', (path) => expect(leavesPath(path)).toBe(true));

  it.each(['/suno/a%2Fb%20c/', '/suno//x', '/suno/a..b', '/suno/%ff', '/suno/...', '/suno/%e6%97%a5', '/suno/100%'])(
    'lets %s pass',
    (path) => expect(leavesPath(path)).toBe(false),
  );

  it('sees a climb in whatever spelling, between whatever segments', () => {
    const dots = fc.constantFrom('/../', '/..\\', '\\../', '/./', '/..;/', '\\..\\').chain(spellingsOf);
    const path = fc.tuple(around, dots, around).map(([front, climb, back]) => `/suno/${front}${climb}${back}`);
    fc.assert(fc.property(path, leavesPath));
  });
});
