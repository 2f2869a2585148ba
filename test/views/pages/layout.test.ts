// What is put into markup cannot leave its place.
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { jsonScript, markupOf, raw } from '../../../src/views/pages/layout.tsx';

const HOSTILE = `</title><script>alert(1)</script>"' onload=x <!-- ]]> &amp; \`\${}`;

describe('markupOf()', () => {
  it('escapes in text and attributes alike', () => {
    const page = markupOf(h('p', { title: HOSTILE }, HOSTILE));
    expect(page.match(/</g)).toEqual(['<', '<']);
    expect(page.match(/"/g)).toHaveLength(2);
    expect(page.match(/&amp;amp;/g)).toHaveLength(2);
  });

  it('takes markup and lists of it as they are, nothing for null, undefined and booleans, and numbers', () => {
    const items = ['a<', h('b', null, '<'), null, undefined, false, true, 0];
    expect(markupOf(h('p', null, items))).toBe('<p>a&lt;<b>&lt;</b>0</p>');
  });

  it('leaves a text of our own as it is', () => {
    expect(markupOf(h('style', raw('a > b { content: "&" }')))).toBe('<style>a > b { content: "&" }</style>');
  });
});

describe('jsonScript()', () => {
  it('can neither end its element nor open a comment, and reads the same', () => {
    const script = jsonScript({ text: HOSTILE });
    expect(script).not.toContain('<');
    expect(JSON.parse(script)).toEqual({ text: HOSTILE });
  });
});
