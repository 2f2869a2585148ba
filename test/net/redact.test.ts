import { describe, expect, it } from 'vitest';
import { holdsKey, redact } from '../../src/net/redact.ts';

describe('redact()', () => {
  it.each([
    ['Token [sk-abc***xyz] is used up', 'Token [[redacted]] is used up'],
    ['key sk-abcDEF123.', 'key [redacted].'],
    ['令牌sk-abc…xyz', '令牌[redacted]'],
    ['?key=sk-abcdef', '?key=[redacted]'],
    ['SK-ABCDEF', '[redacted]'],
    ['risk-taking task-list', 'risk-taking task-list'],
    ['https://cdn/x/sk-abc.mp3', 'https://cdn/x/sk-abc.mp3'],
    ['', ''],
  ])('%j', (text, expected) => expect(redact(text)).toBe(expected));

  it("replaces the vendor's own key, with and without Bearer", () => {
    expect(redact('Bearer abcdef is no key, abcdef', 'Bearer abcdef')).toBe('[redacted] is no key, [redacted]');
    expect(redact('a short key stays', 'short')).toBe('a short key stays');
    expect(redact('$& abcdef', 'abcdef')).toBe('$& [redacted]');
  });

  /** Each writer turns a text into what it puts into JSON or a URL. */
  const KEY = 'k"y\\/w+p%2=&z';
  const each = (write: (hex: string) => string) => (text: string) =>
    [...text].map((char) => write(char.charCodeAt(0).toString(16))).join('');
  const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
  it.each<[name: string, write: (text: string) => string]>([
    ['plain', (text) => text],
    ['JSON', quoted],
    ['JSON with escaped slashes', (text) => quoted(text).replaceAll('/', '\\/')],
    ['JSON with escaped slashes in JSON', (text) => quoted(quoted(text).replaceAll('/', '\\/'))],
    ['JSON in JSON in JSON in JSON', (text) => quoted(quoted(quoted(quoted(text))))],
    ['JSON in code points', each((hex) => `\\u00${hex}`)],
    ['JSON in capital code points', each((hex) => `\\u00${hex.toUpperCase()}`)],
    ['JSON in code points in JSON', (text) => quoted(each((hex) => `\\u00${hex}`)(text))],
    ['a query', encodeURIComponent],
    ['a query in a query', (text) => encodeURIComponent(encodeURIComponent(text))],
    ['a URL of codes only', each((hex) => `%${hex}`)],
    ['a URL in JSON', (text) => quoted(`https://a.example/?${encodeURI(text)}`).slice(19)],
  ])('finds the key as %s writes it', (_, write) => {
    expect(redact(`before ${write(KEY)} after`, KEY)).toBe('before [redacted] after');
    expect([holdsKey(write(KEY), KEY), holdsKey(write(KEY.slice(1)), KEY)]).toEqual([true, false]);
  });

  it('leaves JSON readable, wherever the key begins or ends', () => {
    for (const key of ['"begins', 'ends-it"', '\\begins', 'ends-it\\', '/slash/']) {
      const text = JSON.stringify({ a: key, b: [JSON.stringify({ c: key })] });
      expect(JSON.parse(redact(text, key))).toEqual({ a: '[redacted]', b: ['{"c":"[redacted]"}'] });
    }
  });

  it.each(['\\', '\\u00', '%25', 'k\\\\'])('takes linear time on %j, of which keys are written', (part) => {
    const started = performance.now();
    redact(part.repeat(100_000), KEY);
    redact(`%${part.repeat(100_000)}`, '\\\\\\key');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each(['sk-', 'sk-.', 'sk-*-', '-', 'a.'])('takes linear time on %j a hundred thousand times', (part) => {
    const started = performance.now();
    redact(part.repeat(100_000), 'abcdef');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
