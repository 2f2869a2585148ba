// Pure: the document around every page, and what a browser is to know of it: its style, its script, who may frame it.
import { createHash } from 'node:crypto';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { isLanguage, type Language, LANGUAGE_TAGS, LANGUAGES } from '../../model/language.ts';
import { linkIn, type Locale, pageIn } from './language.ts';

/** A page with what its answer's headers are made of. */
export interface Page {
  readonly markup: string;
  readonly style: string;
  readonly script: string | null;
  readonly noindex: boolean;
}

/** Style or script of our own, with the hash by which a policy allows exactly it: no request, and no `unsafe-inline`. */
export interface Inline {
  readonly text: string;
  /** As Content-Security-Policy names it. */
  readonly source: string;
}

export function inline(text: string): Inline {
  // Indentation is for us, not for the wire.
  const short = text.replaceAll(/\n\s*/g, '\n').trim();
  return { text: short, source: `'sha256-${createHash('sha256').update(short).digest('base64')}'` };
}

/** The only text that is not escaped: of our own making, inside the element that it is for. */
export const raw = (text: string) => ({ dangerouslySetInnerHTML: { __html: text } });

/** JSON inside a script element: with no `<` in it, nothing in it can end the element or open a comment. */
export const jsonScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** The mark of longplay: a record. As data it costs no request. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='#17181b'/><circle cx='16' cy='16' r='10.5' fill='none' stroke='#44464c'/><circle cx='16' cy='16' r='6' fill='#e4572e'/><circle cx='16' cy='16' r='1.5' fill='#fff'/></svg>",
)}`;

const LANGUAGE_CODES: readonly Language[] = Object.keys(LANGUAGES).filter(isLanguage);

interface Parts {
  readonly locale: Locale;
  readonly title: string;
  /** What else the head holds. */
  readonly head?: ComponentChildren;
  readonly body: ComponentChildren;
  readonly style: Inline;
  readonly script?: Inline | null;
  readonly noindex: boolean;
}

export function frame({ locale, title, head, body, style, script = null, noindex }: Parts): Page {
  const page = (
    <html lang={LANGUAGE_TAGS[locale.language]}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={ICON} />
        {noindex && <meta name="robots" content="noindex" />}
        {head}
        <style {...raw(style.text)} />
      </head>
      <body>
        {body}
        {script && <script {...raw(script.text)} />}
      </body>
    </html>
  );
  return {
    markup: `<!DOCTYPE html>\n${markupOf(page)}\n`,
    style: style.source,
    script: script?.source ?? null,
    noindex,
  };
}

/** An element without an end, as it is written: each `<` of a text and each quote of a value is a reference by then. */
const VOID_ELEMENT = /(<(?:br|img|input|link|meta)(?: [^\s"<>/=]+(?:="[^"]*")?)*)\/>/g;

/** What is put into elements and attributes is escaped, and cannot leave its place. Elements without an end end as HTML has them. */
export const markupOf = <Props,>(node: VNode<Props>): string => renderToString(node).replace(VOID_ELEMENT, '$1>');

/** Above and below the pages that are not framed elsewhere. */
export const SiteHeader = ({ locale, asked = {} }: { locale: Locale; asked?: Readonly<Record<string, string>> }) => (
  <header class="site">
    <a class="mark" href={linkIn(locale, '/')}>
      <Disc />
      longplay
    </a>
    {LANGUAGE_CODES.filter((language) => language !== locale.language).map((language) => (
      <a
        key={language}
        class="language"
        href={pageIn('', language, asked)}
        lang={LANGUAGE_TAGS[language]}
        hreflang={LANGUAGE_TAGS[language]}
      >
        {LANGUAGES[language]}
      </a>
    ))}
  </header>
);
export const SiteFooter = ({ locale }: { locale: Locale }) => {
  const { before_name, after_name } = locale.words.site;
  return (
    <footer class="site">
      <p>
        {before_name}
        <a href={linkIn(locale, '/')}>longplay</a>
        {after_name}
      </p>
    </footer>
  );
};

/** For search engines: where this page is in each language, and where in whichever its reader prefers. */
export const Alternates = ({ page }: { page: string }) => (
  <>
    {LANGUAGE_CODES.map((language) => (
      <link key={language} rel="alternate" hreflang={LANGUAGE_TAGS[language]} href={pageIn(page, language)} />
    ))}
    <link rel="alternate" hreflang="x-default" href={page} />
  </>
);

/** The record that stands for a song; beside what it stands for it tells nothing. */
export const Disc = ({ turning = false }: { turning?: boolean }) => (
  <span class={turning ? 'disc turning' : 'disc'} aria-hidden="true" />
);
