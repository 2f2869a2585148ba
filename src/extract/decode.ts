// Pure: the bytes of a file → its text, in whatever encoding relays, shells and spreadsheets have written it.

export interface Decoded {
  readonly text: string;
  /** How it was read, where that is not plain UTF-8 and so worth a word. */
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB18030';
  /** The first line that holds bytes of no known encoding. */
  readonly broken_line: number | null;
}

const LOOKED_AT_BYTES = 4_096;
const NEWLINE = 0x0a;

/** Null: no text, such as an archive or a picture. */
export function decodeText(bytes: Uint8Array): Decoded | null {
  const wide = wideEncoding(bytes);
  if (wide !== null) return { text: new TextDecoder(wide).decode(bytes), encoding: 'UTF-16', broken_line: null };
  if (bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return null;
  const text = strictly('utf-8', bytes);
  return text === null ? decodeLines(bytes) : { text, encoding: 'UTF-8', broken_line: null };
}

/** By its mark, or by the zeros that every second byte of plain letters is: shells on Windows leave the mark out. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (bytes.length % 2 !== 0) return null;
  const looked = bytes.subarray(0, LOOKED_AT_BYTES);
  const zeros = [0, 0];
  looked.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = looked.length / 10;
  if (odd > many && even * 10 < odd) return 'utf-16le';
  return even > many && odd * 10 < even ? 'utf-16be' : null;
}

/**
 * Logs that were put together may hold several encodings, so each line is read by itself: what is not UTF-8 is GB18030,
 * which holds GBK and GB 2312. In none of them a byte of a longer character is a line end.
 */
function decodeLines(bytes: Uint8Array): Decoded {
  const parts: string[] = [];
  let [broken, other]: [number | null, boolean] = [null, false];
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline === -1 ? bytes.length : newline + 1;
    const piece = bytes.subarray(from, end);
    const plain = strictly('utf-8', piece);
    const chinese = plain === null || mayBeChinese(plain) ? strictly('gb18030', piece) : null;
    const text = chinese !== null && (plain === null || CHINESE.test(chinese)) ? chinese : plain;
    if (text === null) broken ??= line;
    else if (text !== plain) other = true;
    parts.push(text ?? new TextDecoder().decode(piece));
    from = end;
  }
  return { text: parts.join(''), encoding: other ? 'GB18030' : 'UTF-8', broken_line: broken };
}

const CHINESE = /[\u4e00-\u9fff]/;
/** Short words in GBK may be UTF-8 by chance, but then of letters that take two bytes. In a file that is no UTF-8 they are Chinese. */
const mayBeChinese = (text: string): boolean => /[\u0080-\u07ff]/.test(text) && !/[\u0800-\uffff]/.test(text);

function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // TypeError: bytes that this encoding does not have. RangeError: a Node without it.
    return null;
  }
}
