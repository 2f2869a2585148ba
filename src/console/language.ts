// Pure: the two languages of the console, and the table of words that is in use.
import type { english } from './english.ts';

export const LANGUAGES = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;
/** Every table has every word. */
export type Labels = typeof english;

export const isLanguage = (text: string | null): text is Language => text !== null && Object.hasOwn(LANGUAGES, text);

/** The first that we have of those that a browser prefers. */
export const languageOf = (preferred: readonly string[]): Language =>
  preferred.map((tag) => tag.toLowerCase().split('-', 1)[0] ?? '').find(isLanguage) ?? 'en';

/** The document's language, as BCP 47 has it. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** Each is a file of its own: nobody loads words that are not shown. */
export const loadLabels = async (language: Language): Promise<Labels> =>
  language === 'zh' ? (await import('./chinese.ts')).chinese : (await import('./english.ts')).english;
