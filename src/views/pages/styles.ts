// Pure: what all pages look alike in: colours of both schemes, type, focus, the record that stands for a song.

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
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  -webkit-text-size-adjust: 100%; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, pre { margin: 0; padding: 0; }
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
export const SITE = `
.site { max-width: 70rem; margin: 0 auto; padding: 1.1rem clamp(1.1rem, 4vw, 2.5rem); }
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
