// Pure: the table of words that is in use.
import type { Language } from '../model/language.ts';
import type { english } from './english.ts';

/** Every table has every word. */
export type Labels = typeof english;

/** Each is a file of its own: nobody loads words that are not shown. */
export const loadLabels = async (language: Language): Promise<Labels> =>
  language === 'zh' ? (await import('./chinese.ts')).chinese : (await import('./english.ts')).english;
