// Pure: the document around every page, and what a browser is to know of it: its style, its script, who may frame it.
import { html as escaping, raw } from 'hono/html';
import { createHash } from 'node:crypto';

/** A page with what its answer's headers are made of. */
export interface Page {
  readonly markup: string;
  readonly style: string;
  readonly script: string | null;
  readonly noindex: boolean;
}

/** Style or script of our own, with the hash by which a policy allows exactly it: no request, and no `unsafe-inline`. */
export interface Inline {
  readonly text: Markup;
  /** As Content-Security-Policy names it. */
  readonly source: string;
}

export function inline(text: string): Inline {
  // Indentation is for us, not for the wire.
  const short = text.replaceAll(/\n\s*/g, '\n').trim();
  return { text: trusted(short), source: `'sha256-${createHash('sha256').update(short).digest('base64')}'` };
}

/** The mark of longplay: a record. As data it costs no request. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='#17181b'/><circle cx='16' cy='16' r='10.5' fill='none' stroke='#44464c'/><circle cx='16' cy='16' r='6' fill='#e4572e'/><circle cx='16' cy='16' r='1.5' fill='#fff'/></svg>",
)}`;

interface Parts {
  readonly title: string;
  /** What else the head holds. */
  readonly head?: Markup | null;
  readonly body: Markup;
  readonly style: Inline;
  readonly script?: Inline | null;
  readonly noindex: boolean;
}

export function frame({ title, head = null, body, style, script = null, noindex }: Parts): Page {
  const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${ICON}">
${noindex && markup`<meta name="robots" content="noindex">\n`}${head}<style>${style.text}</style>
</head>
<body>
${body}
${script && markup`<script>${script.text}</script>\n`}</body>
</html>
`;
  return { markup: String(page), style: style.source, script: script?.source ?? null, noindex };
}

/** Above and below the pages that are not framed elsewhere. */
export const siteHeader = markup`<header class="site">
  <a class="mark" href="/"><span class="disc" aria-hidden="true"></span>longplay</a>
</header>`;
export const siteFooter = markup`<footer class="site">
  <p>Kept by <a href="/">longplay</a>, a permanent home for songs.</p>
</footer>`;

/** Markup that may stand in markup as it is. */
export type Markup = string & { readonly isEscaped: true };

/** What templates take. Nothing is written for null, undefined and booleans; of a list each entry, one after the other. */
export type Value = string | number | boolean | null | undefined | readonly Value[];

/** The library's own tag, which for texts and lists of them never waits. Its escapes hold for XML as well. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const escaped = escaping(strings, ...values);
  if (escaped instanceof Promise) throw new Error('A template was given something that must be waited for');
  return escaped as unknown as Markup;
}

/** For our own constants: style and script. */
export const trusted = (text: string): Markup => raw(text) as unknown as Markup;

/** JSON inside a script element: with no `<` in it, nothing in it can end the element or open a comment. */
export const jsonScript = (value: unknown): Markup => trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));
