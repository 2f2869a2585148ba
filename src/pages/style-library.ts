// Pure: how the library looks: sleeves on a shelf.
import { inline } from '../views/pages/layout.ts';
import { BASE, SITE } from '../views/pages/styles.ts';

export const LIBRARY_STYLE = inline(`${BASE}${SITE}
.top { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 1rem 2rem; padding-block: .5rem 1.75rem; }
form { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .35rem .5rem; width: min(100%, 26rem); }
label { grid-column: 1 / -1; color: var(--soft); font-size: .875rem; }
input { min-width: 0; min-height: 2.75rem; padding: .3rem 1rem; border: 1px solid color-mix(in srgb, var(--soft) 75%, var(--ground)); border-radius: 99rem; background: var(--raised); color: var(--text); font: inherit; }
form button { min-height: 2.75rem; padding: .3rem 1.2rem; border: 0; border-radius: 99rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 650; cursor: pointer; }
.songs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 44%), 1fr)); gap: 2rem clamp(.9rem, 2.5vw, 1.75rem); }
.songs a { display: block; text-decoration: none; }
.songs .cover { box-shadow: 0 1px 2px #0003, 0 8px 20px -10px #0006; }
.songs .title { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; margin-top: .65rem; font-weight: 640; line-height: 1.3; }
.songs a:hover .title { text-decoration: underline; text-decoration-color: var(--accent); text-decoration-thickness: .08em; text-underline-offset: .18em; }
.songs .credits { font-size: .875rem; }
@media (prefers-reduced-motion: no-preference) {
  .songs .cover { transition: translate .18s ease-out; }
  .songs a:hover .cover { translate: 0 -4px; }
}
@media (min-width: 52rem) { .songs { grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 2.5rem 1.75rem; } }
.turning { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 3rem; }
.empty { display: grid; justify-items: center; gap: .7rem; padding-block: clamp(2rem, 10vh, 6rem); text-align: center; color: var(--soft); }
.empty .disc { width: 9rem; margin-bottom: 1rem; }
.empty .what { color: var(--text); font-size: 1.375rem; font-weight: 680; letter-spacing: -.01em; }
.empty p { max-width: 34rem; }
`);
