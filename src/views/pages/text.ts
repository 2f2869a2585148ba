// Pure: vendors' texts → what can be shown: one line, a few words, the lines of a song; durations.

/** Control characters and noncharacters: HTML and XML know none of them. */
const NOT_IN_MARKUP = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu;
/** They turn round what follows them, beyond the end of the text where nothing keeps it apart, as in a window's title. */
const TURNS_ROUND = /[\u202a-\u202e\u2066-\u2069]/gu;

/** As long as a title may be that is set by hand. */
const LINE_MAX_CODE_POINTS = 300;

/** ' a\u0000b\n c ' → 'a b c'. Longer texts end in `…`. */
export function lineOf(text: string, most = LINE_MAX_CODE_POINTS): string {
  const line = text.toWellFormed().replace(TURNS_ROUND, '').replace(NOT_IN_MARKUP, ' ').replace(/\s+/gu, ' ').trim();
  return line.length <= most ? line : shortened(line, most);
}

function shortened(line: string, most: number): string {
  // Two code units a code point at most: a text of a megabyte is not split to be counted.
  const points = [...line.slice(0, 2 * most + 2)];
  return points.length <= most
    ? line
    : `${points
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** Lines that belong together; `mark`: what stands above them, such as `[Chorus]`. */
export interface Stanza {
  readonly mark: string | null;
  readonly lines: readonly string[];
}

const MARK = /^\[[^[\]]+\]$/u;

/** '[Verse]\nOne\nTwo\n\nThree' → two stanzas, the first one marked. */
export function stanzasOf(lyrics: string): Stanza[] {
  const stanzas: { mark: string | null; lines: string[] }[] = [];
  let open: { mark: string | null; lines: string[] } | null = null;
  for (const line of linesOf(lyrics)) {
    const isMark = MARK.test(line);
    if (line === '') {
      // An empty line below a mark does not part it from its lines.
      if (open && open.lines.length > 0) open = null;
      continue;
    }
    if (open === null || isMark) stanzas.push((open = { mark: isMark ? line : null, lines: [] }));
    if (!isMark) open.lines.push(line);
  }
  return stanzas;
}

const linesOf = (lyrics: string): string[] =>
  lyrics
    .toWellFormed()
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
    .map((line) => line.replace(NOT_IN_MARKUP, ' ').trim());

/** The first sung words, without marks. */
export const excerptOf = (lyrics: string, most: number): string =>
  lineOf(
    stanzasOf(lyrics.slice(0, 4 * most))
      .flatMap(({ lines }) => lines)
      .join(' / '),
    most,
  );

/** 'folk, quiet,, ' → ['folk', 'quiet'] */
export const tagsOf = (tags: string): string[] => [
  ...new Set(
    tags
      .split(/[,;\n]/u)
      .map((tag) => lineOf(tag, TAG_MAX_CODE_POINTS))
      .filter((tag) => tag !== ''),
  ),
];
/** Some songs have a whole description for a tag. */
const TAG_MAX_CODE_POINTS = 120;

/** 75.4 → '1:15' */
export function clockOf(seconds: number): string {
  const { hours, minutes, rest } = partsOf(seconds);
  const two = (part: number): string => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 75.4 → 'PT1M15S' (ISO 8601), for programs. */
export function isoDurationOf(seconds: number): string {
  const { hours, minutes, rest } = partsOf(seconds);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${rest}S`;
}

function partsOf(seconds: number): { hours: number; minutes: number; rest: number } {
  const whole = Math.max(0, Math.round(seconds));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, rest: whole % 60 };
}
