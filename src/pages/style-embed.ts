// Pure: how the player in another site's page looks: at home on any ground, and in whatever height it is given.
import { inline } from '../views/pages/layout.ts';
import { BASE } from '../views/pages/styles.ts';

export const EMBED_STYLE = inline(`${BASE}
html, body { height: 100%; }
.card { display: grid; grid-template-columns: auto minmax(0, 1fr); height: 100%; min-height: 5rem; background: var(--raised); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.card > .cover { width: auto; height: calc(100vh - 2px); max-height: 20rem; aspect-ratio: 1; border: 0; border-radius: 0; }
.card > .blank { border-inline-end: 1px solid var(--line); background: var(--ground); }
.about { display: flex; flex-direction: column; justify-content: center; gap: .1rem; min-width: 0; padding: .6rem .9rem; }
h1 { font-size: 1.0625rem; font-weight: 680; line-height: 1.3; letter-spacing: -.01em; }
h1, .credits { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
h1 a { text-decoration: none; }
h1 a:hover { text-decoration: underline; }
.credits { color: var(--soft); font-size: .875rem; }
audio { height: 40px; margin-top: .55rem; }
.note { color: var(--soft); font-size: .875rem; line-height: 1.4; margin-top: .3rem; }
.note .what { display: flex; align-items: center; gap: .45rem; color: var(--text); font-weight: 600; }
.note .what .disc { flex: none; width: 1.1rem; }
.note p + p:not(.why) { display: inline; }
.message { display: grid; place-content: center; height: 100%; padding: 1rem; text-align: center; color: var(--soft); }
.message .disc, .message .code { display: none; }
.message h1 { color: var(--text); }
@media (max-height: 12rem) { .note:not([data-waits]) .what ~ p { display: none; } }
@media (max-height: 8.5rem) { .credits { display: none; } }
@media (max-width: 26rem) {
  .card { grid-template-columns: 4.25rem minmax(0, 1fr); align-content: center; column-gap: .8rem; padding: .7rem; }
  .card > .cover { grid-row: 1 / 3; width: 4.25rem; height: 4.25rem; border-radius: 3px; }
  .about { display: contents; }
  h1 { align-self: end; }
  h1:only-of-type:not(:has(~ .credits)) { grid-row: 1 / 3; align-self: center; }
  .play { grid-column: 1 / -1; }
}
@media (max-width: 26rem) and (min-height: 17rem) {
  .card { grid-template-columns: minmax(0, 1fr); justify-items: center; text-align: center; }
  .card > .cover { grid-row: auto; width: auto; height: min(calc(100vh - 9rem), 76vw); max-height: none; }
  h1 { margin-top: .6rem; }
  h1, .credits { max-width: 100%; }
  .play { width: 100%; }
}
@media (max-height: 6rem), (max-width: 15rem) { .card { grid-template-columns: minmax(0, 1fr); padding: 0 .8rem; } .card > .cover { display: none; } .play { grid-column: 1; } audio { margin-top: .2rem; } }
`);
