// Pure: the page where there is no song: not found, taken down, or not to be had at the moment.
import { Disc, frame, type Page, SiteFooter, SiteHeader } from './layout.tsx';
import { EMBED_STYLE, SHARE_STYLE } from './styles.ts';

export interface Message {
  readonly status: number;
  readonly what: string;
  readonly then: string;
}

/** What each code of a failure means to who followed a link. Any other one is ours to mend. */
export const MESSAGES = {
  not_found: { what: 'There is no such song', then: 'Perhaps the link was cut off on its way to you.' },
  gone: { what: 'This song was taken down', then: 'It is gone for good, and with it its cover and its words.' },
  not_configured: { what: 'Not set up yet', then: 'Whoever runs this place has some settings left to mend.' },
} as const;

/** For any other link that leads nowhere. */
export const NOTHING_HERE = {
  not_found: { what: 'There is no such page', then: 'Perhaps the link was cut off on its way to you.' },
  gone: MESSAGES.gone,
} as const;

/** `framed`: inside another site's page there is no room for a header, nor a way out of it. */
export function messagePage({ status, what, then }: Message, framed: boolean): Page {
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
      <SiteHeader />
      {main}
      <SiteFooter />
    </>
  );
  return frame({
    title: `${what} · longplay`,
    body: framed ? main : whole,
    style: framed ? EMBED_STYLE : SHARE_STYLE,
    noindex: true,
  });
}
