// Pure: how the page of one song looks, and the page that tells why there is none.
import { inline } from '../views/pages/layout.ts';
import { BASE, SITE } from '../views/pages/styles.ts';

export const SHARE_STYLE = inline(`${BASE}${SITE}
.song { display: grid; gap: 1.75rem; }
.record { position: relative; width: 88%; max-width: 30rem; }
.record .cover { position: relative; box-shadow: 0 1px 2px #0003, 0 14px 36px -12px #0007; }
.record > .disc { position: absolute; inset: 2.5% auto auto 15.5%; width: 95%; }
.song .artist { color: var(--text); font-weight: 600; }
.song h1 + .credits { margin-top: .6rem; }
.play { margin-top: 1.4rem; }
.note { padding: 1rem 1.2rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; color: var(--soft); }
.note .what { display: flex; align-items: center; gap: .6rem; color: var(--text); font-size: 1.0625rem; font-weight: 650; }
.note .what .disc { flex: none; width: 1.5rem; }
.note .why { margin-top: .5rem; padding-inline-start: .8rem; border-inline-start: 3px solid var(--line); }
.note a { display: inline-block; margin-top: .5rem; }
.tags { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: 1.4rem; }
.tags li { padding: .12rem .7rem; border: 1px solid var(--line); border-radius: 99rem; color: var(--soft); font-size: .875rem; max-width: 100%; }
.take { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .5rem; margin-top: 1.4rem; }
.take details { display: contents; }
.take summary { cursor: pointer; list-style: none; }
.take summary::-webkit-details-marker { display: none; }
.take details[open] summary { border-color: var(--accent); }
.take pre { flex: 1 1 100%; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; }
.lyrics { margin-top: 2.75rem; }
.lyrics h2 { padding-bottom: .5rem; border-bottom: 1px solid var(--line); font-size: 1.0625rem; font-weight: 650; }
.lyrics h3 { margin-top: 1.9rem; color: var(--accent); font-size: .8125rem; font-weight: 650; letter-spacing: .05em; }
.lyrics h3 + p { margin-top: .35rem; }
.lyrics p { margin-top: 1.5rem; max-width: 38rem; font: 1.1875rem/1.65 ui-serif, 'Iowan Old Style', Charter, 'Source Serif 4', Georgia, 'Noto Serif', serif; }
@media (min-width: 52rem) {
  .song { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: clamp(3rem, 7vw, 6rem); padding-top: 2rem; }
  .record { position: sticky; top: 2rem; align-self: start; width: 90%; }
}
.message { display: grid; justify-items: center; gap: .9rem; padding-block: clamp(3rem, 14vh, 8rem); text-align: center; }
.message .disc { width: 7.5rem; margin-bottom: 1rem; opacity: .9; }
.message p { max-width: 32rem; color: var(--soft); }
.message .code { font-size: .875rem; font-variant-numeric: tabular-nums; }
@media print { .take, audio, .site { display: none; } }
`);
