// Pure: the page of one song: cover, player, lyrics. Everything works without a script.
import { Disc, frame, jsonScript, markupOf, type Page, raw, SiteFooter, SiteHeader } from './layout.tsx';
import { News, Reload, WAKING } from './live-update.tsx';
import { Credits, Origin, Player, Sleeve, StageNote, Words } from './parts.tsx';
import { isUnderWay, type Song } from './song.ts';
import { SHARE_STYLE } from './styles.ts';
import { isoDurationOf } from './text.ts';

export function sharePage(song: Song): Page {
  const { title, tags, lyrics, cover, audio, links } = song;
  const waits = isUnderWay(song);
  return frame({
    title: `${title} · longplay`,
    head: <About song={song} />,
    body: (
      <>
        <SiteHeader />
        <main class={lyrics === null ? 'song wordless' : 'song'}>
          <div class="record">
            {cover !== null && <Disc />}
            <Sleeve cover={cover} />
          </div>
          <div class="about">
            <div dir="auto">
              <h1>{title}</h1>
              <Origin song={song} />
              <Credits song={song} />
            </div>
            <div class="play">
              <Player song={song} />
              <StageNote song={song} again={links.page} />
            </div>
            {tags.length > 0 && (
              <ul class="tags" aria-label="Style">
                {tags.map((tag) => (
                  <li key={tag} dir="auto">
                    {tag}
                  </li>
                ))}
              </ul>
            )}
            {audio && <TakeAway song={song} download={audio.download} />}
            {lyrics !== null && <Words lyrics={lyrics} />}
          </div>
        </main>
        {waits && <News />}
        <SiteFooter />
      </>
    ),
    style: SHARE_STYLE,
    script: waits ? WAKING : null,
    noindex: song.unlisted,
  });
}

const TakeAway = ({ song, download }: { song: Song; download: string }) => (
  <div class="take">
    <a class="button" href={download} download>
      Download
    </a>
    <details>
      <summary class="button">Embed</summary>
      <pre tabindex={0} aria-label="Code to embed this song">
        <code>{embedCode(song)}</code>
      </pre>
    </details>
  </div>
);

/** What a site puts into its own page; also what oEmbed hands out. */
export const embedCode = (
  { title, links }: Pick<Song, 'title' | 'links'>,
  { width, height }: { width: number; height: number } = PLAYER,
): string =>
  markupOf(
    <iframe
      src={links.embed}
      title={title}
      width={width}
      height={height}
      style="border:0;max-width:100%"
      loading="lazy"
    />,
  );

/** What the player of the embed page needs where there is room: width of a narrow column, height of a card with a cover. */
export const PLAYER = { width: 480, height: 152 } as const;

/** What other sites and programs are told of a song, in the head of its pages. */
export function About({ song }: { song: Song }) {
  const { title, description, links, audio, seconds, preview } = song;
  const properties = {
    'og:type': 'music.song',
    'og:site_name': 'longplay',
    'og:title': title,
    'og:description': description,
    'og:url': links.page,
    'og:image': preview.url,
    'og:image:type': preview.type,
    'og:image:width': preview.width,
    'og:image:height': preview.height,
    'og:image:alt': `Cover of ${title}`,
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
    'twitter:player': links.embed,
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
      <link rel="canonical" href={links.page} />
      <link rel="alternate" type="application/json+oembed" href={links.oembed.json} title={title} />
      <link rel="alternate" type="text/xml+oembed" href={links.oembed.xml} title={title} />
      <script type="application/ld+json" {...raw(jsonScript(recordingOf(song)))} />
      {isUnderWay(song) && <Reload />}
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
