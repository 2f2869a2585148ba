// Pure: all words of the pages in English. Chinese has the same keys.

/** What is so, and what to do then. */
export interface Told {
  readonly what: string;
  readonly then: string;
}

/** Written out: the first use of `Intl` alone takes longer than an invocation may on the Free plan. */
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const CUT_OFF = 'Perhaps the link was cut off on its way to you.';
const told = (what: string, then: string): Told => ({ what, then });

export const english = {
  /** As Open Graph names it. */
  locale: 'en_US',
  /** '2026-09-01T12:00:00Z' → '1 September 2026' */
  day: (instant: string): string => {
    const day = new Date(instant);
    return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
  },

  site: { before_name: 'Kept by ', after_name: ', a permanent home for songs.' },

  song: {
    untitled: 'Untitled',
    play: (title: string): string => `Play ${title}`,
    style: 'Style',
    lyrics: 'Lyrics',
    download: 'Download',
    embed: 'Embed',
    embed_code: 'Code to embed this song',
    cover_of: (title: string): string => `Cover of ${title}`,
    /** Around the title of the song that it was made from. */
    made_from: ['Made from ', ''] as readonly [string, string],
    /** Between the name of a voice and the title of the song that it is of. */
    voice_of: ' of ',
    relatives: { versions: 'Made from this song', stems: 'Stems', together: 'Made together with it' },
    by: (artist: string | null): string => (artist === null ? 'A song' : `A song by ${artist}`),
    /** In a description: after the artist, between styles, before the first words. */
    styled: ': ',
    and: ', ',
    begins: ' — ',
  },

  /** What is said where there is nothing to play. */
  stages: {
    making: told('This song is being made', 'It plays here as soon as it is done.'),
    keeping: told('The song is made', 'Its audio is on its way here. It plays in a moment.'),
    failed: told('This song could not be made', 'The service that was to make it gave up.'),
    lost: told('The audio could not be kept', 'The service that made it did not hand it over.'),
    unfinished: told('This song was never finished', 'The service that was to make it has not ended it.'),
  },
  stage: { words_left: ' Its words are still here.', again: 'Look again', ready: 'The song is ready' },

  library: {
    title: 'Songs',
    title_for: (question: string): string => `Songs for “${question}”`,
    description: 'Songs that are kept here for good.',
    label: 'Search titles and styles',
    search: 'Search',
    pages: 'Pages',
    newest: 'Newest songs',
    older: 'Older songs',
    nothing_for: 'Nothing found for ',
    nothing_how: 'Every word is looked for in titles and styles. ',
    show_all: 'Show all songs',
    end: 'That was all',
    back: 'Back to the newest songs',
    empty: told(
      'No songs to show yet',
      'Songs are unlisted at first: whoever has a song’s link can hear it. Those that are made public appear here.',
    ),
  },

  /** What each code of a failure means to who followed a link. Any other one is ours to mend. */
  messages: {
    no_song: told('There is no such song', CUT_OFF),
    no_page: told('There is no such page', CUT_OFF),
    gone: told('This song was taken down', 'It is gone for good, and with it its cover and its words.'),
    not_configured: told('Not set up yet', 'Whoever runs this place has some settings left to mend.'),
  },
};

/** Every table has every word. */
export type Words = typeof english;
