// Pure: the page of one song: cover, player, lyrics. Everything works without a script.
import { linkIn, type Locale } from './language.ts';
import { Alternates, Disc, frame, jsonScript, markupOf, type Page, raw, SiteFooter, SiteHeader } from './layout.tsx';
import { News, Reload, WAKING } from './live-update.tsx';
import { Credits, Lyrics, Origin, Player, Relatives, type Showing, Sleeve, StageNote } from './parts.tsx';
import { isUnderWay, type Song } from './song.ts';
import { SHARE_STYLE } from './styles.ts';
import { isoDurationOf } from './text.ts';

export function sharePage(song: Song, locale: Locale): Page {
  const { title, tags, lyrics, cover, audio, links } = song;
  const waits = isUnderWay(song);
  return frame({
    locale,
    title: `${title} · longplay`,
    head: <About song={song} locale={locale} />,
    body: (
      <>
        <SiteHeader locale={locale} />
        <main class={lyrics === null ? 'song wordless' : 'song'}>
          <div class="record">
            {cover !== null && <Disc />}
            <Sleeve cover={cover} />
          </div>
          <div class="about">
            <div dir="auto">
              <h1>{title}</h1>
              <Origin song={song} locale={locale} />
              <Credits song={song} locale={locale} />
            </div>
            <div class="play">
              <Player song={song} locale={locale} />
              <StageNote song={song} locale={locale} again={links.page} />
            </div>
            {tags.length > 0 && (
              <ul class="tags" aria-label={locale.words.song.style}>
                {tags.map((tag) => (
                  <li key={tag} dir="auto">
                    {tag}
                  </li>
                ))}
              </ul>
            )}
            {audio && <TakeAway song={song} locale={locale} download={audio.download} />}
            <Relatives song={song} locale={locale} />
            {lyrics !== null && <Lyrics lyrics={lyrics} locale={locale} />}
          </div>
        </main>
        {waits && <News locale={locale} />}
        <SiteFooter locale={locale} />
      </>
    ),
    style: SHARE_STYLE,
    script: waits ? WAKING : null,
    noindex: song.unlisted,
  });
}

const TakeAway = ({ song, locale, download }: Showing & { download: string }) => (
  <div class="take">
    <a class="button" href={download} download>
      {locale.words.song.download}
    </a>
    <details>
      <summary class="button">{locale.words.song.embed}</summary>
      <pre tabindex={0} aria-label={locale.words.song.embed_code}>
        <code>{embedCode(song.title, linkIn(locale, song.links.embed))}</code>
      </pre>
    </details>
  </div>
);

/** What a site puts into its own page; also what oEmbed hands out. */
export const embedCode = (
  title: string,
  player: string,
  { width, height }: { width: number; height: number } = PLAYER,
): string =>
  markupOf(
    <iframe src={player} title={title} width={width} height={height} style="border:0;max-width:100%" loading="lazy" />,
  );

/** What the player of the embed page needs where there is room: width of a narrow column, height of a card with a cover. */
export const PLAYER = { width: 480, height: 152 } as const;

/** What other sites and programs are told of a song, in the head of its pages. */
export function About({ song, locale }: Showing) {
  const { title, description, links, audio, seconds, preview } = song;
  const properties = {
    'og:type': 'music.song',
    'og:site_name': 'longplay',
    'og:locale': locale.words.locale,
    'og:title': title,
    'og:description': description,
    'og:url': links.page,
    'og:image': preview.url,
    'og:image:type': preview.type,
    'og:image:width': preview.width,
    'og:image:height': preview.height,
    'og:image:alt': locale.words.song.cover_of(title),
    // What reads a page once and never again is given a link that will be good.
    'og:audio': audio?.url ?? song.stable.audio,
    'og:audio:type': audio?.type ?? null,
    'music:duration': seconds === null ? null : Math.round(seconds),
  };
  const names = {
    description,
    'twitter:card': 'player',
    'twitter:title': title,
    'twitter:description': description,
    'twitter:image': preview.url,
    'twitter:player': linkIn(locale, links.embed),
    'twitter:player:width': PLAYER.width,
    'twitter:player:height': PLAYER.height,
  };
  return (
    <>
      {Object.entries(names).map(([name, content]) => (
        <meta key={name} name={name} content={String(content)} />
      ))}
      {Object.entries(properties).map(
        ([property, content]) =>
          content !== null && <meta key={property} property={property} content={String(content)} />,
      )}
      <link rel="canonical" href={linkIn(locale, links.page)} />
      <Alternates page={links.page} />
      <link rel="alternate" type="application/json+oembed" href={links.oembed.json} title={title} />
      <link rel="alternate" type="text/xml+oembed" href={links.oembed.xml} title={title} />
      <script type="application/ld+json" {...raw(jsonScript(recordingOf(song)))} />
      {isUnderWay(song) && <Reload locale={locale} />}
    </>
  );
}

/** https://schema.org/MusicRecording; what is undefined is left out. */
function recordingOf({ title, description, artist, tags, audio, cover, seconds, created_at, links }: Song): object {
  const duration = seconds === null ? undefined : isoDurationOf(seconds);
  return {
    '@context': 'https://schema.org',
    '@type': 'MusicRecording',
    name: title,
    description,
    url: links.page,
    image: cover ?? undefined,
    byArtist: artist === null ? undefined : { '@type': 'MusicGroup', name: artist },
    genre: tags.length > 0 ? tags : undefined,
    duration,
    dateCreated: created_at ?? undefined,
    audio: audio
      ? {
          '@type': 'AudioObject',
          contentUrl: audio.url,
          encodingFormat: audio.type,
          duration,
          embedUrl: links.embed,
        }
      : undefined,
  };
}
