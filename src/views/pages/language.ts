// Pure: in which language a page is, what of it may be kept for others, and how its links hand the language on.
import { isLanguage, type Language, languageOf } from '../../model/language.ts';
import { chinese } from './chinese.ts';
import { english, type Words } from './english.ts';

const WORDS: Readonly<Record<Language, Words>> = { en: english, zh: chinese };
/** Of a link that names none. */
const USUAL: Language = 'en';

export interface Locale {
  readonly language: Language;
  readonly words: Words;
  /**
   * Whether whoever follows this very link may be shown the same: the edge cache knows links, and no header. What only a
   * browser's preference made another than the usual one is for this browser alone.
   */
  readonly shared: boolean;
  /** Of links to other pages, which hand on what is not usual or was asked for: `?lang=zh`, or nothing. */
  readonly query: Readonly<{ lang?: Language }>;
}

/** `asked`: by the link itself. `accepted`: an `Accept-Language`. What is not understood is no wish. */
export function localeOf(asked: string | null, accepted: string | null): Locale {
  const named = isLanguage(asked);
  const language = named ? asked : languageOf(preferredIn(accepted ?? ''));
  return {
    language,
    words: WORDS[language],
    shared: named || language === USUAL,
    query: named || language !== USUAL ? { lang: language } : {},
  };
}

/** 'en;q=0.5, zh-CN' → ['zh-CN', 'en'] (RFC 9110 12.5.4) */
export const preferredIn = (accepted: string): string[] =>
  accepted
    .split(',')
    .map((part) => /^\s*([a-z\d-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(part))
    .map((match) => ({ tag: match?.[1] ?? '', weight: match ? Number(match[2] ?? 1) : 0 }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);

/** A link to another page of ours, in the language of this one. */
export function linkIn({ query }: Locale, page: string, more: Readonly<Record<string, string>> = {}): string {
  const text = new URLSearchParams({ ...more, ...query }).toString();
  return text === '' ? page : `${page}?${text}`;
}

/** The same page in another language, or in whichever its reader's browser prefers. */
export const pageIn = (page: string, lang: Language, more: Readonly<Record<string, string>> = {}): string =>
  `${page}?${new URLSearchParams({ ...more, lang }).toString()}`;
