// Pure: figures to a table that people read: what was measured, what it should be, whether it is.
import type { Spread } from './rounds.ts';

export interface Figure {
  readonly what: string;
  readonly value: string;
  /** What the project or the platform asks of it; null: told for what it is. */
  readonly target?: string | undefined;
  readonly met?: boolean | undefined;
  /** How it came about, or beside it. */
  readonly note?: string | undefined;
}

export interface Section {
  readonly title: string;
  /** How it was measured. */
  readonly about: string;
  readonly figures: readonly Figure[];
  /** Whatever is no figure: further tables and words, as Markdown. */
  readonly more?: string | undefined;
}

export const number = (value: number, digits = 2): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 });
export const spread = ({ median, from, to }: Spread): string =>
  `${median.toFixed(2)} (${from.toFixed(2)}–${to.toFixed(2)})`;

/** By the clock, which the target is about; by processor time beside it, which neighbours on the same machine hardly move. */
export const ratioFigure = (
  what: string,
  by: { wall: Spread; cpu: Spread },
  least: number | null,
  note?: string,
): Figure => ({
  what,
  value: `${spread(by.wall)} · CPU ${spread(by.cpu)}`,
  ...(least !== null && { target: `≥ ${least.toFixed(2)}`, met: by.wall.median >= least }),
  note,
});

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

export function sectionText({ title, about, figures, more }: Section): string {
  const rows = figures.map(({ what, value, target = '', met, note = '' }) => [
    what,
    value,
    target,
    met === undefined ? '' : met ? 'yes' : 'no',
    note,
  ]);
  const parts = [`## ${title}`, about, table(['what', 'figure', 'at least', 'met', 'beside'], rows), more];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
