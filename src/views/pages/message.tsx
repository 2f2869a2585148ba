// Pure: the page where there is no song: not found, taken down, or not to be had at the moment.
import { Disc, frame, type Page, SiteFooter, SiteHeader } from './layout.tsx';
import type { Words } from './english.ts';
import type { Locale } from './language.ts';
import { EMBED_STYLE, SHARE_STYLE } from './styles.ts';

export interface Message {
  readonly status: number;
  readonly name: keyof Words['messages'];
  readonly locale: Locale;
}

/** What each code of a failure is called to who followed a link to a song. Any other one is ours to mend. */
export const NO_SONG = { not_found: 'no_song', gone: 'gone', not_configured: 'not_configured' } as const;

/** For any other link that leads nowhere. */
export const NOTHING_HERE = { not_found: 'no_page', gone: 'gone' } as const;

/** `framed`: inside another site's page there is no room for a header, nor a way out of it. */
export function messagePage({ status, name, locale }: Message, framed: boolean): Page {
  const { what, then } = locale.words.messages[name];
  const main = (
    <main class="message">
      <Disc />
      <h1>{what}</h1>
      <p>{then}</p>
      <p class="code">{status}</p>
    </main>
  );
  const whole = (
    <>
      <SiteHeader locale={locale} />
      {main}
      <SiteFooter locale={locale} />
    </>
  );
  return frame({
    locale,
    title: `${what} · longplay`,
    body: framed ? main : whole,
    style: framed ? EMBED_STYLE : SHARE_STYLE,
    noindex: true,
  });
}
