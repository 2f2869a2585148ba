// Pure: names that every file system takes: of files that are saved, and of folders in archives.

/** Separators, controls and direction marks: they would split a header, leave a folder or disguise an extension. */
const NOT_IN_FILE_NAMES = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}"*/:<>?\\|]/gu;
/** Devices on Windows, also before any extension: `NUL.txt` is no file (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?=\.|$)/i;

/** Without what no name may hold; Windows drops dots and blanks at an end, Unix hides what begins with a dot. */
const tidy = (name: string): string =>
  name
    .replace(NOT_IN_FILE_NAMES, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');

/** Of a title as much as fits, cut between characters; `otherwise` where nothing is left of it. */
export function nameOf(title: string | null, otherwise: string, maxBytes: number): string {
  const wellFormed = (title ?? '').toWellFormed();
  const { read } = new TextEncoder().encodeInto(wellFormed, new Uint8Array(maxBytes));
  return tidy(wellFormed.slice(0, read)) || otherwise;
}

/** A slash in a path parts folders, so a name in it is one segment. */
export interface Named {
  /** Its place among the others, from 1. */
  place: number;
  of: number;
  title: string | null;
  slug: string;
}

/** File systems end names at 255 bytes, Windows whole paths at 260 characters: this leaves room for both. */
const TITLE_MAX_BYTES = 100;

/**
 * `02 Night Drive`: the number keeps the order and parts two songs of one title, also where case or composition of
 * letters make no difference.
 */
export function folderOf({ place, of, title, slug }: Named): string {
  const digits = Math.max(2, String(of).length);
  return `${String(place).padStart(digits, '0')} ${titleIn(title, slug)}`;
}

/** `Lamp (Vocals)`: voices of one song often share its title. Null: neither has anything. */
export function titleOf(title: string | null, stem: string | null): string | null {
  if (stem === null || title?.toLowerCase().includes(stem.toLowerCase())) return title;
  return title === null || title.trim() === '' ? stem : `${title} (${stem})`;
}

/** `Night Drive.mp3`: players and lists of files show it without its folder. */
export const fileIn = ({ title, slug }: Named, ext: string): string => `${standingAlone(titleIn(title, slug))}.${ext}`;

/** One composition of letters: some file systems would change it, and then SHA256SUMS would name no file. */
const titleIn = (title: string | null, slug: string): string =>
  nameOf(title?.normalize('NFC') ?? null, slug, TITLE_MAX_BYTES);

/** A name that stands alone: no device's. */
export const standingAlone = (name: string): string => (DEVICE.test(name) ? `_${name}` : name);

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
