// Pure: the name under which an answer is saved: Content-Disposition (RFC 6266), safe in headers and on file systems.
import { nameOf, standingAlone, tidy } from './files/file-name.ts';

/** File systems end names at 255 bytes; this leaves room for an extension and a browser's `(1)`. */
const FILE_NAME_MAX_BYTES = 200;

/** `Café` → `attachment; filename="Cafe.mp3"; filename*=UTF-8''Caf%C3%A9.mp3` (RFC 6266 and its appendix D). */
export function attachment(title: string | null, slug: string, ext: string): string {
  const name = standingAlone(nameOf(title, slug, FILE_NAME_MAX_BYTES));
  // A `%` in the plain form is decoded by some browsers.
  const ascii = tidy(name.normalize('NFKD').replace(/[^\x20-\x24\x26-\x7e]/g, ''));
  const fallback = /[a-z0-9]/i.test(ascii) ? standingAlone(ascii) : slug;
  // RFC 8187 leaves these four out of what may stand as it is.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fallback}.${ext}"; filename*=UTF-8''${encoded}.${ext}`;
}
