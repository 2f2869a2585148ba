import { describe, expect, it } from 'vitest';
import { redact } from '../src/redact.ts';

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

  it.each(['sk-', 'sk-.', 'sk-*-', '-', 'a.'])('takes linear time on %j a hundred thousand times', (part) => {
    const started = performance.now();
    redact(part.repeat(100_000), 'abcdef');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
