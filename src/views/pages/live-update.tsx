// Pure: how the page of a song that is still being made comes alive.
import { inline } from './layout.tsx';

/**
 * With scripts: looks at its own address, ever more rarely (3 s to 30 s) and never while nobody sees it; where the song has
 * moved on, what is new takes the place of what was there. Unlike a page that loads itself again this throws nobody who reads
 * or listens to it back to the top, and it says aloud what has changed.
 */
export const WAKING = inline(`(() => {
  let wait = 3000;
  const later = () => setTimeout(look, (wait = Math.min(wait * 1.2, 30000)));
  async function look() {
    const main = document.querySelector('main');
    if (!document.hidden) try {
      const text = await (await fetch(location.href, { cache: 'no-store' })).text();
      const page = new DOMParser().parseFromString(text, 'text/html');
      const fresh = page.querySelector('main');
      if (fresh && fresh.innerHTML !== main.innerHTML) {
        const focused = main.contains(document.activeElement);
        document.title = page.title;
        main.className = fresh.className;
        main.replaceChildren(...fresh.childNodes);
        const audio = main.querySelector('audio');
        const what = main.querySelector('.what, h1');
        document.querySelector('[role=status]').textContent = audio ? 'The song is ready' : what.textContent;
        if (focused) main.querySelector('audio, a')?.focus();
      }
    } catch {}
    if (main.querySelector('[data-waits]')) later();
  }
  later();
})();`);

/** Where the script says aloud what has changed. */
export const News = () => <p class="unseen" role="status" />;

/** Without scripts the browser itself loads it anew. */
export const Reload = () => (
  <noscript>
    <meta http-equiv="refresh" content="15" />
  </noscript>
);
