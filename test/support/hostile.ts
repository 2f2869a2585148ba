// Pure: what a vendor or a listener may call a song, and what must come out of it.

/** Characters that XML 1.0 cannot hold at all (2.2): the one thing that may be missing afterwards. */
export const withoutForbidden = (text: string): string =>
  [...text]
    .filter((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x20) return code === 9 || code === 10 || code === 13;
      return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
    })
    .join('');

const controls = String.fromCharCode(
  ...Array.from({ length: 0xa0 }, (_, code) => code).filter((c) => c < 32 || c > 126),
);

/** None begins or ends with a blank, which no list keeps. */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['markup', '<script>alert(1)</script><b onclick="x()">x</b>'],
  ['an entity and what looks like one', 'Rock & Roll &amp; &lt;3 &#0; &nbsp; &xxe;'],
  ['quotes', `"double" 'single' \`back\` «other»`],
  ['the end of a CDATA section', 'a]]>b<![CDATA[c]]>'],
  ['a comment and an instruction', '<!-- x --><?php y ?>--><!DOCTYPE z>'],
  ['closing tags', '</title></item></channel></rss></track></trackList>'],
  ['control characters', `a${controls}z`],
  ['NUL', 'a\0b'],
  ['lone surrogates', 'a\ud83cb\udfb5c'],
  ['surrogates the wrong way round', 'a\udfb5\ud83cb'],
  ['noncharacters', 'a\ufffe\uffffb\u{1fffe}'],
  ['line breaks of every kind', 'a\nb\rc\r\nd\u0085e\u2028f\u2029g\vh\fi'],
  ['a line that looks like a playlist’s', 'a\n#EXTINF:1,x\nhttps://evil.example/a.mp3'],
  ['a line that looks like a header', 'a\r\nSet-Cookie: b=1'],
  ['Hebrew', 'שלום עולם'],
  ['Arabic', 'أغنية، هادئة'],
  ['direction marks', 'song\u202e3pm.exe\u202c\u2066x\u2069\u200f'],
  ['emoji', '🎸👩‍🎤🏳️‍🌈👨‍👩‍👧‍👦'],
  ['combining marks', `Z\u0351\u036b\u0343a\u0301l\u0334g\u0358o\u035c`],
  ['Japanese', '夜の海を歩く'],
  ['a path', '../../etc/passwd\\..\\x'],
  ['per cent signs', '100% %41 %00 %0d%0a'],
  ['a URL of a script', 'javascript:alert(1)'],
  ['a template', '${x} {{y}} $& $1 $`'],
  ['commas and dashes', 'a, b - c - d'],
  ['10,000 characters', `${'夜<&'.repeat(3_333)}z`],
];
