// Pure: small elements that stand everywhere: buttons that know what a token may, signs, covers and their record.
import type { ComponentChildren } from 'preact';
import type { Scope } from '../config/tokens.ts';
import { webAddress } from './api.ts';
import { may } from './session.ts';
import type { State } from './state.ts';
import type { Tone } from './status.ts';

interface ButtonProps {
  readonly children: ComponentChildren;
  /** Beside `button`, as the styles know it. */
  readonly look?: string;
  readonly id?: string;
  readonly label?: string;
  readonly shortcut?: string | undefined;
  readonly title?: string;
  readonly disabled?: boolean;
  act(): unknown;
}

export const Button = ({ children, look = '', id, label, shortcut, title, disabled = false, act }: ButtonProps) => (
  <button
    id={id}
    class={`button ${look}`}
    type="button"
    aria-label={label}
    aria-keyshortcuts={shortcut}
    title={title}
    disabled={disabled}
    onClick={() => void act()}
  >
    {children}
  </button>
);

interface ScopedProps extends ButtonProps {
  readonly state: State;
  readonly needs: Scope;
}

/** Says what the token lacks for it, as far as is known. */
export const ScopedButton = ({ state: { denied, labels }, needs, disabled = false, ...button }: ScopedProps) =>
  may(needs, denied) ? (
    <Button {...button} disabled={disabled} />
  ) : (
    <Button {...button} title={labels.page.needs_scope(needs)} disabled />
  );

export const Icon = ({ name, tone = name }: { name: Tone; tone?: Tone }) => (
  <svg class={`tone ${tone}`} aria-hidden="true">
    <use href={`#icon-${name}`} />
  </svg>
);

export const Disc = () => <span class="disc" aria-hidden="true" />;

/** A cover, or the record in its place. */
export const Sleeve = ({ cover, size }: { cover: string | null | undefined; size: number }) => {
  const src = webAddress(cover);
  return (
    <span class="sleeve" aria-hidden="true">
      {src === null ? (
        <span class="cover blank">
          <Disc />
        </span>
      ) : (
        <img class="cover" src={src} alt="" width={size} height={size} decoding="async" />
      )}
    </span>
  );
};

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

/** Of a choice: what is sent for each, and its words. */
export const Options = ({ of }: { of: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(of).map(([value, text]) => (
      <option key={value} value={value}>
        {text}
      </option>
    ))}
  </>
);
