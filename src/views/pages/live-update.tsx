// Pure: how the page of a song that is still being made comes alive.
import { linkIn, type Locale } from './language.ts';
import { inline } from './layout.tsx';

/**
 * With scripts: looks at its own address, in the language that it is in, ever more rarely (3 s to 30 s) and never while nobody sees it; where the song has
 * moved on, what is new takes the place of what was there. Unlike a page that loads itself again this throws nobody who reads
 * or listens to it back to the top, and it says aloud what has changed.
 */
export const WAKING = inline(`(() => {
  let wait = 3000;
  const later = () => setTimeout(look, (wait = Math.min(wait * 1.2, 30000)));
  async function look() {
    const main = document.querySelector('main');
    const news = document.querySelector('[role=status]');
    if (!document.hidden) try {
      const text = await (await fetch(location.pathname + news.dataset.query, { cache: 'no-store' })).text();
      const page = new DOMParser().parseFromString(text, 'text/html');
      const fresh = page.querySelector('main');
      if (fresh && fresh.innerHTML !== main.innerHTML) {
        const focused = main.contains(document.activeElement);
        document.title = page.title;
        main.className = fresh.className;
        main.replaceChildren(...fresh.childNodes);
        const audio = main.querySelector('audio');
        const what = main.querySelector('.what, h1');
        news.textContent = audio ? news.dataset.ready : what.textContent;
        if (focused) main.querySelector('audio, a')?.focus();
      }
    } catch {}
    if (main.querySelector('[data-waits]')) later();
  }
  later();
})();`);

/** Where the script says aloud what has changed. */
export const News = ({ locale }: { locale: Locale }) => (
  <p class="unseen" role="status" data-query={linkIn(locale, '')} data-ready={locale.words.stage.ready} />
);

/** Without scripts the browser itself loads it anew. */
export const Reload = ({ locale }: { locale: Locale }) => (
  <noscript>
    <meta http-equiv="refresh" content={['15', linkIn(locale, '')].filter(Boolean).join('; url=')} />
  </noscript>
);
