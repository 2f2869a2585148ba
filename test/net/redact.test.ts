import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsKey, redact, redactJson, withoutKey } from '../../src/net/redact.ts';

describe('redact()', () => {
  it.each([
    ['Token [sk-abc***xyz] is used up', 'Token [[redacted]] is used up'],
    ['key sk-abcDEF123.', 'key [redacted].'],
    ['令牌sk-abc…xyz', '令牌[redacted]'],
    ['?key=sk-abcdef', '?key=[redacted]'],
    ['SK-ABCDEF', '[redacted]'],
    ['Keys:\nsk-abcdef', 'Keys:\n[redacted]'],
    ['Sk-8ter girl', 'Sk-8ter girl'],
    ['https://cdn/a.mp3?Signature=a~sk-abcdef', 'https://cdn/a.mp3?Signature=a~sk-abcdef'],
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

describe('withoutKey()', () => {
  it.each(['Sk-8ter girl', 'song%20(sk-8).mp3', 'a~sk-abcdef', 'key sk-abcdef'])('leaves %j as it is', (text) => {
    expect(withoutKey(text, 'another-key')).toBe(text);
    expect(withoutKey(text, null)).toBe(text);
  });

  it('is as quick with percent signs as without them', () => {
    const row = '{"progress":"100%","audio_url":"https://cdn/song%20one.mp3?e=1%202"},';
    expect(withoutKey(row.repeat(1_000), 'sk-abcdef')).toBe(row.repeat(1_000));
  });
});

describe('redactJson()', () => {
  const titled = {
    title: 'Sk-8ter girl, sk-abcdefgh',
    audio_url: 'https://cdn/song%20(sk-8).mp3?Signature=a~sk-abcdef&k=sk-abcdef',
    tags: 'sk-abcdef punk',
    result_url: 'https://cdn/a.mp3?k=sk-abcdef',
    task_id: 12345678901234567890n,
  };
  const json = (value: unknown): string =>
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `#${one}#` : one)).replaceAll(
      /"#(\d+)#"/g,
      '$1',
    );

  it('takes out what looks like a key of messages alone, and no letter of all the rest', () => {
    const said = (key: string) => ({
      ...{ code: 'error', message: `Keys:\nsk-${key}`, error: { message: `bad sk-${key}`, type: 'sk-abcdef' } },
      data: [{ fail_reason: `"sk-${key}" is used up`, data: titled, result_url: `Failed: sk-${key}` }],
    });
    expect(redactJson(json(said('abcdef***xyz')), null)).toBe(json(said('#')).replaceAll('sk-#', '[redacted]'));
  });

  it.each([1, 2, 3])('finds messages in JSON within JSON, %i deep', (deep) => {
    const nested = (key: string): string => {
      let text = json({ title: 'sk-abcdef', msg: `Keys:\n${key}` });
      for (let level = 0; level < deep; level++) text = json({ data: text, list: ['sk-abcdef', text] });
      return text;
    };
    expect(redactJson(nested('sk-abcdefgh'), null)).toBe(nested('[redacted]'));
  });

  it('takes the vendor’s own key out of everything', () => {
    expect(redactJson('{"title":"my-key-1","message":"my-key-1"}', 'my-key-1')).toBe(
      '{"title":"[redacted]","message":"[redacted]"}',
    );
  });

  it('leaves JSON that means the same but for messages, and any other text in one piece', () => {
    const part = fc.constantFrom(
      'sk-',
      'sk-abcdefgh',
      '"',
      '\\',
      '{',
      '}',
      ':',
      'message',
      '\n',
      ' ',
      'é',
      '"message":"',
    );
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (text) => {
          // A text that is JSON itself is a message's place too.
          fc.pre(!isJson(text));
          expect(JSON.parse(redactJson(JSON.stringify({ title: text, list: [text] }), null))).toEqual({
            title: text,
            list: [text],
          });
          expect(JSON.parse(redactJson(JSON.stringify({ message: text }), null))).toHaveProperty('message');
          expect(typeof redactJson(text, null)).toBe('string');
        },
      ),
    );
  });

  it('leaves a title that only begins like JSON ({"message":"sk-abcdefgh)', () => {
    const text = JSON.stringify({ title: '{"message":"sk-abcdefgh' });
    expect(redactJson(text, null)).toBe(text);
  });

  it.each(['"sk-', '"message":"sk-', '\\"sk-', '{"sk-'])('takes linear time on %j a hundred thousand times', (part) => {
    const started = performance.now();
    redactJson(part.repeat(100_000), 'abcdef');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
