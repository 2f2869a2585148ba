// Pure: the signs beside words, and the record that stands where there is no cover.
import type { Tone } from './status.ts';

export const Icon = ({ name, tone = name }: { name: Tone; tone?: Tone }) => (
  <svg class={`tone ${tone}`} aria-hidden="true">
    <use href={`#icon-${name}`} />
  </svg>
);

export const Disc = () => <span class="disc" aria-hidden="true" />;

/** A cover, or the record in its place. */
export const Sleeve = ({ cover, size }: { cover: string | null; size: number }) => (
  <span class="sleeve" aria-hidden="true">
    {cover === null ? (
      <span class="cover blank">
        <Disc />
      </span>
    ) : (
      <img class="cover" src={cover} alt="" width={size} height={size} decoding="async" />
    )}
  </span>
);
