// Pure: XML as text, safe by default: whatever is put into a template is escaped, unless it is XML itself.
// Of our own because the builders that run here write titles as they come (fast-xml-builder 1.3: NUL, lone surrogates, bare CR),
// and one such song would make the whole feed unreadable; those that check are larger than all the rest of the feed.

export class Xml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Null stands for nothing, a list for its parts one after the other. */
export type XmlValue = string | number | null | Xml | readonly XmlValue[];

/** xml`<title>${'<3'}</title>` → `<title>&lt;3</title>`. */
export function xml(parts: TemplateStringsArray, ...values: XmlValue[]): Xml {
  return new Xml(parts.map((part, at) => part + (at < values.length ? written(values[at] ?? null) : '')).join(''));
}

function written(value: XmlValue): string {
  if (value === null) return '';
  if (value instanceof Xml) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(written).join('');
}

/** XML 1.0, 2.2 (Char): no document may hold these, not even as references. Lone surrogates are among them. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** `>` because of `]]>` (2.4). A parser takes a bare CR for LF (2.11). */
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
};

/** For text and for attributes alike. */
const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? '');
