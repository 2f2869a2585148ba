// Pure: how long a file plays, held against the vendor's word: believed only where the file itself states nothing of its whole length.

/** Vendors round, and count a song's planned end; half a file must still be told from a whole one. */
const SHARE_OF_CLAIM = 0.6;
/** No song is longer: such a number counts something else. */
const CLAIM_MAX_SECONDS = 3_600;
/** Milliseconds told as seconds, roundly. */
const CLAIM_MAX_TIMES = 800;

/** What is missing of a song that plays so long; null: nothing, by all that is claimed. */
export function shortOfClaim(seconds: number, claimed: number | null): string | null {
  if (claimed === null || claimed > CLAIM_MAX_SECONDS || claimed >= seconds * CLAIM_MAX_TIMES) return null;
  if (seconds >= claimed * SHARE_OF_CLAIM) return null;
  return `About ${Math.round(seconds)} s came of a song of ${Math.round(claimed)} s`;
}
