// Edge: what is kept of whoever sits here: the token while the tab is open, choices of language and keys for longer.
import { isLanguage, type Language, languageOf } from '../model/language.ts';
import type { Labels } from './english.ts';

const TOKEN = 'longplay-token';
const LANGUAGE = 'longplay-language';
const KEYS = 'longplay-keys';

/** Where a browser keeps nothing for pages, it is kept until the page is left. */
function storeOf(name: 'sessionStorage' | 'localStorage'): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    return globalThis[name];
  } catch {
    // SecurityError
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
const [ofTab, ofBrowser] = [storeOf('sessionStorage'), storeOf('localStorage')];

export const token = (): string => ofTab.getItem(TOKEN) ?? '';
/** '': it is forgotten. */
export const remember = (text: string): void => (text === '' ? ofTab.removeItem(TOKEN) : ofTab.setItem(TOKEN, text));

/** By the address, the choice made before, or the browser. */
export function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? ofBrowser.getItem(LANGUAGE);
  return isLanguage(asked) ? asked : languageOf(navigator.languages);
}
export function rememberLanguage(language: Language): void {
  ofBrowser.setItem(LANGUAGE, language);
  // Whoever chooses has the last word.
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  history.replaceState(null, '', address);
}

/** Whether single keys do something wherever one is. */
export const keysAreOn = (): boolean => ofBrowser.getItem(KEYS) !== 'off';
export const rememberKeys = (on: boolean): void => ofBrowser.setItem(KEYS, on ? 'on' : 'off');

/** Each table is a file of its own: nobody loads words that are not shown. */
export const loadLabels = async (language: Language): Promise<Labels> =>
  language === 'zh' ? (await import('./chinese.ts')).chinese : (await import('./english.ts')).english;
