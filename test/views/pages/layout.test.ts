// What is put into markup cannot leave its place.
import { describe, expect, it } from 'vitest';
import { jsonScript, markup } from '../../../src/views/pages/layout.tsx';

const HOSTILE = `</title><script>alert(1)</script>"' onload=x <!-- ]]> &amp; \`\${}`;

describe('markup', () => {
  it('escapes in text and attributes alike', () => {
    const page = String(markup`<p title="${HOSTILE}">${HOSTILE}</p>`);
    expect(page.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
    expect(page.match(/"/g)).toHaveLength(2);
    expect(page).toContain('&amp;amp;');
    expect(page).not.toContain("'");
  });

  it('takes markup and lists of it as they are, nothing for null, undefined and booleans, and numbers', () => {
    const items = ['a<', markup`<b>${'<'}</b>`, null, undefined, false, true, 0];
    expect(String(markup`${items}`)).toBe('a&lt;<b>&lt;</b>0');
  });
});

describe('jsonScript()', () => {
  it('can neither end its element nor open a comment, and reads the same', () => {
    const script = String(jsonScript({ text: HOSTILE }));
    expect(script).not.toContain('<');
    expect(JSON.parse(script)).toEqual({ text: HOSTILE });
  });
});
