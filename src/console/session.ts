// Edge: what is kept of whoever sits here: the token while the tab is open, choices of language and keys for longer.
import { isLanguage, type Language, languageOf } from '../model/language.ts';
import type { Labels } from './english.ts';

const TOKEN = 'longplay-token';
const LANGUAGE = 'longplay-language';
const KEYS = 'longplay-keys';

export const token = (): string => sessionStorage.getItem(TOKEN) ?? '';
/** '': it is forgotten. */
export const remember = (text: string): void =>
  text === '' ? sessionStorage.removeItem(TOKEN) : sessionStorage.setItem(TOKEN, text);

/** By the address, the choice made before, or the browser. */
export function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(LANGUAGE);
  return isLanguage(asked) ? asked : languageOf(navigator.languages);
}
export function rememberLanguage(language: Language): void {
  localStorage.setItem(LANGUAGE, language);
  // Whoever chooses has the last word.
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  history.replaceState(null, '', address);
}

/** Whether single keys do something wherever one is. */
export const keysAreOn = (): boolean => localStorage.getItem(KEYS) !== 'off';
export const rememberKeys = (on: boolean): void => localStorage.setItem(KEYS, on ? 'on' : 'off');

/** Each table is a file of its own: nobody loads words that are not shown. */
export const loadLabels = async (language: Language): Promise<Labels> =>
  language === 'zh' ? (await import('./chinese.ts')).chinese : (await import('./english.ts')).english;
