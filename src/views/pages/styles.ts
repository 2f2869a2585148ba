// Pure: what all pages look alike in: colours of both schemes, type, focus, the record that stands for a song.
import { inline } from './layout.tsx';

/** Contrast of text to ground is at least 4.5:1 in both schemes (WCAG 2.2 AA), of what is used and focused at least 3:1. */
export const BASE = `
:root {
  color-scheme: light dark;
  --ground: #f5f4f1; --raised: #fff; --text: #17181b; --soft: #585b62; --line: #d9d7d1; --accent: #b23a1b; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #131417; --raised: #1d1f23; --text: #f1f0ed; --soft: #a5a8b0; --line: #33363c; --accent: #ff8a65; --on-accent: #241009; }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
  -webkit-text-size-adjust: 100%; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, pre { margin: 0; padding: 0; }
p { text-wrap: pretty; }
ul { list-style: none; }
a { color: inherit; text-decoration-color: var(--accent); text-decoration-thickness: .08em; text-underline-offset: .18em; }
a:hover { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
audio { display: block; width: 100%; height: 54px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.cover { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; background: var(--line); border-radius: 3px; }
.blank { display: grid; place-items: center; background: var(--raised); border: 1px solid var(--line); }
.blank .disc { width: 72%; }
.disc {
  display: block; aspect-ratio: 1; border-radius: 50%;
  background:
    radial-gradient(circle, var(--ground) 0 2.4%, transparent 2.9%),
    radial-gradient(circle, #e4572e 0 23%, #0000 23.6%),
    conic-gradient(from 25deg, #fff0 0 8%, #ffffff30 14%, #fff0 20% 58%, #ffffff24 64%, #fff0 70%),
    repeating-radial-gradient(circle, #26282c 0 1px, #17181b 1.5px 4px);
}
@media (prefers-color-scheme: dark) { .disc { box-shadow: 0 0 0 1px #3a3d44; } }
@media (prefers-reduced-motion: no-preference) { .turning.disc { animation: turn 1.8s linear infinite; } }
@keyframes turn { to { rotate: 1turn; } }
`;

/** Pages that are not framed elsewhere. */
const SITE = `
.site { max-width: 70rem; margin: 0 auto; padding: 1.1rem clamp(1.1rem, 4vw, 2.5rem); }
header.site { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1.5rem; }
header.site .language { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--soft); font-size: .875rem; }
header.site .mark { display: inline-flex; align-items: center; gap: .55rem; font-weight: 650; letter-spacing: -.01em; text-decoration: none; padding: .35rem 0; }
header.site .disc { width: 1.35rem; background: radial-gradient(circle, var(--ground) 0 8%, #e4572e 11% 38%, #17181b 41%); }
footer.site { color: var(--soft); font-size: .875rem; padding-block: 2rem 2.5rem; }
main { max-width: 70rem; margin: 0 auto; padding: .5rem clamp(1.1rem, 4vw, 2.5rem) 2rem; }
h1 { font-size: clamp(1.9rem, 1.3rem + 2.6vw, 3.1rem); font-weight: 720; line-height: 1.08; letter-spacing: -.025em; text-wrap: balance; }
.credits { color: var(--soft); }
.button {
  display: inline-flex; align-items: center; min-height: 2.75rem; padding: .3rem 1.1rem;
  border: 1px solid var(--line); border-radius: 99rem; background: var(--raised); color: var(--text);
  font: inherit; font-weight: 600; text-decoration: none;
}
.button:hover { border-color: var(--accent); }
`;

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
.note p + p:not(.why) a { margin-inline-start: .4em; }
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
  .note .what { justify-content: center; }
  .play { width: 100%; }
}
@media (max-height: 6rem), (max-width: 15rem) { .card { grid-template-columns: minmax(0, 1fr); padding: 0 .8rem; } .card > .cover { display: none; } .play { grid-column: 1; } audio { margin-top: .2rem; } }
`);

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
.songs .credits { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; font-size: .875rem; }
@media (prefers-reduced-motion: no-preference) {
  .songs .cover { transition: translate .18s ease-out; }
  .songs a:hover .cover { translate: 0 -4px; }
}
@media (min-width: 52rem) { .songs { grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 2.5rem 1.75rem; } }
.turning { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 3rem; }
.empty { display: grid; justify-items: center; gap: .7rem; padding-block: clamp(2rem, 10vh, 6rem); text-align: center; color: var(--soft); }
.empty .disc { width: 9rem; margin-bottom: 1rem; }
.empty .what { color: var(--text); font-size: 1.375rem; font-weight: 680; letter-spacing: -.01em; }
.empty p { max-width: 34rem; text-wrap: balance; }
`);

export const SHARE_STYLE = inline(`${BASE}${SITE}
.song { display: grid; gap: 1.75rem; }
.record { position: relative; width: 88%; max-width: 30rem; }
.record .cover { position: relative; box-shadow: 0 1px 2px #0003, 0 14px 36px -12px #0007; }
.record > .disc { position: absolute; inset: 2.5% auto auto 15.5%; width: 95%; }
.song .artist { color: var(--text); font-weight: 600; }
.song h1 + .credits, .song h1 + .origin { margin-top: .6rem; }
.origin { color: var(--soft); }
.play { margin-top: 1.4rem; }
.note { padding: 1rem 1.2rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; color: var(--soft); }
.note .what { display: flex; align-items: center; gap: .6rem; color: var(--text); font-size: 1.0625rem; font-weight: 650; }
.note .what .disc { flex: none; width: 1.5rem; }
.note .why { margin-top: .5rem; padding-inline-start: .8rem; border-inline-start: 3px solid var(--line); }
.note a { display: inline-block; margin-top: .5rem; }
.tags { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: 1.4rem; }
.tags li { padding: .12rem .7rem; border: 1px solid var(--line); border-radius: .85rem; color: var(--soft); font-size: .875rem; max-width: 100%; }
.take { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .5rem; margin-top: 1.4rem; }
.take details { display: contents; }
.take summary { cursor: pointer; list-style: none; }
.take summary::-webkit-details-marker { display: none; }
.take details[open] summary { border-color: var(--accent); }
.take pre { flex: 1 1 100%; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; }
.relatives { margin-top: 2rem; }
.relatives ul { display: flex; flex-wrap: wrap; gap: 0 1.4rem; margin-top: .4rem; }
.relatives a { display: inline-flex; align-items: center; min-height: 2.25rem; }
.lyrics { margin-top: 2.75rem; }
.relatives h2, .lyrics h2 { padding-bottom: .5rem; border-bottom: 1px solid var(--line); font-size: 1.0625rem; font-weight: 650; }
.lyrics h3 { margin-top: 1.9rem; color: var(--accent); font-size: .8125rem; font-weight: 650; letter-spacing: .05em; }
.lyrics h3 + p { margin-top: .35rem; }
.lyrics p { margin-top: 1.5rem; max-width: 38rem; font: 1.1875rem/1.65 ui-serif, 'Iowan Old Style', Charter, 'Source Serif 4', Georgia, 'Noto Serif', serif; }
@media (min-width: 52rem) {
  .song { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: clamp(3rem, 7vw, 6rem); padding-top: 2rem; }
  .record { position: sticky; top: 2rem; align-self: start; width: 90%; }
}
.message { display: grid; justify-items: center; gap: .9rem; padding-block: clamp(3rem, 14vh, 8rem); text-align: center; }
.message .disc { width: 7.5rem; margin-bottom: 1rem; opacity: .9; }
.message p { max-width: 32rem; color: var(--soft); text-wrap: balance; }
.message .code { font-size: .875rem; font-variant-numeric: tabular-nums; }
@media print { .take, audio, .site { display: none; } }
`);
