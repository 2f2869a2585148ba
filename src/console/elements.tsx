// Edge: small elements that stand everywhere: buttons that know what a token may, choices, signs, covers.
import type { ComponentChildren, ComponentProps } from 'preact';
import type { Scope } from '../config/tokens.ts';
import type { Trouble } from './api.ts';
import { state } from './state.ts';
import { type Tone, troubleWords } from './status.ts';

interface ButtonProps extends ComponentProps<'button'> {
  /** Beside `button`, as the styles know it. */
  readonly look?: string;
  readonly needs?: Scope;
  readonly text?: string;
  act?(): unknown;
}

/** Says what the token lacks for it, as far as is known: `denied` is the least that it was refused for. */
export const Button = ({ look = '', needs = 'read', text, children, act, ...more }: ButtonProps) => {
  const { denied, labels } = state;
  const lacks = needs !== 'read' && denied !== null && (denied === 'track' || needs === 'admin');
  const refused = lacks && { title: labels.page.needs_scope(needs), disabled: true };
  return (
    <button type="button" {...more} {...refused} class={`button ${look}`} onClick={() => void act?.()}>
      {text ?? children}
    </button>
  );
};

interface ChoiceProps extends Omit<ComponentProps<'select'>, 'value'> {
  readonly value: string;
  /** What is sent for each, and its words; '': for none of them. */
  readonly of: Readonly<Record<string, string>>;
  choose(value: string): void;
}

export const Choice = ({ of, choose, ...more }: ChoiceProps) => (
  <select {...more} onChange={({ currentTarget }) => choose(currentTarget.value)}>
    {Object.entries(of).map(([value, text]) => (
      <option key={value} value={value}>
        {text}
      </option>
    ))}
  </select>
);

/** What a form does instead of loading another page. */
export const doing = (act: () => unknown) => (event: Event) => {
  event.preventDefault();
  void act();
};

export const Icon = ({ name, tone = name }: { name: Tone; tone?: Tone }) => (
  <svg class={`tone ${tone}`} aria-hidden="true">
    <use href={`#icon-${name}`} />
  </svg>
);

export const Disc = () => <span class="disc" aria-hidden="true" />;

type Pair = readonly [name: ComponentChildren, what: ComponentChildren];
/** Names and what they are; what is empty is left out. */
export const Pairs = ({ look, of }: { look: string; of: readonly Pair[] }) => (
  <dl class={look}>
    {of.map(
      ([name, what]) =>
        what && (
          <>
            <dt>{name}</dt>
            <dd dir="auto">{what}</dd>
          </>
        ),
    )}
  </dl>
);

/** Each runs in its own direction, and none into another; what is empty is left out. */
export const Listed = ({ of }: { of: readonly (string | null)[] }) =>
  of.filter(Boolean).map((text, index) => (
    <>
      {index > 0 && ' · '}
      <bdi>{text}</bdi>
    </>
  ));

/** A cover, or the record in its place. */
export const Sleeve = ({ cover, size }: { cover: string | null | undefined; size: number }) => (
  <span class="sleeve" aria-hidden="true">
    {cover ? (
      <img class="cover" src={cover} alt="" width={size} height={size} decoding="async" />
    ) : (
      <span class="cover blank">
        <Disc />
      </span>
    )}
  </span>
);

/** What is wrong and what to do, and beside it what the server says of it, in the one language that it has. */
export const Told = (trouble: Trouble) => (
  <>
    {troubleWords(trouble, state.labels)}
    {trouble.detail && (
      <span class="told" lang="en" dir="auto">
        {trouble.detail}
      </span>
    )}
  </>
);

/** How something stands, and why; in the vendor's own words in whatever direction they run. */
export const StateLine = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <p class="state" data-tone={tone}>
    <Icon name={tone} />
    {children}
  </p>
);
export const Why = ({ text }: { text: string | null }) =>
  text === null ? null : (
    <p class="why" dir="auto">
      {text}
    </p>
  );
