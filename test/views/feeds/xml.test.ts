import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xml } from '../../../src/views/feeds/xml.ts';
import { HOSTILE, withoutForbidden } from '../../support/hostile.ts';
import { parseXml } from '../../support/xml.ts';

const readBack = (text: string) => {
  const { attributes, children } = parseXml(xml`<a href="${text}"><b>${text}</b></a>`.text);
  return { attribute: attributes['href'], text: children[0]?.text };
};
/** A parser takes blanks in an attribute for spaces (XML 1.0, 3.3.3), which no link of ours has. */
const spaced = (text: string): string => text.replace(/[\t\n]/g, ' ');

describe('xml``', () => {
  it.each(HOSTILE)('text and attributes are read back as they were: %s', (_, text) => {
    const kept = withoutForbidden(text);
    expect(readBack(text)).toEqual({ attribute: spaced(kept), text: kept });
  });

  it('any text is read back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xffff)), (text, units) => {
        const any = text + String.fromCharCode(...units);
        const kept = withoutForbidden(any);
        expect(readBack(any)).toEqual({ attribute: spaced(kept), text: kept });
      }),
      { numRuns: 30 },
    );
  });

  it('puts parts together: XML as it is, lists one after the other, null for nothing, numbers', () => {
    const items = ['<', '>'].map((text) => xml`<i>${text}</i>`);
    expect(xml`<a n="${7}">${items}${null}${[]}${xml`<b/>`}</a>`.text).toBe('<a n="7"><i>&lt;</i><i>&gt;</i><b/></a>');
  });

  it('takes nothing that only looks like XML for it', () => {
    const fake = { text: '<b/>' } as never;
    expect(() => xml`<a>${fake}</a>`).toThrow();
  });
});
